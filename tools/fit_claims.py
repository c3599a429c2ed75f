"""Fit how a text is matched to the claims catalogue, on the catalogue's own wordings; writes assistant/data/claim_matching.json.

    python tools/fit_claims.py [--write] [--quick] [--corpus DIR] [--index DIR] [--out FILE]

Each wording is looked up as if the catalogue had never had it: it must find its claim, and none of its opposite. It is also
looked up as if its claim were missing, and then must find nothing. The figures printed are five-fold, whole claims left out.
The floors were chosen on the minimal pairs, the claims of the articles and, by their counts, the judged claims worded afresh, those
held out, and those of a third, a fourth and a fifth writer; those of a sixth were only counted (docs/quality.md says what was read of them, and when). Trees of 12 leaves were no
better, nor were a logistic regression or the mean of both.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import HistGradientBoostingClassifier

from assistant.claim_catalogue import Seen
from assistant.claim_check import ClaimChecker, open_checker
from assistant.claim_forest import FOREST_FILE, Forest, Tree
from assistant.claim_matching import FEATURES, features, features_of
from assistant.settings import read_settings

FOLDS = 5
TREES = {"max_iter": 100, "max_leaf_nodes": 8, "learning_rate": 0.1, "l2_regularization": 5.0, "min_samples_leaf": 60}
# A verdict less likely than `match` is given only where it is at least `least`, and `lead` times as likely as the next verdict.
# Support is not given where contradicted claims have `contrary` of its share, nor a contradiction where supported claims have
# `contrary_of_contradicted` of its share. Where the text seems to turn the claim round, `turned` is enough against a contradiction,
# and support is never given. Nothing is given where the text's words, as they are met by the claim's wordings, and `met_slope` times
# the logarithm of the odds together stay under `met` (for support, `met_supported`).
FLOORS = {
    "match": 0.05,
    "least": 0.03,
    "lead": 1.5,
    "contrary": 0.8,
    "contrary_of_contradicted": 0.7,
    "turned": 0.3,
    "cost": 0.0,
    "met": 0.43,
    "met_supported": 0.6,
    "met_slope": 0.01,
}


# How to turn a wording round by rule; the first that changes it is taken. A turned wording must not find its own claim.
TURNS = (
    (r"\bcannot\b", "can"),
    (r"\bcan't\b", "can"),
    (r"\b(do|does|did|is|are|was|has|have|will|would)(?: not|n't)\b", r"\1"),
    (r"\bnever\b ?", ""),
    (r"\b[Nn]obody\b", "somebody"),
    (r"\b[Nn]o one\b", "someone"),
    (r"\b[Nn]ot\b ?", ""),
    (r"\b[Nn]o (?=\w)", "some "),
    (r"\bwithout\b", "with"),
    (r"\b(is|are|was|were|can|will|may|has|have|should|must)\b", r"\1 not"),
    (r"\b(?P<verb>(?:caus|eas|mak|reliev|reduc|reliev|improv|giv|tak|leav|driv|us)e)s\b", r"does not \g<verb>"),
    (
        r"\b(?P<verb>help|treat|cure|lower|raise|slow|stop|boost|harm|hurt|damage|block|fight|work|act|need|keep|bring|get|kill|clear|prolong|relax|show|bind|control|calm|lift|protect|trigger|regulate|release|grow)s\b",
        r"does not \g<verb>",
    ),
)
# Things no claim of the catalogue is about; a wording that speaks of one instead must find nothing.
FOREIGN = (
    "tinnitus",
    "malaria",
    "asthma",
    "hay fever",
    "toothache",
    "warts",
    "glaucoma",
    "tuberculosis",
    "eczema",
    "gallstones",
    "osteoporosis",
    "parkinson's",
    "herpes",
    "acne",
    "the teeth",
    "fingernails",
    "the eyesight",
    "the bones",
    "the knees",
    "the tongue",
    "nicotine",
    "cocaine",
    "gambling",
    "dogs",
    "cats",
    "horses",
    "wrinkles",
    "dandruff",
    "hiccups",
    "snoring",
)


@dataclass
class Group:
    """A text looked up: its candidates, their signals, which one it states (-1: none), and which candidates count."""

    owner: int
    claims: npt.NDArray[np.int64]
    rows: npt.NDArray[np.float64]
    right: int
    kind: str = "wording"
    text: str = ""


def main() -> None:
    """Fit, report on stdout, and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--quick", action="store_true", help="leave out the five-fold figures")
    parser.add_argument("--out", type=Path, default=FOREST_FILE)
    chosen = parser.parse_args()
    checker = open_checker(read_settings(corpus_folder=chosen.corpus, index_folder=chosen.index), forest=_no_forest())
    groups = _groups(checker)
    if not chosen.quick:
        _report_folds(checker, groups)
    if chosen.write:
        forest = _fit(groups)
        chosen.out.write_text(json.dumps(forest.as_json(), separators=(",", ":")) + "\n", encoding="utf-8")
        print(f"written: {chosen.out}, {len(forest.trees)} trees")


def _report_folds(checker: ClaimChecker, groups: Sequence[Group]) -> None:
    """Print how well wordings find their claim where whole claims were left out of the fitting."""
    verdicts = [claim.verdict for claim in checker.matcher.catalogue.claims]
    ids = [claim.id for claim in checker.matcher.catalogue.claims]
    fold = np.array([int(hashlib.sha256(ids[group.owner].encode()).hexdigest(), 16) % FOLDS for group in groups])
    tallies = [0, 0, 0]
    covered, uncovered = [], []
    for number in range(FOLDS):
        model = _fit([group for group, other in zip(groups, fold, strict=True) if other != number])
        for group in (group for group, other in zip(groups, fold, strict=True) if other == number):
            likely = model.probabilities(group.rows)
            best = int(likely.argmax())
            if group.right < 0:
                if group.kind != "turned":
                    uncovered.append(float(likely[best]))
                continue
            covered.append(float(likely[best]))
            tallies[0] += best == group.right
            tallies[1] += verdicts[group.claims[best]] == verdicts[group.owner]
            tallies[2] += verdicts[group.owner] == "contradicted" and verdicts[group.claims[best]] == "supported"
    print(
        f"wordings {len(covered)}: own claim first {tallies[0] / len(covered):.3f}, its verdict {tallies[1] / len(covered):.3f}, "
        f"contradicted as supported {tallies[2]}"
    )
    for floor in (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6):
        kept, wrong = np.mean(np.array(covered) >= floor), np.mean(np.array(uncovered) >= floor)
        print(
            f"floor {floor:.2f}: {kept:.3f} of the wordings kept, {wrong:.3f} of those without a claim wrongly covered"
        )


def _no_forest() -> Forest:
    return Forest(FEATURES, 0.0, (), dict(FLOORS), "nothing")


def _groups(checker: ClaimChecker) -> list[Group]:
    catalogue, evidence = checker.matcher.catalogue, checker.matcher.evidence
    found = []
    for row, text in enumerate(catalogue.wordings):
        owner, seen = int(catalogue.owners[row]), catalogue.seen(row)
        claims, _, rows = features_of(catalogue, evidence, seen, catalogue.signals(seen), without=[row])
        places = np.flatnonzero(claims == owner)
        if len(places):
            found.append(Group(owner, claims, rows, int(places[0]), text=text))
            others = claims != owner
            # How far each is behind the best is told anew, for the best may have been the claim left out.
            half = rows.shape[1] // 2
            own = rows[others, :half]
            found.append(
                Group(owner, claims[others], np.column_stack([own, own - own.max(axis=0)]), -1, "claim left out", text)
            )
    return found + _turned(checker) + _foreign(checker)


def _turned(checker: ClaimChecker) -> list[Group]:
    """Wordings turned round: only the own claim counts, and it is wrong; another claim may well be right."""
    catalogue = checker.matcher.catalogue
    texts = [
        (int(owner), turned)
        for owner, text in zip(catalogue.owners, catalogue.wordings, strict=True)
        if (turned := _turn(text)) != text
    ]
    found = []
    for (owner, text), encoded in zip(
        texts, checker.encoder.encode_documents([text for _, text in texts], lambda _: None), strict=True
    ):
        claims, _, rows = features(catalogue, checker.matcher.evidence, Seen.of(text, encoded, checker.words))
        own = claims == owner
        if own.any():
            found.append(Group(owner, claims[own], rows[own], -1, "turned", text))
    return found


def _turn(text: str) -> str:
    for pattern, instead in TURNS:
        turned, count = re.subn(pattern, instead, text, count=1)
        if count:
            return " ".join(turned.split())
    return text


def _foreign(checker: ClaimChecker) -> list[Group]:
    """Wordings whose particular thing is replaced by one that the catalogue has not."""
    catalogue, words = checker.matcher.catalogue, checker.words
    texts = []
    for row, text in enumerate(catalogue.wordings):
        unit = next((unit for unit in catalogue.units[row] if unit.specific and unit.key in words.telling), None)
        if unit is not None:
            other = FOREIGN[row % len(FOREIGN)]
            texts.append((int(catalogue.owners[row]), text[: unit.start] + other + text[unit.end :]))
    found = []
    for (owner, text), encoded in zip(
        texts, checker.encoder.encode_documents([text for _, text in texts], lambda _: None), strict=True
    ):
        claims, _, rows = features(catalogue, checker.matcher.evidence, Seen.of(text, encoded, words))
        found.append(Group(owner, claims, rows, -1, "foreign", text))
    return found


def _fit(groups: Sequence[Group]) -> Forest:
    rows = np.concatenate([group.rows for group in groups])
    right = np.concatenate([np.arange(len(group.claims)) == group.right for group in groups])
    model = HistGradientBoostingClassifier(random_state=0, early_stopping=False, **TREES).fit(rows, right)
    trees = tuple(_tree(stage[0].nodes) for stage in model._predictors)
    note = f"{len(groups)} look-ups of the catalogue's wordings, {FOLDS} folds by claim; {TREES}"
    return Forest(FEATURES, float(model._baseline_prediction[0, 0]), trees, dict(FLOORS), note)


def _tree(nodes: np.ndarray) -> Tree:
    leaf = nodes["is_leaf"].astype(bool)
    return Tree(
        np.where(leaf, -1, nodes["feature_idx"].astype(np.int64)),
        nodes["num_threshold"].astype(np.float64),
        nodes["left"].astype(np.int64),
        nodes["right"].astype(np.int64),
        nodes["value"].astype(np.float64),
    )


if __name__ == "__main__":
    main()
