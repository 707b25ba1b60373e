"""`vigie report trusted-flagger` at the console."""

from __future__ import annotations

import json

import pytest

from takedown import flagger_report
from takedown.flagger_report import Flagged
from tests.vigie.test_commands import Type, case, typed

__all__ = ["case", "typed"]


def test_a_year_without_a_notice_is_told_and_is_nothing_to_do(typed: Type, case: str) -> None:
    code, out, err = typed("report", "trusted-flagger", "--year", "2026")
    assert (code, out) == (4, "")
    assert "2026" in err
    found = json.loads(typed("report", "trusted-flagger", "--year", "2026", "--json")[1])
    assert found == {"year": 2026, "notices": 0, "by_host": {}, "by_type": {}, "by_action": {}}


def test_the_three_tables_are_told_in_words_and_name_no_rare_host(
    typed: Type, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = [Flagged("x", "doxxing", "removed")] * 5 + [Flagged("reddit", "insult", "refused")]
    monkeypatch.setattr(flagger_report, "flagged", lambda *about: sent)
    code, out, _ = typed("report", "trusted-flagger", "--year", "2026")
    assert code == 0
    assert "     5  X Internet Unlimited Company" in out
    assert "Reddit" not in out
    assert "     1  Autres (moins de cinq chacun" in out
    assert "retrait constaté" in out
    assert "found removed" in typed("report", "trusted-flagger", "--year", "2026", "--lang", "en")[1]
