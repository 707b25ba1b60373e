"""Who carries a site without a record: the network's abuse mailbox, found in its registry, confirmed by a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from ipaddress import IPv4Address, IPv6Address
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.catalogue import Catalogue
from config.records import Channel, Platform
from config.registries import Registries
from crawler import address as addresses
from crawler import rdap
from crawler.rdap import RegistryError
from storage.database import new_id
from takedown import content, network
from takedown.errors import AddresseeError
from takedown.network import NetworkHolder
from takedown.tables import ContactRow

Address = IPv4Address | IPv6Address
Resolve = Callable[[str], Sequence[Address]]


@dataclass(frozen=True)
class Found:
    """What is known of a host. `status`: record (a platform of ours), unverified, confirmed, front, none.

    A front (CDN, protection) is named and never proposed as the host: it is asked who the host is (L19).
    """

    host: str
    status: str
    record: str | None = None
    holder: str = ""
    network: str = ""
    country: str = ""
    mailbox: str | None = None
    front: str | None = None
    source: str = ""
    found_on: dt.date | None = None
    addresses: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "found_on": self.found_on.isoformat() if self.found_on else None}


def find(
    url: str,
    today: dt.date,
    *,
    catalogue: Catalogue,
    registries: Registries,
    allow: Collection[str] = (),
    resolve: Resolve = rdap.addresses_of,
) -> Found:
    """Who carries the site at this address: our record, else the holder of the network behind its name.

    Only the abuse role of the *network* is read; neither the domain's registrant nor its registrar is asked
    (law.md 22.2, 3). Raises `AddresseeError` for what is no web address, `RegistryError` when nobody answers.
    """
    host = addresses.host(url)
    if not host:
        raise AddresseeError("This is no web address: give one that starts with https://.")
    known = content.platform_of(catalogue, url)
    if known is not None:
        return Found(host, "record", record=known.id, holder=known.entity)
    literals = tuple(resolve(host))
    for literal in literals:
        front = registries.front(literal, ())
        if front is not None:
            return Found(host, "front", front=front.name, addresses=tuple(map(str, literals)))
    return _asked(host, literals, today, registries, allow)


def _asked(
    host: str, literals: Sequence[Address], today: dt.date, registries: Registries, allow: Collection[str]
) -> Found:
    """The first address of which a registry knows the holder; raises the last refusal when none does."""
    trouble: RegistryError | None = None
    for literal in literals:
        for server in registries.servers(literal):
            try:
                answer = rdap.ask(server, literal, allow)
            except RegistryError as error:
                trouble = error
                continue
            held = network.read(answer.document)
            return _told(host, literal, held, answer.url, today, registries, tuple(map(str, literals)))
    raise trouble or RegistryError("No registry answers for this address: it is not on the public internet.")


def _told(
    host: str,
    literal: Address,
    held: NetworkHolder,
    source: str,
    today: dt.date,
    registries: Registries,
    literals: tuple[str, ...],
) -> Found:
    front, mailbox = registries.front(literal, held.names), held.mailbox(host)
    status = "front" if front else "unverified" if mailbox else "none"
    return Found(
        host, status, holder=held.holder, network=held.name, country=held.country,
        mailbox=mailbox if status == "unverified" else None, front=front.name if front else None, source=source,
        found_on=today, addresses=literals,
    )  # fmt: skip


def keep(session: Session, now: dt.datetime, found: Found) -> ContactRow:
    """Note an unverified contact; a newer answer with another mailbox must be confirmed again."""
    if found.mailbox is None or found.found_on is None:
        raise AddresseeError("Nothing was found that could be written to: there is no contact to keep.")
    target = target_of(found.host)
    row = session.scalar(select(ContactRow).where(ContactRow.target == target).with_for_update())
    if row is None:
        row = ContactRow(id=new_id(now), target=target, holder="", mailbox="", source="", found_on=found.found_on)
        session.add(row)
    if row.mailbox != found.mailbox:
        row.confirmed_by, row.confirmed_at = None, None
    row.holder, row.mailbox, row.source, row.found_on = (
        found.holder or found.network, found.mailbox, found.source[:300], found.found_on,
    )  # fmt: skip
    session.flush()
    return row


def confirm(session: Session, now: dt.datetime, host: str, *, actor: str) -> ContactRow:
    """A person looked and says that this mailbox may be written to about this host."""
    row = session.scalar(select(ContactRow).where(ContactRow.target == target_of(host)).with_for_update())
    if row is None:
        raise AddresseeError("No contact was found for this host yet: ask with `vigie contact find` first.")
    row.confirmed_by, row.confirmed_at = actor, now
    return row


def of_target(session: Session, target: str) -> ContactRow | None:
    """The contact found for a track's target, confirmed or not."""
    return session.scalar(select(ContactRow).where(ContactRow.target == target))


def every(session: Session) -> Sequence[ContactRow]:
    return session.scalars(select(ContactRow).order_by(ContactRow.target)).all()


def target_of(host: str) -> str:
    """What a track on this host is aimed at while no record fits."""
    return content.unlisted({"url": f"https://{host}/"})


def added_to(session: Session, catalogue: Catalogue) -> Catalogue:
    """The catalogue with every confirmed contact as the record of a host: letters are written to it like to any other.

    Its domains are those of the mailbox, never the site's own: an answer from the site itself proves nothing.
    """
    rows = session.scalars(select(ContactRow).where(ContactRow.confirmed_by.is_not(None))).all()
    if not rows:
        return catalogue
    own: Mapping[str, Platform] = {row.target: _record(row) for row in rows}
    return replace(catalogue, platforms=MappingProxyType({**catalogue.platforms, **own}))


def _record(row: ContactRow) -> Platform:
    channel = Channel(kind="email", value=row.mailbox, harms=["*"], account="no", discloses_to="uploader")
    record = Platform(
        id="network", name=row.target.removeprefix(content.UNLISTED), entity=row.holder, country="unknown", kind="host",
        domains=[row.mailbox.rpartition("@")[2]], channels=[channel], small_provider="unknown", covered_tida="unknown",
        art20=False, machine_may_look=True, forwards_to_customer="unknown", source=row.source, checked_on=row.found_on,
        confidence="U",
    )  # fmt: skip
    return record.model_copy(update={"id": row.target})  # an id with a colon is no file's: only a track's target
