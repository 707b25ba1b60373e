"""Fills the personal fields that the demo's story leaves empty, and reads every sealed word of a database back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import case, tokens
from demo import story
from monitor import watch
from monitor.document import WatchDocument
from storage import vault
from storage.database import Base
from storage.vault import INSTANCE
from takedown import intake, notices, replies
from vigie.story import acts
from vigie.story.stage import Stage

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
    back = acts.write(stage, "B", f"L01.{story.TARGETS['B'].harm}")
    with stage.session() as session:
        notices.return_(session, stage.now, back, comment=COMMENT, actor=stage.people.lead)
    words = [word for term in TERMS for word in _leaves({**term, "kind": None})]
    return [*words, *CONTACT.values(), *LOCATOR.values(), ADDRESS, QUOTE, COMMENT, REPLY, secret]


def columns() -> set[str]:
    """Every sealed column that the rooms declare, as table.column."""
    return {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name.endswith("_sealed")
    }


def sealed_words(session: Session) -> Iterator[tuple[str, str]]:
    """Each word that lies sealed: (table.column, text), the leaves of a sealed JSON one by one."""
    for table in Base.metadata.tables.values():
        sealed = [column for column in table.columns if column.name.endswith("_sealed")]
        for row in session.execute(select(table)).mappings() if sealed else ():
            place = row["case_id"] if "case_id" in row else row["id"] if table.name == "case_file" else INSTANCE
            for column in sealed:
                if value := row[column.name]:
                    name = column.name.removesuffix("_sealed")
                    text = vault.open_text(session, place, table.name, name, row["id"], value)
                    yield from ((f"{table.name}.{column.name}", word) for word in _words_of(text))


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
    """Whether a sealed leaf is a code, a date, a reference or a hash that the program made, and no word of a person."""
    return bool(CODES.fullmatch(word))
