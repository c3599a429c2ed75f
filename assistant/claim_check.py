"""A reader's text → its claims, each with the catalogue's verdict, the exact quotations behind it, and flags.

Verdicts come only from the catalogue, which people review. Similarity only says which claim is meant; below the floor, or where
a claim and its contrary are equally near, nothing is said but "not covered", with the nearest passages.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from assistant.answer import Quote
from assistant.claim_catalogue import Catalogue, Seen
from assistant.claim_evidence import Evidence
from assistant.claim_flags import flags
from assistant.claim_forest import Forest, read_forest
from assistant.claim_matching import Candidate, ClaimEvidence, ClaimMatcher
from assistant.claim_pieces import Chosen, choose
from assistant.claim_sentences import Piece, Sentence, pieces, sentences
from assistant.claim_words import ClaimWords, read_claim_words
from assistant.opening import Opened, open_assistant
from assistant.rendering import quote_as_json
from assistant.settings import Settings
from assistant.subject import names_subject
from corpus.claims import CLAIMS_FILE, Claim, Verdict, read_catalogue
from corpus.document import sha256
from corpus.errors import ClaimsError
from index.encoder import Encoder

CheckVerdict = Literal["supported", "partly-supported", "unproven", "contradicted", "not-covered", "not-a-health-claim"]
VERDICTS: tuple[CheckVerdict, ...] = get_args(CheckVerdict)
MAX_CHARACTERS = 100_000
# A text no longer than this that names neither kratom nor another subject is read as said of kratom, and the report says so.
_SHORT = 600
ASSUMED = "The text does not name kratom. It was read as being about kratom."
ELSEWHERE = "The text does not name kratom, so nothing in it was checked."
# Sentences encoded in one go, so that progress can be told.
_BATCH = 8


def _no_progress(_done: int, _total: int) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True)
class CheckedClaim:
    """One stretch of the text with its verdict; `nearest` are passages that do not answer it, where nothing is covered."""

    text: str
    start: int
    end: int
    verdict: CheckVerdict
    claim: Claim | None = None
    quotes: tuple[Quote, ...] = ()
    nearest: tuple[Quote, ...] = ()
    flags: tuple[str, ...] = ()
    likely: float = 0.0


@dataclass(frozen=True, slots=True)
class CheckedText:
    """A text and everything found in it; `failures` are quotations that could not be shown, `note` says how it was read."""

    text: str
    claims: tuple[CheckedClaim, ...]
    disclaimer: str
    index: str
    claims_sha256: str
    failures: tuple[str, ...] = ()
    note: str = ""

    @property
    def summary(self) -> dict[str, int]:
        """How many stretches have each verdict."""
        counts = Counter(claim.verdict for claim in self.claims)
        return {verdict: counts[verdict] for verdict in VERDICTS}


@dataclass(frozen=True)
class ClaimChecker:
    """Checks texts: a catalogue with its matcher, the words of claims, and the evidence that is quoted."""

    matcher: ClaimMatcher
    evidence: Evidence
    encoder: Encoder
    words: ClaimWords
    disclaimer: str
    claims_sha256: str

    def check(self, text: str, progress: Callable[[int, int], None] = _no_progress) -> CheckedText:
        """Return the verdicts of a text; `progress` is told how many of its sentences are done."""
        text = text[:MAX_CHARACTERS]
        found = list(sentences(text, self.words))
        named = names_subject(text)
        assumed = not named and self._may_be_assumed(text, found)
        subject = "kratom" if named or assumed else ""
        note = "" if named else ASSUMED if assumed else ELSEWHERE
        failures: list[str] = []
        claims: list[CheckedClaim] = []
        for first in range(0, len(found), _BATCH):
            claims += self._batch(text, found[first : first + _BATCH], subject, failures)
            progress(min(first + _BATCH, len(found)), len(found))
        return CheckedText(
            text,
            tuple(claims),
            self.disclaimer,
            self.evidence.fingerprint,
            self.claims_sha256,
            tuple(dict.fromkeys(failures)),
            note if not assumed or any(claim.verdict != "not-a-health-claim" for claim in claims) else "",
        )

    def _may_be_assumed(self, text: str, found: Sequence[Sentence]) -> bool:
        """Whether a text may be read as said of kratom though it does not say so: it is short, and speaks of nothing else first."""
        return len(text) <= _SHORT and not any(self.words.others.match(text[one.start : one.end]) for one in found)

    def _batch(self, text: str, found: Sequence[Sentence], subject: str, failures: list[str]) -> list[CheckedClaim]:
        """Check sentences together, with one call of the encoder for all their pieces."""
        parts = [self._pieces(text, one, subject) for one in found]
        texts = [self.words.without_frames(piece.text) for _, row in parts for piece in row]
        encoded = iter(self.encoder.encode_documents(texts, lambda _: None) if texts else [])
        named = iter(texts)
        claims = []
        for sentence, (leaves, row) in zip(found, parts, strict=True):
            rated = []
            for piece in row:
                words = next(named)
                seen = Seen.of(words, next(encoded), self.words)
                rated.append((piece, seen, self.matcher.candidates(seen)))
            chosen = choose(leaves, rated, self.floors)
            claims += [self._covered(text, sentence, one, failures, alone=len(chosen) == 1) for one in chosen] or [
                self._uncovered(text, sentence, rated[-1][1] if rated else None, failures)
            ]
        return claims

    def _pieces(self, text: str, sentence: Sentence, subject: str) -> tuple[int, list[Piece]]:
        """The pieces of a sentence that may state a claim; a part of it that only advises to see somebody states none.

        Where nothing is taken for the subject, the text is about something else. A single word states nothing.
        """
        if not subject or not _checkable(sentence) or len(text[sentence.start : sentence.end].split()) < 2:
            return 0, []
        leaves, found = pieces(text, sentence, subject)
        whole = leaves == 1
        return leaves, [
            one for one in found if whole or one.first != one.last or not self.words.advice.search(one.text)
        ]

    @property
    def floors(self) -> dict[str, float]:
        """The floors that were fitted with the matcher."""
        return self.matcher.forest.floors

    def _covered(
        self, text: str, sentence: Sentence, chosen: Chosen, failures: list[str], *, alone: bool
    ) -> CheckedClaim:
        """A claim of the catalogue: it stands in its own piece, or in the whole sentence where it is the only one."""
        start, end = (sentence.start, sentence.end) if alone else _trimmed(text, chosen.start, chosen.end)
        candidate: Candidate = chosen.candidate
        quotes = self.evidence.quotes(candidate.claim, chosen.seen, failures)
        verdict: Verdict = candidate.claim.verdict
        raised = flags(text[start:end], candidate.claim, quotes, self.words)
        return CheckedClaim(text[start:end], start, end, verdict, candidate.claim, quotes, (), raised, chosen.sure)

    def _uncovered(self, text: str, sentence: Sentence, seen: Seen | None, failures: list[str]) -> CheckedClaim:
        """No claim of the catalogue: not covered where the sentence states something of kratom, else no claim."""
        start, end = sentence.start, sentence.end
        words = text[start:end]
        if sentence.kind != "statement" or seen is None or not self._tells(seen, words):
            return CheckedClaim(words, start, end, "not-a-health-claim")
        raised = flags(words, None, (), self.words)
        return CheckedClaim(
            words, start, end, "not-covered", nearest=self.evidence.nearest(seen, failures), flags=raised
        )

    def _tells(self, seen: Seen, sentence: str) -> bool:
        """Whether something is stated of kratom: about health, law, tests or products, or anything where the sentence itself names it.

        Of what people tell of themselves or their shop only the former counts.
        """
        keys = {unit.key.split(":")[0] + ":" for unit in seen.units}
        if keys & self.words.telling:
            return names_subject(seen.text)
        return names_subject(sentence) and not self.words.own.search(sentence)


def _checkable(sentence: Sentence) -> bool:
    return sentence.kind in ("statement", "advice")


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch without the white space and commas around it."""
    words = text[start:end]
    start += len(words) - len(words.lstrip(" ,;\t"))
    return start, start + len(text[start:end].rstrip(" ,;\t"))


def check_as_json(checked: CheckedText) -> dict[str, Any]:
    """Return the check by the contract in docs/architecture.md."""
    return {
        "summary": checked.summary,
        "claims": [
            {
                "text": claim.text,
                "start": claim.start,
                "end": claim.end,
                "verdict": claim.verdict,
                "claim": claim.claim.id if claim.claim else None,
                "why": claim.claim.why if claim.claim else None,
                "flags": list(claim.flags),
                "quotes": [quote_as_json(quote) for quote in claim.quotes],
                "nearest": [quote_as_json(quote) for quote in claim.nearest],
            }
            for claim in checked.claims
        ],
        "note": checked.note or None,
        "disclaimer": checked.disclaimer,
        "index": checked.index,
        "claims_sha256": checked.claims_sha256,
    }


def open_checker(
    settings: Settings,
    encoder: Encoder | None = None,
    *,
    forest: Forest | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> ClaimChecker:
    """Return a checker over the settings' corpus and index; `progress` is told how many more wordings are encoded."""
    return checker_of(open_assistant(settings, encoder), forest=forest, progress=progress)


def checker_of(
    opened: Opened,
    *,
    forest: Forest | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> ClaimChecker:
    """Return a checker over an opened assistant; only wordings that its index has not are encoded."""
    finder = opened.assistant.finder
    path = opened.library.folder / CLAIMS_FILE
    claims, wordings = read_catalogue(opened.library.folder)
    if finder is None or not claims:
        raise ClaimsError(f"{path}: there is no claims catalogue. Claims can be checked only against one.")
    words = read_claim_words()
    kept = finder.index.wordings
    catalogue = Catalogue.of(claims, wordings, finder.encoder, words, kept=kept, progress=progress)
    matcher = ClaimMatcher(catalogue, ClaimEvidence.of(claims, finder.index), forest or read_forest())
    return ClaimChecker(
        matcher,
        Evidence.of(finder),
        finder.encoder,
        words,
        opened.assistant.wording.disclaimer,
        sha256(path.read_bytes()),
    )


@dataclass
class _Latest:
    """The checker of the assistant that is being served: made once, and anew for another one."""

    opened: Opened | None = None
    checker: ClaimChecker | None = field(default=None)


_latest = _Latest()
_making = threading.Lock()


def check_for_page(text: str, opened: Opened, progress: Callable[[int, int], None] = _no_progress) -> CheckedText:
    """Return the check of a text with the assistant that is being served, for the web page."""
    with _making:
        if _latest.checker is None or _latest.opened is not opened:
            _latest.checker = checker_of(opened)
            _latest.opened = opened
    return _latest.checker.check(text, progress)
