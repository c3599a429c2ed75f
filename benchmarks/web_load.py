"""Many people at once: each sends questions to a running page, one after the other; prints how long the answers took.

kratom-assistant serve &
python benchmarks/web_load.py --people 40 --questions 3

No two questions are the same, so that nothing is remembered. `alone` is the median of one person who asks before the
others come; `ratio` is the median of the many as a multiple of it, which says more than seconds on a busy machine.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import statistics
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, zip_longest

import httpx

from assistant.settings import bundled_corpus

SECONDS = 60.0
# Questions of one person alone: first a few to warm up, then those that are measured.
WARM, ALONE = 3, 12


def distinct_questions() -> Iterator[str]:
    """Yield questions that differ: the headings of the bundled briefs, each brief in turn, then the same in other words."""
    documents = sorted((bundled_corpus() / "documents").glob("*.md"))
    headings = [re.findall(r"^## (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE) for path in documents]
    mixed = [one for row in zip_longest(*headings) for one in row if one]
    for opening in ("", "I wonder: ", "Please say: ", "Tell me, "):
        yield from (opening + heading for heading in mixed)


@dataclass
class Tally:
    """How long each answer took, and what went wrong."""

    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


async def ask_event(client: httpx.AsyncClient) -> int:
    """Return the number of the page's event for a question sent with Enter."""
    config = (await client.get("config")).json()
    box = next(part["id"] for part in config["components"] if part["props"].get("elem_id") == "question")
    for event in config["dependencies"]:
        if [box, "submit"] in [list(target) for target in event["targets"]]:
            return int(event["id"])
    raise SystemExit("this page has no question box; is it the Kratom Assistant?")


async def ask(client: httpx.AsyncClient, event: int, session: str, question: str) -> None:
    """Send one question and wait until its answer has come in full."""
    call = {
        "data": [question, None],
        "fn_index": event,
        "session_hash": session,
        "event_data": None,
        "trigger_id": None,
    }
    joined = await client.post("gradio_api/queue/join", json=call)
    joined.raise_for_status()
    number = joined.json()["event_id"]
    async with client.stream("GET", "gradio_api/queue/data", params={"session_hash": session}) as stream:
        async for line in stream.aiter_lines():
            if not line.startswith("data:"):
                continue
            message = json.loads(line[5:])
            if message.get("event_id") == number and message["msg"] == "process_completed":
                if not message["success"]:
                    raise RuntimeError(str(message["output"]))
                return
    raise RuntimeError("the answer did not come")


async def person(client: httpx.AsyncClient, event: int, questions: list[str], tally: Tally) -> None:
    """One person's questions, one after the other."""
    session = uuid.uuid4().hex[:12]
    for question in questions:
        begun = time.perf_counter()
        try:
            await asyncio.wait_for(ask(client, event, session, question), SECONDS)
        except (httpx.HTTPError, RuntimeError, TimeoutError) as error:
            tally.failures.append(f"{type(error).__name__}: {error}")
        else:
            tally.seconds.append(time.perf_counter() - begun)


async def measure(address: str, people: int, questions: int) -> dict[str, float | int]:
    """Return the figures of a run."""
    tally, alone = Tally(), Tally()
    asked = distinct_questions()
    limits = httpx.Limits(max_connections=2 * people + 4)
    async with httpx.AsyncClient(base_url=address, timeout=SECONDS, limits=limits) as client:
        event = await ask_event(client)
        await person(client, event, list(islice(asked, WARM)), Tally())
        await person(client, event, list(islice(asked, ALONE)), alone)
        begun = time.perf_counter()
        await asyncio.gather(*(person(client, event, list(islice(asked, questions)), tally) for _ in range(people)))
        total = time.perf_counter() - begun
    for failure in tally.failures[:5]:
        sys.stderr.write(failure + "\n")
    times = sorted(tally.seconds) or [0.0]
    single = statistics.median(alone.seconds or [0.0])
    return {
        "people": people,
        "answered": len(tally.seconds),
        "failed": len(tally.failures),
        "seconds": round(total, 2),
        "answers_per_second": round(len(tally.seconds) / total, 1),
        "p50": round(statistics.median(times), 3),
        "p95": round(times[min(len(times) - 1, int(0.95 * len(times)))], 3),
        "max": round(times[-1], 3),
        "alone": round(single, 3),
        "ratio": round(statistics.median(times) / max(single, 1e-9), 1),
    }


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--address", default="http://127.0.0.1:7860/")
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--questions", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    figures = asyncio.run(measure(chosen.address, chosen.people, chosen.questions))
    if chosen.json:
        print(json.dumps(figures))
    else:
        print(" · ".join(f"{name} {value}" for name, value in figures.items()))
    raise SystemExit(1 if figures["failed"] else 0)


if __name__ == "__main__":
    main()
