"""Every code this room records or shows has a text in both languages, and every event of the table is recorded."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import messages
from takedown.events import CODES
from tests.takedown.desk import shipped

ROOM = Path(__file__).parents[2] / "takedown"
RECORDERS = {"record", "of_track", "of_notice", "_notice_becomes"}
CODE = re.compile(r"[a-z_]+\.[a-z_]+")
SHOWN = re.compile(
    r"(reply\.reason|offer|offer\.after|offer\.discloses|notice\.goes_by|notice\.discloses|verdict)\.[a-z_]+"
)


def calls() -> Iterator[tuple[str, ast.Call]]:
    for path in sorted(ROOM.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                named = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                yield named, node


def written() -> set[str]:
    """The string constants that are given, directly or through a name, to what records events."""
    given = {
        part.value
        for named, call in calls()
        if named in RECORDERS
        for argument in (*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "code"))
        for part in ast.walk(argument)
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and CODE.fullmatch(part.value)
    }
    assigned = re.findall(r'code = "(dispatch\.\w+)" if \w+ else "(dispatch\.\w+)"', (ROOM / "outbox.py").read_text())
    posted = re.findall(r'"(post\.\w+)"', (ROOM / "posting.py").read_text())
    return given | {code for pair in assigned for code in pair} | set(posted)


def shown() -> set[str]:
    """The codes of reasons and remarks that stand as constants in the room."""
    return {
        node.value
        for path in sorted(ROOM.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SHOWN.fullmatch(node.value)
    }


def test_the_scan_sees_the_recorders() -> None:
    assert len(written()) > 25


def test_every_code_that_is_recorded_is_in_the_table_and_every_code_of_the_table_is_recorded() -> None:
    assert written() == CODES


@pytest.mark.parametrize("code", sorted(CODES | shown()))
def test_every_code_has_a_text_in_both_languages(code: str) -> None:
    assert messages.messages()[code].fr
    assert messages.messages()[code].en


@pytest.mark.parametrize("do", sorted({step.do for route in shipped().routes.values() for step in route.steps}))
def test_every_step_that_an_event_may_name_has_a_text(do: str) -> None:
    assert messages.both(f"recourse.do.{do}", {})
