"""Who a notice goes to: the entity, the postal lines and the channel, read from the catalogue's records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from config.catalogue import Catalogue
from config.records import Authority, Channel, Platform
from takedown.errors import AddresseeError

PREFERRED = ("form", "email", "post")
"""The provider's electronic form first, its contact point failing that (DSA 16(1) and 12; law.md 10.1)."""
NO_RECORD = (
    "No record fits this content: add a platform record or a contact (`vigie contact find`, then confirm), "
    "then draft again."
)
BY_RESIDENCE = "Which one depends on where the person lives: look its address up, and write it on the letter."
NO_WAY = "The record of this addressee knows no such way for this harm: choose another one, or complete the record."


@dataclass(frozen=True)
class Addressee:
    """One addressee. `channel` is email, form or post; `discloses_to` who will learn the sender's name from it."""

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

    def to_json(self) -> dict[str, Any]:
        return {
            **asdict(self),
            "lines": list(self.lines),
            "domains": list(self.domains),
            "checked_on": str(self.checked_on),
        }

    @classmethod
    def given(cls, said: Mapping[str, Any], today: dt.date) -> Addressee:
        """An addressee without a record, as a person gives it: {entity, lines, channel: post or file}.

        Raises `AddresseeError` for anything else: a machine writes only to recorded addresses.
        """
        lines, channel = said.get("lines", []), said.get("channel", "post")
        known = {"entity", "lines", "channel"}
        if (
            set(said) - known
            or not said.get("entity")
            or not isinstance(lines, list)
            or channel not in ("post", "file")
        ):
            raise AddresseeError("Give an entity, its postal lines and a channel, post or file.")
        rows = tuple(str(line) for line in lines)
        return cls(
            entity=str(said["entity"]), lines=rows, channel=channel, value="\n".join(rows), lang="fr",
            discloses_to="unknown", record="given", source="given by a person", checked_on=today, kind="given",
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
