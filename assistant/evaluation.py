"""Assistant and judged questions → a report: ranking, quoting, silence, verbatim rate, speed.

Ranking measures are those of ir-measures (MacAvaney, Macdonald and Ounis, ECIR 2022). A passage is relevant with grade 2
when it alone meets every requirement of a question, with grade 1 when it meets one of several.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import ir_measures
import numpy as np

from assistant.answer import Answer
from assistant.assistant import ALONE, Assistant
from assistant.finding import Finder
from assistant.followup import Turn, turn_of
from assistant.judged_questions import JudgedQuestion
from corpus.document import sha256
from corpus.errors import VettingError
from index.passage_index import CANDIDATES

MEASURES = [ir_measures.nDCG @ 10, ir_measures.RR @ 10, ir_measures.R @ 1, ir_measures.R @ 5, ir_measures.R @ 10]
_SILENT = ("not-covered", "off-topic")


@dataclass(frozen=True, slots=True)
class Judged:
    """What one question got. `opened`: its facts are quoted, if only behind an urgent notice that stands alone."""

    id: str
    question: str
    kind: str
    topic: str
    style: str
    outcome: str
    answered: bool
    first_right: bool
    right_quotes: int
    quotes: int
    confidence: float
    milliseconds: float
    notices: tuple[str, ...]
    opened: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """Scores by name (shares between 0 and 1, times in milliseconds), by topic, and per question."""

    index: str
    scores: dict[str, float]
    topics: dict[str, dict[str, float]]
    risk_coverage: tuple[tuple[float, float], ...]
    per_question: tuple[Judged, ...]

    def as_json(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return asdict(self)


def evaluate(assistant: Assistant, questions: Sequence[JudgedQuestion], progress: Callable[[], None]) -> Report:
    """Ask every question and judge what comes back; questions with notices that stand alone count as not answered."""
    finder = assistant.finder
    if finder is None:
        raise ValueError("an evaluation needs an index")
    assistant.ask("warm up")
    judged, spans = [], []
    for question in questions:
        started = time.perf_counter()
        answer = assistant.ask(question.text)
        milliseconds = 1000 * (time.perf_counter() - started)
        spans += verbatim(finder, [answer])
        judged.append(judge(question, answer, milliseconds, behind=_behind_notice(assistant, question, answer)))
        progress()
    scores = _ranking(finder, questions) | summary(judged)
    scores["quotes shown"] = float(len(spans))
    scores["verbatim rate"] = float(np.mean(spans)) if spans else 1.0
    topics = {
        topic: summary([one for one in judged if one.topic == topic]) for topic in sorted({one.topic for one in judged})
    }
    return Report(finder.index.fingerprint, scores, topics, risk_coverage(judged), tuple(judged))


def evaluate_conversations(
    assistant: Assistant, conversations: Sequence[Sequence[JudgedQuestion]], progress: Callable[[], None]
) -> list[tuple[JudgedQuestion, Answer, bool]]:
    """Ask every conversation turn by turn; return each later turn, its answer, and whether that was right.

    A later turn is right when its required facts are quoted, or when silence was wanted and kept.
    """
    results = []
    for conversation in conversations:
        turns: list[Turn] = []
        for number, question in enumerate(conversation):
            answer = assistant.ask(question.text, turns=turns)
            turns.append(turn_of(answer))
            if number:
                silent = answer.outcome in _SILENT
                right = question.answered_by([quote.text for quote in answer.quotes])
                results.append((question, answer, right if question.kind == "answerable" else silent))
        progress()
    return results


def _behind_notice(assistant: Assistant, question: JudgedQuestion, answer: Answer) -> Answer:
    """What the page shows when "what the sources say" is opened under an urgent notice; else the answer itself."""
    if ALONE.isdisjoint(notice.kind for notice in answer.notices):
        return answer
    return replace(assistant, triage=lambda _: ()).ask(question.text)


def judge(
    question: JudgedQuestion, answer: Answer, milliseconds: float = 0.0, *, behind: Answer | None = None
) -> Judged:
    """Compare an answer with what was required, and what stands behind its notice."""
    texts = [quote.text for quote in answer.quotes]
    right = [question.met([text]) > 0 for text in texts]
    return Judged(
        id=question.id,
        question=question.text,
        kind=question.kind,
        topic=question.topic,
        style=question.style,
        outcome=answer.outcome,
        answered=question.answered_by(texts),
        first_right=bool(right) and right[0],
        right_quotes=sum(right),
        quotes=len(texts),
        confidence=answer.confidence,
        milliseconds=milliseconds,
        notices=tuple(notice.kind for notice in answer.notices),
        opened=question.answered_by([quote.text for quote in (behind or answer).quotes]),
    )


def verbatim(finder: Finder, answers: Iterable[Answer]) -> list[bool]:
    """Slice every quotation shown from the files again and compare hashes."""
    results = []
    for answer in answers:
        for quote in (*answer.quotes, *answer.near_misses):
            try:
                fresh = finder.reader.words(quote.passage.document.id, quote.start, quote.end)
            except VettingError:
                fresh = ""
            results.append(fresh == quote.text and sha256(fresh) == quote.span_sha256)
    return results


def summary(judged: Sequence[Judged]) -> dict[str, float]:
    """Return the shares of a set of judged questions; a share of nothing is left out.

    Where silence is wanted, a notice that stands alone is a mistake, though it quotes nothing.
    """
    answerable = [one for one in judged if one.kind == "answerable"]
    silent_wanted = [one for one in judged if one.kind != "answerable"]
    off_topic = [one for one in judged if one.kind == "off-topic"]
    silent = [one for one in judged if one.outcome in _SILENT]
    shares = {
        "required facts quoted": _share(one.answered for one in answerable),
        "facts quoted, urgent notices opened": _share(one.opened for one in answerable),
        "first quote right": _share(one.first_right for one in answerable),
        "quote precision": _share(place < one.right_quotes for one in answerable for place in range(one.quotes)),
        "answerable answered": _share(one.outcome == "quoted" for one in answerable),
        "silence recall": _share(one.outcome in _SILENT for one in silent_wanted),
        "silence precision": _share(one.kind != "answerable" for one in silent),
        "off-topic silence recall": _share(one.outcome in _SILENT for one in off_topic),
        "kind of silence right": _share(one.outcome == one.kind for one in silent_wanted if one.outcome in _SILENT),
    }
    counts = {"questions": float(len(judged)), "with notices": float(sum(bool(one.notices) for one in judged))}
    times = [one.milliseconds for one in judged]
    if times and any(times):
        counts |= {"p50 ms": float(np.percentile(times, 50)), "p95 ms": float(np.percentile(times, 95))}
    return counts | {name: share for name, share in shares.items() if share is not None}


def _share(values: Iterable[bool]) -> float | None:
    known = list(values)
    return sum(known) / len(known) if known else None


def risk_coverage(judged: Sequence[Judged]) -> tuple[tuple[float, float], ...]:
    """Return (coverage, risk) points: of the most confident share of questions, how many would be quoted wrongly.

    Risk is the share without all required facts; coverage is the share of all questions (El-Yaniv and Wiener, JMLR 2010).
    """
    ordered = sorted(judged, key=lambda one: (-one.confidence, one.id))
    wrong = np.cumsum([not one.answered for one in ordered])
    return tuple((count / len(ordered), float(wrong[count - 1]) / count) for count in range(1, len(ordered) + 1))


def _ranking(finder: Finder, questions: Sequence[JudgedQuestion]) -> dict[str, float]:
    texts = [(passage.id, passage.text) for passage in finder.index.passages]
    qrels, run = [], []
    for question in questions:
        if question.kind != "answerable":
            continue
        for name, text in texts:
            met = question.met([text])
            if met:
                qrels.append(ir_measures.Qrel(question.id, name, 2 if met == len(question.facts) else 1))
        hits = finder.index.search(finder.index.query(question.text, finder.encoder), CANDIDATES)
        run += [ir_measures.ScoredDoc(question.id, hit.passage.id, -place) for place, hit in enumerate(hits)]
    if not qrels:
        return {}
    found = ir_measures.calc_aggregate(MEASURES, qrels, run)
    return {str(measure): float(found[measure]) for measure in MEASURES}
