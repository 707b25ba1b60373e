"""The warnings that go with a plan: safety first, then time, then what a letter gives away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from config import messages
from config.records import Offence
from takedown.matter import NEAR, PRESS, Matter


@dataclass(frozen=True)
class Plan:
    """What the warnings depend on beside the matter: letters and acts proposed, offences named, what is lacking."""

    letters: Sequence[str]
    offences: Sequence[Offence]
    press_question: bool = False
    lacks_reference: bool = False

    def proposes(self, *names: str) -> bool:
        return any(name in self.letters for name in names)


Condition = Callable[[Matter, Plan], bool]

WARNINGS: tuple[tuple[str, Condition], ...] = (
    ("danger", lambda m, _: m.situation.danger != "no"),
    ("ex_partner", lambda m, _: m.situation.ex_partner != "no"),
    ("uploader_learns", lambda m, p: m.situation.guarded and p.proposes("L01", "L01D", "L01M", "L02", "L03")),
    ("minor_address_only", lambda m, _: m.situation.minor_ladder),
    ("age_unknown", lambda m, _: m.situation.minor_ladder and m.situation.age_on_image in (None, "unknown")),
    ("relative_helps", lambda m, _: m.situation.mandate == "relative"),
    ("guardian", lambda m, _: m.situation.under_18_today == "yes"),
    ("parents_conflict", lambda m, _: m.situation.minor_ladder or m.situation.harm == "minor_plain_image"),
    ("parental_authority", lambda m, _: m.situation.harm == "minor_plain_image"),
    ("duty_to_report", lambda m, _: m.situation.minor_ladder and m.situation.mandate == "association"),
    ("do_not_pay", lambda m, _: m.situation.harm == "sextortion"),
    ("own_devices", lambda m, _: m.situation.harm == "hacked_account"),
    ("no_infiltration", lambda m, _: m.situation.harm in ("closed_group", "leak_forum") or _closed(m)),
    ("file_first", lambda m, _: m.situation.harm == "leak_forum"),
    ("source_first", lambda m, _: m.situation.harm == "archive_copy" or m.kind == "archive"),
    ("prove_false", lambda m, _: m.situation.harm == "plain_deepfake"),
    ("warn_contacts", lambda m, _: m.situation.harm == "impersonation"),
    ("tell_the_carrier", lambda m, _: m.situation.harm == "escort_ad"),
    ("private_place", lambda m, _: m.situation.harm == "plain_image"),
    ("press_not_stopped", lambda m, _: m.situation.harm in PRESS),
    ("press_question", lambda m, p: m.situation.harm not in PRESS and p.press_question),
    ("press_start_unknown", lambda m, _: m.situation.harm in PRESS and m.press_days is None),
    ("press_start_later", lambda m, _: m.press_starts_later),
    ("press_near", lambda m, _: m.press_days is not None and 0 <= m.press_days < NEAR),
    ("press_passed", lambda m, _: m.press_days is not None and m.press_days < 0),
    ("press_days_left", lambda m, _: m.press_days is not None and m.press_days >= NEAR and not m.press_starts_later),
    ("hateful_ground", lambda m, _: m.situation.harm == "hate_speech"),
    ("no_identification", lambda m, p: bool(p.offences) and not any(one.identifies for one in p.offences)),
    ("identification_needs_a_year", lambda m, p: len({one.identifies for one in p.offences}) > 1),
    ("complaint_needed", lambda m, p: _complaint_needed(m, p)),
    ("evidence_first", lambda m, _: not m.situation.minor_ladder),
    ("author_may_control", lambda m, _: m.situation.author_controls_addressee != "no"),
    ("forwarded_whole", lambda m, p: p.proposes("L02", "L19") or _forwards(m)),
    ("name_disclosed", lambda m, _: _discloses(m)),
    ("counter_notice", lambda m, _: any(one.outcome == "counter_notice" for one in m.situation.earlier)),
    ("copyright_exposes", lambda _, p: p.proposes("L20")),
    ("tida_not_guaranteed", lambda m, p: p.proposes("L21") and m.situation.country != "US"),
    ("reference_needed", lambda _, p: p.lacks_reference),
    ("small_unknown", lambda m, p: p.proposes("L04") and m.small == "unknown"),
    ("statutes", lambda m, p: m.situation.mandate == "association" and p.proposes("L04", "L05", "L06", "L12", "L13")),
    ("uk_hours", lambda m, p: m.situation.country == "GB" and p.proposes("L22")),
    ("private_messaging", lambda m, _: m.situation.audience == "private"),
    ("dsa_no_hours", lambda _, p: p.proposes("L01", "L01D", "L01M", "L02")),
    ("true_statements", lambda _, p: bool(p.letters)),
    ("information_only", lambda _m, _p: True),
)
"""Which warning is shown when: law.md 2, 7.1, 10, 11.4, 14, 18 to 20, 22.2 and 24."""


def warnings_of(matter: Matter, plan: Plan) -> list[dict[str, Any]]:
    """`[{code, text}]` in the situation's language, for this plan."""
    return [_warning(code, matter) for code, applies in WARNINGS if applies(matter, plan)]


def _warning(code: str, matter: Matter) -> dict[str, Any]:
    timed = code in ("press_near", "press_days_left")
    params = {"days": matter.press_days, "date": matter.press.due} if timed and matter.press else {}
    text = messages.render(f"recourse.warning.{code}", params, matter.situation.lang)
    return {"code": code, "text": text}


def _complaint_needed(matter: Matter, plan: Plan) -> bool:
    """Whether only her complaint starts the prosecution in France, and none is filed (law.md 1.4)."""
    open_ = not matter.complaint_filed and not matter.situation.abroad
    return open_ and any(one.complaint_needed for one in plan.offences)


def _closed(matter: Matter) -> bool:
    return matter.situation.audience == "closed"


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
