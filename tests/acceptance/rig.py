"""The rig: a wiki full of French prose with what is to be found in it, a search engine over it, a mail server."""

from __future__ import annotations

import contextlib
import email
import email.policy
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Final

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.acceptance import mediawiki, photo, prose, searx, servers
from tests.acceptance.mediawiki import MediaWiki

PERSON: Final = "Camille Exemple"
PAGES: Final = 32  # of prose that mentions nobody
HOME: Final = "Accueil"
PICTURE: Final = "Promenade.jpg"


@dataclass(frozen=True)
class Titles:
    """The pages that matter: two true mentions in two spellings, a namesake, and the copied photograph."""

    mention: str = "Le club d’informatique"
    inverted: str = "Petites annonces du quartier"
    namesake: str = "Commerces du port"
    photo: str = "Carnet de promenades"


TITLES: Final = Titles()
SAID: Final = {
    TITLES.mention: "Attention à Camille Exemple, graphiste à Lyon : je suis son ancienne associée et j’écris en son "
    "nom, envoyez-moi vos acomptes.",
    TITLES.inverted: "Vends chaise de bureau. Répondre à EXEMPLE Camille, graphiste, Lyon, qui rappelle tout de suite.",
    TITLES.namesake: "À Quimper, la boulangerie du port est tenue par Camille Exemple, boulangère depuis trente ans.",
    TITLES.photo: f"Vu au bord du chemin, un matin de printemps.\n\n[[Fichier:{PICTURE}|480px|une coccinelle]]",
}
"""The invented sentence of each page; real prose stands before and after it."""


@dataclass(frozen=True)
class Mailbox:
    """What the mail server took in; `handle_DATA` is the name that aiosmtpd calls."""

    messages: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert envelope.original_content is not None
        self.messages.append(email.message_from_bytes(envelope.original_content, policy=email.policy.default))
        return "250 taken in"


@dataclass(frozen=True)
class Rig:
    """The running servers, and the acts of the wiki's operator."""

    wiki: MediaWiki
    search_url: str
    smtp_port: int
    messages: list[EmailMessage]
    titles: Titles = TITLES
    photo_path: Path = photo.ORIGINAL

    @property
    def wiki_url(self) -> str:
        return self.wiki.url

    @property
    def allow(self) -> tuple[str, ...]:
        """The pairs that the guard must let through, and no others."""
        return tuple(url.removeprefix("http://") for url in (self.wiki_url, self.search_url))

    def page_url(self, title: str) -> str:
        return self.wiki.page_url(title)

    def delete_page(self, title: str) -> None:
        self.wiki.delete(title)

    def restore_page(self, title: str) -> None:
        self.wiki.restore(title)


@contextlib.contextmanager
def running() -> Iterator[Rig]:
    """Start everything in a folder of its own, fill the wiki, and end everything after the block."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vigie-acceptance-")))
        wiki = stack.enter_context(mediawiki.running(folder))
        _fill(wiki, folder)
        search_url = stack.enter_context(searx.running(folder, wiki.url))
        box = Mailbox()
        port = servers.free_port()
        mail = Controller(box, hostname="127.0.0.1", port=port)
        mail.start()
        stack.callback(mail.stop)
        yield Rig(wiki, search_url, port, box.messages)


def _fill(wiki: MediaWiki, folder: Path) -> None:
    articles = prose.articles(PAGES + 2 * len(SAID))
    pages = {article.title: article.wikitext() for article in articles[:PAGES]}
    around = iter(articles[PAGES:])
    for title, sentence in SAID.items():
        pages[title] = "\n\n".join((next(around).wikitext(), sentence, next(around).wikitext()))
    pictures = folder / "pictures"
    pictures.mkdir()
    photo.write_copy(pictures / PICTURE)
    wiki.upload(pictures)
    wiki.write(pages)
    wiki.write({HOME: _list(tuple(pages))})  # afterwards: a link to a page that is not there yet is a form to write it


def _list(titles: Sequence[str]) -> str:
    return "\n".join(f"* [[{title}]]" for title in sorted(titles))
