"""A corpus that can be read on one screen: five briefs, three sources, all approved."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from corpus.expansion import paragraph_key
from corpus.library import approve, read_library
from corpus.passages import passages

APPROVED_ON = date(2026, 1, 2)

SOURCES = """
[[source]]
key = "survey-2020"
title = "A survey of kratom users"
authors = "Garcia A, Smith B, Jones C"
year = 2020
venue = "Journal of Surveys"
kind = "survey"
doi = "10.1000/survey"

[[source]]
key = "trial-2022"
title = "A trial of kratom tea"
authors = "Vicknasingam B"
year = 2022
kind = "rct"
pmid = "123"
url = "https://example.org/trial"

[[source]]
key = "cases-2019"
title = "Patients with jaundice"
authors = "Ahmad J, Odin J"
year = 2019
kind = "case-series"
"""

HEART = """## Does kratom change the heart rate?

The heart rate rose by nine beats per minute in a trial of kratom tea with twelve men. Blood pressure hardly changed. [@trial-2022]

## Can kratom upset the heart rhythm?

Changes of the heart rhythm were seen in single patients. [@cases-2019]
"""
LIVER = """## Can kratom hurt the liver?

Kratom hurt the liver of 11 patients. Jaundice came after about three weeks of daily use. [@cases-2019] [@survey-2020]

Most of the 11 patients got better after they stopped. [@cases-2019]
"""
PAIN = """## Does kratom help with pain?

In a survey, most users said that kratom eased their pain. No trial has tested kratom for back pain. [@survey-2020]

## How long do people bear pain after kratom?

In one trial, men held a hand in ice water for longer after kratom tea. [@trial-2022]
"""
SLEEP = """## Does kratom disturb sleep?

In a survey, users told of poor sleep after large amounts. [@survey-2020]
"""
WITHDRAWAL = """## What is kratom withdrawal like?

Kratom withdrawal brings aches, a runny nose and a low mood. Withdrawal lasts about a week. [@survey-2020; @cases-2019]
"""
BODIES = {"heart": HEART, "liver": LIVER, "pain": PAIN, "sleep": SLEEP, "withdrawal": WITHDRAWAL}


def brief_text(name: str, body: str, **fields: str) -> str:
    """Return a brief with its front matter; `fields` replaces or adds fields."""
    front = {
        "id": name,
        "title": f"Kratom and {name}",
        "summary": f"What is known of kratom and {name}.",
        "topic": "effects",
        "as_of": "2026-01-01",
        "review_by": "2027-01-01",
    } | fields
    return "---\n" + "".join(f"{key}: {value}\n" for key, value in front.items()) + "---\n\n" + body


def write_brief(folder: Path, name: str, body: str, **fields: str) -> Path:
    """Write one brief into a corpus folder, unapproved."""
    path = folder / "documents" / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(brief_text(name, body, **fields), encoding="utf-8", newline="\n")
    return path


def expand(folder: Path, name: str, *asked: str) -> None:
    """Write questions for the first passage of a document of a corpus folder, and for no other."""
    passage = next(passages(read_library(folder).documents[name]))
    row = {"document": name, "heading": passage.section, "paragraph": paragraph_key(passage), "asked": asked}
    (folder / "expansions.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")


def write_corpus(folder: Path) -> Path:
    """Write the small corpus into a folder and approve it."""
    for name, body in BODIES.items():
        write_brief(folder, name, body)
    (folder / "sources.toml").write_text(SOURCES, encoding="utf-8")
    approve(folder, [], by="Ada Tester", on=APPROVED_ON, statement="read in full")
    return folder
