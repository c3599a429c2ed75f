"""The measures of `../shared/benchmarks/README.md`: ranking of documents and passages, quotes against gold spans, silence.

Ranking of documents: nDCG@10, reciprocal rank, recall@k as in ir-measures (MacAvaney, Macdonald and Ounis, ECIR 2022).
Token F1: Rajpurkar et al., SQuAD (EMNLP 2016). AUROC: the chance that an answerable question scores above another one.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterable, Sequence

import ir_measures
import numpy as np
from sklearn.metrics import roc_auc_score

from benchmarks.judged_folder import SpanQuestion
from corpus.document import Passage

DOCUMENT_MEASURES = {
    "nDCG@10": ir_measures.nDCG @ 10,
    "MRR@10": ir_measures.RR @ 10,
    "recall@1": ir_measures.R @ 1,
    "recall@5": ir_measures.R @ 5,
    "recall@10": ir_measures.R @ 10,
}
ANSWERED_SHARE = 0.95
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


def documents_in_order(passages: Iterable[Passage]) -> list[str]:
    """Return the documents of ranked passages: the first passage of each document counts."""
    return list(dict.fromkeys(passage.document.id for passage in passages))


def document_scores(questions: Sequence[SpanQuestion], rankings: Sequence[Sequence[str]]) -> dict[str, float]:
    """Return the mean document measures of rankings of document ids; each question has one right document."""
    qrels = [ir_measures.Qrel(question.id, question.document, 1) for question in questions]
    run = [
        ir_measures.ScoredDoc(question.id, name, -place)
        for question, ranking in zip(questions, rankings, strict=True)
        for place, name in enumerate(ranking)
    ]
    found = ir_measures.calc_aggregate(list(DOCUMENT_MEASURES.values()), qrels, run)
    return {name: float(found[measure]) for name, measure in DOCUMENT_MEASURES.items()}


def covers(question: SpanQuestion, passage: Passage) -> bool:
    """Whether a passage covers the annotated characters themselves."""
    same = passage.document.id == question.document
    return same and passage.start <= question.start and question.end <= passage.end


def contains(question: SpanQuestion, text: str) -> bool:
    """Whether a text contains the gold answer, character for character."""
    return question.answer in text


def span_scores(questions: Sequence[SpanQuestion], rankings: Sequence[Sequence[Passage]]) -> dict[str, float]:
    """Return span@k and contains@k: some passage of the first k covers the gold characters, or contains their text."""
    pairs = list(zip(questions, rankings, strict=True))
    scores = {}
    for k in (1, 3):
        scores[f"span@{k}"] = _mean(any(covers(one, passage) for passage in found[:k]) for one, found in pairs)
        scores[f"contains@{k}"] = _mean(
            any(contains(one, passage.text) for passage in found[:k]) for one, found in pairs
        )
    return scores


def squad_tokens(text: str) -> list[str]:
    """Return the words of a text in lower case, without punctuation and articles."""
    return _ARTICLES.sub(" ", text.lower().translate(_NO_PUNCTUATION)).split()


def token_f1(text: str, gold: str) -> float:
    """Return the harmonic mean of the precision and recall of the words of a text against those of the gold answer."""
    found, wanted = squad_tokens(text), squad_tokens(gold)
    if not found or not wanted:
        return float(found == wanted)
    common = sum((Counter(found) & Counter(wanted)).values())
    return 2 * common / (len(found) + len(wanted))


def quote_scores(questions: Sequence[SpanQuestion], quotes: Sequence[Sequence[str]]) -> dict[str, float]:
    """Return token F1 and containment of the first quote, and whether one of the first three contains the gold answer."""
    pairs = list(zip(questions, quotes, strict=True))
    return {
        "token F1": _mean(token_f1(texts[0], one.answer) if texts else 0.0 for one, texts in pairs),
        "contains@1": _mean(any(contains(one, text) for text in texts[:1]) for one, texts in pairs),
        "contains@3": _mean(any(contains(one, text) for text in texts[:3]) for one, texts in pairs),
        "words": _mean(len(texts[0].split()) if texts else 0 for _, texts in pairs),
    }


def auroc(answerable: Sequence[float], unanswerable: Sequence[float]) -> float:
    """Return the chance that an answerable question scores above an unanswerable one; ties count half."""
    right = [1] * len(answerable) + [0] * len(unanswerable)
    return float(roc_auc_score(right, [*answerable, *unanswerable]))


def still_answered(answerable: Sequence[float], unanswerable: Sequence[float]) -> float:
    """Return the share of unanswerable questions at or above the score that 95 % of the answerable ones reach."""
    floor = float(np.quantile(answerable, 1 - ANSWERED_SHARE, method="lower"))
    return _mean(score >= floor for score in unanswerable)


def _mean(values: Iterable[float]) -> float:
    return float(np.mean([float(value) for value in values]))
