"""Fills the personal fields that the demo's story leaves empty, and reads every sealed word of a database back."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import case, tokens
from crawler.sighting import Media, Sighting
from fingerprints.signal import Signal
from monitor import negatives, recent, watch
from monitor.document import WatchDocument
from monitor.tables import Watch
from storage import passing, vault
from storage.database import Base
from storage.vault import INSTANCE
from takedown import intake, letterhead, notices, post, replies, store
from takedown.sender_proof import UNPROVED
from takedown.tables import NoticeRow
from vigie.story import acts
from vigie.story.stage import Stage

ROOT = Path(__file__).resolve().parents[2]
CONTACT = {
    "letters": "courrier.camille@boite.exemple.invalid",
    "phone": "+33 6 39 98 17 42",
    "safe": "Téléphoner le mardi seulement",
    "city": "Aubeville-sur-Orne",
}
TERMS = [
    {"kind": "phone", "value": "06 39 98 17 43", "context": ["fleuriste ambulante"]},
    {"kind": "email", "value": "camille.privee@boite.exemple.invalid"},
    {"kind": "address", "value": "17 venelle des Tanneurs-Oubliés, Aubeville"},
    {"kind": "handle", "value": "camomille_secrete_77"},
    {"kind": "phrase", "value": "la fille de la venelle aux lilas"},
    {
        "kind": "name", "value": "Camille Exemple-Valorbe", "aliases": ["Mimille Valorbe"],
        "context": ["chorale du Vieux-Lavoir"], "exclude": ["marathon de Brumeville"],
    },
]  # fmt: skip
LOCATOR = {"account": "@ombre_du_lavoir", "message": "msg-88412-lavoir", "group": "Les Bavards du Lavoir"}
ADDRESS = "https://gallery.exemple.invalid/album/venelle-aux-lilas"
QUOTE = "celle de la venelle, au numéro dix-sept"
COMMENT = "Elle m'a dit au téléphone que l'album date de Brumeville : à ajouter."
SUBJECT = "Au sujet de la venelle aux lilas et de Brumeville"
STRAY = b"""From: Voisine <voisine.du.lavoir@boite.exemple.invalid>
To: quelqu.un@exemple.invalid
Subject: Une question pour la fleuriste
Message-ID: <egare-1@boite.exemple.invalid>

Bonjour, est-ce bien vous sur la photo du lavoir ?
"""
OWN_PRINT, SEEN_PRINT = "c3a5" * 16, "5a3c" * 16
REPLY = "Nous avons lu votre demande au sujet de la personne à la venelle aux lilas."
CODES = re.compile(
    r"[a-z0-9_.:+\-]{1,40}|[\d\-T:.+Z ]+|\d{1,2} \w+ \d{4}"  # codes, instants, dates
    r"|(?:complain|notify|watch| )+|L\d\d[.\w]*|N-[\w-]{14}"  # a mandate's scopes, letters, a notice's reference
    r"|[0-9a-f]{64}|<[0-9a-f]{40}@[\w.]+>"  # the manifest's and the approved letter's hash; a Message-ID
)


def plant(stage: Stage) -> list[str]:
    """Give the case a contact, terms of each kind, a content by address and by locator, a comment, a reply, a token."""
    with stage.session() as session:
        case.change(session, stage.now, stage.case.id, contact=CONTACT, actor=stage.people.agent)
        document = WatchDocument.model_validate({"case": stage.case.id, "terms": TERMS, "sources": ["demo_forum"]})
        watch.add(session, stage.now, case_id=stage.case.id, document=document, actor=stage.people.agent)
        for place in ({"url": ADDRESS, "quote": QUOTE, "title": "Album du Lavoir"}, {"locator": LOCATOR}):
            intake.by_address(session, stage.now, case_id=stage.case.id, harm="doxxing", age_on_image="none",
                              actor=stage.people.agent, catalogue=stage.wiring.catalogue, **place)  # type: ignore[arg-type]  # fmt: skip
        [sent, *_] = [line for line in notices.list_notices(session, stage.case.id) if line.status == "answered"]
        replies.add(session, stage.now, sent.id, kind="other", text=REPLY, actor=stage.people.agent,
                    catalogue=stage.wiring.catalogue)  # fmt: skip
        _, secret = tokens.create(session, stage.now, account_id=stage.people.agent)
    back = acts.write(stage, "B", "L02")
    with stage.session() as session:
        notices.return_(session, stage.now, back, comment=COMMENT, actor=stage.people.lead)
        book, kept = stage.wiring.letterbook, store.open_letter(session, store.get(session, NoticeRow, back))
        notices.edit(session, stage.now, back, kept.blocks, actor=stage.people.agent, letterbook=book, subject=SUBJECT)
        post.accept(session, stage.now, STRAY, catalogue=stage.wiring.catalogue, trusted=UNPROVED)
        letterhead.give(session, stage.now, kind="letterhead", data=_picture(), organisation=stage.people.organisation,
                        actor=stage.people.lead)  # fmt: skip
        _another_picture(session, stage)
    words = [word for term in TERMS for word in _leaves({**term, "kind": None})]
    return [*words, *CONTACT.values(), *LOCATOR.values(), ADDRESS, QUOTE, COMMENT, REPLY, SUBJECT, "photo du lavoir",
            "voisine.du.lavoir", OWN_PRINT, SEEN_PRINT, secret]  # fmt: skip


def _picture() -> bytes:
    with io.BytesIO() as buffer:
        Image.linear_gradient("L").convert("RGB").save(buffer, "PNG")
        return buffer.getvalue()


def _another_picture(session: Session, stage: Stage) -> None:
    """One picture of her own that is no matter, and one seen a moment ago somewhere else."""
    watched = session.scalars(select(Watch.id).where(Watch.status == "active")).first()
    signals = [Signal("pdq", OWN_PRINT, 90)]
    assert negatives.own(session, stage.now, str(watched), signals, actor=stage.people.agent) == 1
    media = Media(url=f"{ADDRESS}/1.jpg", signals=(Signal("pdq", SEEN_PRINT, 90),))
    recent.remember(session, stage.now, Sighting("demo_forum", ADDRESS, ADDRESS, 200, (), stage.now, media=(media,)))


def columns() -> set[str]:
    """Every sealed column that the rooms declare, as table.column."""
    return {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name.endswith("_sealed")
    }


def sealed_words(session: Session, now: dt.datetime) -> Iterator[tuple[str, str]]:
    """Each word that lies sealed: (table.column, text), the leaves of a sealed JSON one by one."""
    hours = dict(passing.open_all(session, now))
    for table in Base.metadata.tables.values():
        sealed = [column for column in table.columns if column.name.endswith("_sealed")]
        for row in session.execute(select(table)).mappings() if sealed else ():
            place = row["case_id"] if "case_id" in row else row["id"] if table.name == "case_file" else INSTANCE
            for column in sealed:
                if value := row[column.name]:
                    name = column.name.removesuffix("_sealed")
                    if "slot" in row:  # sealed under the key of an hour, which is gone after a day
                        text = passing.open_text(hours[row["slot"]], row["slot"], value) if row["slot"] in hours else ""
                    else:
                        text = _opened(session, place, table.name, name, row["id"], value)
                    yield from ((f"{table.name}.{column.name}", word) for word in _words_of(text))


def _opened(session: Session, *place_and_value: Any) -> str:
    """A sealed text; a sealed picture as the digits it would be found by."""
    data = vault.open_bytes(session, *place_and_value)
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data[64:128].hex() + "picture"


def _words_of(text: str) -> Iterator[str]:
    try:
        yield from _leaves(json.loads(text))
    except ValueError:
        yield text


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from _leaves(one)
    elif isinstance(value, list):
        for one in value:
            yield from _leaves(one)
    elif isinstance(value, str):
        yield value


def is_code(word: str) -> bool:
    """Whether a sealed leaf is a code, date, reference or hash that the program made, or words of our own records."""
    return bool(CODES.fullmatch(word)) or word in _own_words()


@cache
def _own_words() -> str:
    """Every record and letter of the project: what stands there is nobody's."""
    files = [path for room in ("config", "templates") for path in (ROOT / room).rglob("*") if path.is_file()]
    return "\n".join(path.read_text("utf-8") for path in files if path.suffix in (".toml", ".j2"))
