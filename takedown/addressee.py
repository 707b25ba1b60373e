"""Who a notice goes to: the entity, the postal lines and the channel, read from the catalogue's records."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from config.catalogue import Catalogue
from config.records import Authority, Channel, Platform
from takedown.errors import AddresseeError

GIVEN = "given"  # the record and kind of an addressee that a person typed
PREFERRED = ("form", "email", "post")
"""The provider's electronic form first, its contact point failing that (law.md 10.1)."""
NO_RECORD = (
    "No record fits this content: add a platform record or a contact (`vigie contact find`, then confirm), "
    "then draft again."
)
NOT_GIVEN = (
    "Give {record}, or {entity} with its postal lines, an e-mail address or the channel file: an addressee has a name, "
    "and a way to it."
)
MAILBOX = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>.,;]+")
BY_RESIDENCE = "Which one depends on where the person lives: look its address up, and write it on the letter."
NO_WAY = "The record of this addressee knows no such way for this harm: choose another one, or complete the record."


@dataclass(frozen=True)
class Addressee:
    """One addressee. `channel` is email, form, post or file; `discloses_to` who will learn the sender's name from it.

    `verified` is false for an address that a person typed, until somebody says that it was looked up.
    """

    entity: str
    lines: tuple[str, ...]
    channel: str
    value: str
    lang: str
    discloses_to: str
    record: str
    source: str
    checked_on: dt.date
    kind: str = "platform"
    domains: tuple[str, ...] = ()
    verified: bool = True

    def to_json(self) -> dict[str, Any]:
        return {
            **asdict(self),
            "lines": list(self.lines),
            "domains": list(self.domains),
            "checked_on": str(self.checked_on),
        }

    @classmethod
    def given(cls, said: Mapping[str, Any], today: dt.date, lang: str = "fr") -> Addressee:
        """An addressee without a record, as a person types it: {entity, lines, channel: post, email or file, email}.

        Unverified, unless it is a file that a person hands over. Raises `AddresseeError` for anything else.
        """
        lines, channel, mailbox = said.get("lines", []), said.get("channel", "post"), said.get("email", "")
        rows = tuple(str(line).strip() for line in lines) if isinstance(lines, list) else ()
        reached = {"file": True, "post": bool(rows), "email": bool(MAILBOX.fullmatch(str(mailbox)))}.get(str(channel))
        name = str(said.get("entity", "")).strip()
        if set(said) - {"entity", "lines", "channel", "email"} or not reached or not name.isprintable() or not name:
            raise AddresseeError(NOT_GIVEN, "refusal.addressee_given")
        value = str(mailbox) if channel == "email" else "\n".join(rows)
        return cls(
            entity=name, lines=rows, channel=str(channel), value=value, lang=lang, discloses_to="unknown",
            record=GIVEN, source="given by a person", checked_on=today, kind=GIVEN, verified=channel == "file",
        )  # fmt: skip

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Addressee:
        return cls(**{**kept, "lines": tuple(kept["lines"]), "domains": tuple(kept["domains"]),
                      "checked_on": dt.date.fromisoformat(kept["checked_on"])})  # fmt: skip


def find(
    catalogue: Catalogue,
    record_id: str | None,
    harm: str,
    prefer: Sequence[str] = PREFERRED,
    lang: str = "fr",
    *,
    do: str = "L01",
) -> Addressee:
    """The addressee for a platform or authority record; a channel made for the harm wins over one for everything.

    `prefer` holds the ways that may be taken, the best one first: a person who chose e-mail passes ("email",). `do` is
    the letter or act: a channel that serves other ones is never taken for it (a form of the US act takes no notice
    under European law). Raises `AddresseeError` when no record fits, or the record knows none of these ways.
    """
    if record_id is not None and record_id in catalogue.platforms:
        return _platform(catalogue.platforms[record_id], harm, prefer, lang, do)
    if record_id is not None and record_id in catalogue.authorities:
        return _authority(catalogue.authorities[record_id], lang)
    raise AddresseeError(NO_RECORD)


def chosen(
    catalogue: Catalogue, said: Mapping[str, Any], harm: str, today: dt.date, lang: str = "fr", *, do: str = "L01"
) -> Addressee:
    """The addressee that a person chooses in place of the usual one: {record: its id}, or one that she types.

    Raises `AddresseeError` for a record that is not there or cannot be written to, and for what is no addressee.
    """
    if set(said) == {"record"}:
        return find(catalogue, str(said["record"]), harm, lang=lang, do=do)
    return Addressee.given(said, today, lang)


def recorded(catalogue: Catalogue) -> dict[str, str]:
    """The records that a letter can be written to, id -> name, authorities first: those that have an address."""
    known = catalogue.authorities.values()
    authorities = {one.id: one.name for one in known if not one.by_residence and (one.form or one.address)}
    platforms = {one.id: one.name for one in catalogue.platforms.values() if one.channels or one.address}
    return {**_by_name(authorities), **_by_name(platforms)}


def _by_name(names: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(names.items(), key=lambda item: item[1].casefold()))


def authority_for(catalogue: Catalogue, do: str, country: str = "FR") -> str | None:
    """The record of the authority that takes this letter or act, the person's own country first; None without one."""
    taking = [one for one in catalogue.authorities.values() if do in one.takes]
    return next((one.id for one in sorted(taking, key=lambda one: one.country != country)), None)


def _platform(platform: Platform, harm: str, prefer: Sequence[str], lang: str, do: str) -> Addressee:
    channel = _best(platform.channels, harm, prefer, do)
    if channel is None and not ("post" in prefer and platform.address):
        raise AddresseeError(NO_WAY)
    return Addressee(
        entity=platform.entity, lines=tuple(platform.address), channel=channel.kind if channel else "post",
        value=channel.value if channel else "\n".join(platform.address), lang=_lang(channel, lang),
        discloses_to=channel.discloses_to if channel else "unknown", record=platform.id, source=platform.source,
        checked_on=platform.checked_on, kind=platform.kind, domains=tuple(platform.domains),
    )  # fmt: skip


def _authority(authority: Authority, lang: str) -> Addressee:
    if authority.by_residence:
        raise AddresseeError(BY_RESIDENCE)
    if not (authority.form or authority.address):
        raise AddresseeError(NO_RECORD)
    return Addressee(
        entity=authority.name, lines=tuple(authority.address), channel="form" if authority.form else "post",
        value=authority.form or "\n".join(authority.address), lang=lang, discloses_to="none", record=authority.id,
        source=authority.source, checked_on=authority.checked_on, kind=authority.kind,
    )  # fmt: skip


def _best(channels: Iterable[Channel], harm: str, prefer: Sequence[str], do: str) -> Channel | None:
    serving = [c for c in channels if not c.serves or do in c.serves]
    fitting = [c for c in serving if c.kind in prefer and ({harm, "*"} & set(c.harms))]
    return min(fitting, key=lambda c: (prefer.index(c.kind), not c.serves, harm not in c.harms), default=None)


def _lang(channel: Channel | None, lang: str) -> str:
    return lang if channel is None or not channel.langs or lang in channel.langs else channel.langs[0]
