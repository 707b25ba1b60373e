"""The warnings that go with a plan: safety first, then time, then what a letter gives away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from config import messages
from takedown.protection import NEAR, PRESS, Matter

Condition = Callable[[Matter, Sequence[str]], bool]

WARNINGS: tuple[tuple[str, Condition], ...] = (
    ("danger", lambda m, _: m.situation.danger != "no"),
    ("ex_partner", lambda m, _: m.situation.ex_partner != "no"),
    ("uploader_learns", lambda m, letters: m.situation.guarded and any(do in letters for do in ("L01", "L02", "L03"))),
    ("minor_address_only", lambda m, _: m.situation.minor_ladder),
    ("age_unknown", lambda m, _: m.situation.minor_ladder and m.situation.age_on_image in (None, "unknown")),
    ("guardian", lambda m, _: m.situation.under_18_today == "yes"),
    ("parents_conflict", lambda m, _: m.situation.minor_ladder or m.situation.harm == "minor_plain_image"),
    ("do_not_pay", lambda m, _: m.situation.harm == "sextortion"),
    ("own_devices", lambda m, _: m.situation.harm == "hacked_account"),
    ("no_infiltration", lambda m, _: m.situation.harm in ("closed_group", "leak_forum")),
    ("press_not_stopped", lambda m, _: m.situation.harm in PRESS),
    ("press_start_unknown", lambda m, _: m.situation.harm in PRESS and m.press_days is None),
    ("press_near", lambda m, _: m.press_days is not None and 0 <= m.press_days < NEAR),
    ("press_passed", lambda m, _: m.press_days is not None and m.press_days < 0),
    ("press_days_left", lambda m, _: m.press_days is not None and m.press_days >= NEAR),
    ("no_identification", lambda m, _: m.situation.harm in ("defamation", "insult")),
    ("identification_needs_a_year", lambda m, _: m.situation.harm == "threats"),
    ("complaint_needed", lambda m, _: _needs_complaint(m)),
    ("evidence_first", lambda m, _: not m.situation.minor_ladder),
    ("author_may_control", lambda m, _: m.situation.author_controls_addressee != "no"),
    ("forwarded_whole", lambda m, letters: "L02" in letters or "L19" in letters or _forwards(m)),
    ("name_disclosed", lambda m, _: _discloses(m)),
    ("copyright_exposes", lambda _, letters: "L20" in letters),
    ("tida_not_guaranteed", lambda _, letters: "L21" in letters),
    ("small_unknown", lambda m, letters: "L04" in letters and m.small == "unknown"),
    ("private_messaging", lambda m, _: m.situation.audience == "private"),
    ("dsa_no_hours", lambda _, letters: any(do in letters for do in ("L01", "L01D", "L01M", "L02"))),
    ("information_only", lambda _m, _l: True),
)
"""Which warning is shown when: law.md 2, 10, 11.4, 14, 19.3, 20, 22.2 and 24."""


def warnings_of(matter: Matter, letters: Sequence[str]) -> list[dict[str, Any]]:
    """`[{code, text}]` in the situation's language, for the plan that proposes these letters and acts."""
    return [_warning(code, matter) for code, applies in WARNINGS if applies(matter, letters)]


def _warning(code: str, matter: Matter) -> dict[str, Any]:
    timed = code in ("press_near", "press_days_left")
    params = {"days": matter.press_days, "date": matter.press.due} if timed and matter.press else {}
    text = messages.render(f"recourse.warning.{code}", params, matter.situation.lang)
    return {"code": code, "text": text}


def _needs_complaint(matter: Matter) -> bool:
    """Adult intimate images: prosecution needs the victim's complaint (C. pén. 226-6; not for deepfakes)."""
    situation = matter.situation
    return (
        situation.harm in ("intimate_image", "leak_forum")
        and not situation.minor_ladder
        and situation.complaint_filed != "yes"
    )


def _forwards(matter: Matter) -> bool:
    return matter.platform is not None and matter.platform.forwards_to_customer == "yes"


def _discloses(matter: Matter) -> bool:
    """Whether some channel of the platform gives the sender's name to others, or may."""
    harm = matter.situation.harm
    channels = matter.platform.channels if matter.platform else []
    return any(
        channel.discloses_to in ("public", "host", "uploader") and ("*" in channel.harms or harm in channel.harms)
        for channel in channels
    )
