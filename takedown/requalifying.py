"""The questions that may show that a content is another harm than the one chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from config.records import Requalification
from takedown.situation import Situation

SEEN_BY_FEW = ("private_messages", "closed_group")


def requalified(situation: Situation, questions: Mapping[str, Requalification]) -> list[dict[str, Any]]:
    """`[{code, text}]`: each question that this harm and age open, with what a yes would change, in the language asked.

    On the minor path nothing is asked: no answer may lead away from it. Once a step was taken the choice is made, and
    who can see the content has been said where it is not public.
    """
    settled = situation.minor_ladder or bool(situation.earlier)
    asked = [] if settled else [one for one in questions.values() if _is_asked(situation, one)]
    return [{"code": f"requalify.{one.id}", "text": _text(one, situation.lang)} for one in asked]


def _is_asked(situation: Situation, question: Requalification) -> bool:
    age = situation.age_on_image or "unknown"
    if question.to in SEEN_BY_FEW and situation.audience != "public":
        return False
    return situation.harm in question.harms and (not question.ages or age in question.ages)


def _text(question: Requalification, lang: str) -> str:
    return f"{getattr(question.question, lang)} {getattr(question.means, lang)}"
