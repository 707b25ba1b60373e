"""Reads what a registry says about a network (RFC 9083): its holder and abuse mailbox, never the site's owner. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MAIL = re.compile(r"^[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>.,;]+$")
WEBMAIL = frozenset(
    {
        "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.fr", "live.com", "live.fr", "msn.com",
        "yahoo.com", "yahoo.fr", "gmx.com", "gmx.de", "gmx.fr", "mail.ru", "yandex.com", "yandex.ru", "proton.me",
        "protonmail.com", "icloud.com", "aol.com", "orange.fr", "laposte.net", "free.fr", "tutanota.com", "zoho.com",
    }
)  # fmt: skip
"""An abuse mailbox there is a private person's (law.md 22.2, 3)."""


@dataclass(frozen=True)
class NetworkHolder:
    """A network as its registry describes it; `mailboxes` are those of its abuse role, the holder's own first."""

    name: str
    holder: str
    handle: str
    country: str
    first: str
    last: str
    mailboxes: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, self.holder, self.handle)

    def mailbox(self, host: str) -> str | None:
        """The abuse mailbox that may be written to about this host: not webmail, not on the host's own domain."""
        return next((one for one in self.mailboxes if not _too_close(one, host)), None)


def read(document: Mapping[str, Any]) -> NetworkHolder:
    """The network of an RDAP answer; what is missing is empty, whatever shape the answer has."""
    entities = list(_entities(document))
    holder = next((_name(one) for one in entities if "registrant" in _roles(one) and _name(one)), "")
    found = [mail for one in entities if "abuse" in _roles(one) for mail in _mails(one)]
    return NetworkHolder(
        name=_word(document, "name"), holder=holder or _word(document, "name"), handle=_word(document, "handle"),
        country=_word(document, "country"), first=_word(document, "startAddress"), last=_word(document, "endAddress"),
        mailboxes=tuple(dict.fromkeys(found)),
    )  # fmt: skip


def _too_close(mailbox: str, host: str) -> bool:
    """Whether whoever runs the site would read it: a mailbox under the site's name, or one that anybody can open."""
    domain = mailbox.rpartition("@")[2]
    return domain in WEBMAIL or _registered(domain) == _registered(host.lower().rstrip("."))


def _registered(name: str) -> list[str]:
    """The part of a name that somebody registered: two labels, three under suffixes such as co.uk."""
    labels = name.split(".")
    return labels[-3:] if len(labels[-1]) == 2 and len(labels) > 2 and len(labels[-2]) <= 3 else labels[-2:]


def _entities(part: Mapping[str, Any], depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """The people and organisations named, and those named inside them, the outer ones first."""
    listed = part.get("entities")
    inside = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    yield from inside
    for one in inside if depth < 4 else []:
        yield from _entities(one, depth + 1)


def _roles(entity: Mapping[str, Any]) -> list[str]:
    roles = entity.get("roles")
    return [str(one) for one in roles] if isinstance(roles, list) else []


def _card(entity: Mapping[str, Any]) -> list[list[Any]]:
    """The lines of a jCard (RFC 7095)."""
    card = entity.get("vcardArray")
    lines = card[1] if isinstance(card, list) and len(card) > 1 and isinstance(card[1], list) else []
    return [line for line in lines if isinstance(line, list) and len(line) > 3]


def _name(entity: Mapping[str, Any]) -> str:
    """The name of an organisation; a private person's is not read."""
    lines = _card(entity)
    kind = next((str(line[3]) for line in lines if line[0] == "kind"), "org")
    return next((str(line[3])[:200] for line in lines if line[0] == "fn"), "") if kind != "individual" else ""


def _mails(entity: Mapping[str, Any]) -> Iterator[str]:
    for line in _card(entity):
        mail = str(line[3]).strip().lower()
        if line[0] == "email" and MAIL.match(mail) and len(mail) <= 254:
            yield mail


def _word(document: Mapping[str, Any], key: str) -> str:
    return str(document.get(key) or "")[:200]
