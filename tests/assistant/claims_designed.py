"""A designed claims catalogue over the small corpus, and trees whose every answer can be worked by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from assistant.claim_check import ClaimChecker, checker_of
from assistant.claim_forest import Forest, Tree
from assistant.claim_matching import FEATURES
from assistant.opening import Opened
from tests.assistant.designed import Small

CLAIMS = """
[[claim]]
id = "hurts-liver"
claim = "Kratom can hurt the liver."
wordings = ["kratom is bad for the liver", "liver injury comes from kratom", "the liver suffers from kratom"]
verdict = "supported"
why = "11 patients were reported in 2019."
passages = ["liver#Can kratom hurt the liver?"]

[[claim]]
id = "never-hurts-liver"
claim = "Kratom cannot hurt the liver."
wordings = ["kratom is not bad for the liver", "kratom never causes liver injury", "no liver suffers from kratom"]
verdict = "contradicted"
why = "11 patients were reported in 2019."
passages = ["liver#Can kratom hurt the liver?"]

[[claim]]
id = "eases-pain"
claim = "Kratom eases pain."
wordings = ["kratom relieves pain", "pain gets better with kratom", "kratom helps against pain"]
verdict = "unproven"
why = "Users say so; no trial has tested it for back pain."
passages = ["pain#Does kratom help with pain?", "pain#How long do people bear pain after kratom?"]

[[claim]]
id = "ruins-sleep"
claim = "Kratom at 5 grams ruins sleep."
wordings = ["kratom ruins sleep", "sleep is worse on kratom", "kratom gives you bad sleep"]
verdict = "partly-supported"
why = "In a survey, users told of poor sleep after large amounts."
passages = ["sleep#Does kratom disturb sleep?"]
"""


def stump(feature: str, threshold: float, below: float, above: float) -> Tree:
    """A tree with one question."""
    return Tree(
        np.array([FEATURES.index(feature), -1, -1]),
        np.array([threshold, 0.0, 0.0]),
        np.array([1, 0, 0]),
        np.array([2, 0, 0]),
        np.array([0.0, below, above]),
    )


# Sure where the words of a wording are in the text (+4) and mostly say what the text says; a contrary sense takes 8 away.
FOREST = Forest(
    FEATURES,
    0.0,
    (stump("overlap_wording", 0.55, -4.0, 4.0), stump("clause_disagree", 0.45, 0.0, -8.0)),
    {
        "match": 0.5,
        "least": 0.5,
        "lead": 2.0,
        "contrary": 0.6,
        "contrary_of_contradicted": 0.6,
        "turned": 0.4,
        "cost": 0.1,
    },
    "by hand",
)


def write_claims(corpus: Path) -> None:
    """Write the designed catalogue into a corpus folder."""
    (corpus / "claims.toml").write_text(CLAIMS, encoding="utf-8")


def designed_checker(small: Small) -> ClaimChecker:
    """Return a checker over the small corpus and the designed catalogue."""
    write_claims(small.corpus)
    return checker_of(Opened(small.assistant, small.library), forest=FOREST)
