"""Replies invented by other hands, which never saw the rules, are read for what their senders say."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from takedown.classify import ReplyFacts, classify

ANSWERS = Path(__file__).with_name("answers")
FIRM = frozenset({"refusal", "removed", "identity", "bounce"})
"""What the track acts on; acknowledgement changes nothing, and other is shown to a person."""


def read(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (ANSWERS / name).read_text(encoding="utf-8").splitlines()]


def kinds(replies: Sequence[dict[str, Any]]) -> Counter[tuple[str, str]]:
    """How often a reply of a kind is read as a kind."""
    found: Counter[tuple[str, str]] = Counter()
    for reply in replies:
        headers = {**reply["headers"], "from": reply["from"]}
        facts = ReplyFacts(headers, reply["content_type"], reply["subject"], reply["text"])
        found[reply["kind"], classify(facts).kind] += 1
    return found


@pytest.mark.parametrize(("name", "share"), [("first.jsonl", 0.93), ("second.jsonl", 0.90)])
def test_replies_written_by_another_hand_are_read_right(name: str, share: float) -> None:
    found = kinds(read(name))
    right = sum(count for (said, read_as), count in found.items() if said == read_as)
    assert right / found.total() >= share, found


@pytest.mark.parametrize("name", ["first.jsonl", "second.jsonl"])
def test_what_the_track_acts_on_is_hardly_ever_read_into_a_reply_that_says_something_else(name: str) -> None:
    found = kinds(read(name))
    firm = {pair: count for pair, count in found.items() if pair[1] in FIRM}
    wrong = sum(count for (said, read_as), count in firm.items() if said != read_as)
    assert wrong / sum(firm.values()) <= 0.1, found
