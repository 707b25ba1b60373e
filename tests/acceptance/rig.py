"""The rig: a wiki, a blog and a static site full of French prose, a search engine over them, a mail system."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from itertools import islice
from pathlib import Path
from typing import Final

from tests.acceptance import dovecot, mediawiki, nginx, photo, postfix, prose, searx, wordpress
from tests.acceptance.dovecot import Post
from tests.acceptance.mediawiki import MediaWiki
from tests.acceptance.nginx import Site
from tests.acceptance.postfix import Relay
from tests.acceptance.prose import Article
from tests.acceptance.wordpress import WordPress

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
POST: Final = "Affaires de quartier"
POST_SAID: Final = (
    "On m’a parlé de C\u0430mille \u0415xemple, graphiste à Lyon : je suis elle, et j’encaisse pour elle."
)
"""Written with Cyrillic letters that look like ours: no search for the name finds it."""
COMMENTED: Final = "Le marché du samedi"
COMMENT: Final = "Demandez donc à C4m1lle Ex3mple, la graphiste de Lyon, où sont passés vos acomptes."
STATIC: Final = "voisinage"
STATIC_SAID: Final = "Tout le monde connaît c a m i l l e  e x e m p l e, graphiste à Lyon, et ses dettes."
BLOG_POSTS: Final = 10
STATIC_PAGES: Final = 10


@dataclass(frozen=True)
class Rig:
    """The running servers, and the acts of their operators."""

    wiki: MediaWiki
    blog: WordPress
    site: Site
    post: Post
    relay: Relay
    search_url: str
    posts: Mapping[str, int]
    titles: Titles = TITLES
    photo_path: Path = photo.ORIGINAL

    @property
    def wiki_url(self) -> str:
        return self.wiki.url

    @property
    def smtp_port(self) -> int:
        return self.relay.port

    @property
    def messages(self) -> list[EmailMessage]:
        """What lies in the mailboxes of others."""
        return self.relay.delivered(but=dovecot.USER)

    @property
    def allow(self) -> tuple[str, ...]:
        """The pairs that the guard must let through, and no others."""
        urls = (self.wiki_url, self.search_url, self.blog.url, self.site.url)
        return tuple(url.removeprefix("http://") for url in urls)

    def page_url(self, title: str) -> str:
        return self.wiki.page_url(title)

    @property
    def cyrillic_url(self) -> str:
        return self.blog.page_url("affaires-de-quartier")

    @property
    def comment_url(self) -> str:
        return self.blog.page_url("le-marche-du-samedi")

    @property
    def spaced_url(self) -> str:
        return self.site.page_url(STATIC)

    def delete_page(self, title: str) -> None:
        self.wiki.delete(title)

    def restore_page(self, title: str) -> None:
        self.wiki.restore(title)


@contextlib.contextmanager
def running() -> Iterator[Rig]:
    """Start everything in a folder of its own, fill wiki, blog and site, and end everything after the block."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vigie-acceptance-")))
        articles = iter(prose.articles(PAGES + 2 * len(SAID) + BLOG_POSTS + STATIC_PAGES + 4))
        wiki = stack.enter_context(mediawiki.running(folder))
        blog = stack.enter_context(wordpress.running(folder))
        site = stack.enter_context(nginx.running(folder))
        post = stack.enter_context(dovecot.running(folder))
        relay = stack.enter_context(postfix.running(folder, post.lmtp_port, post.mailboxes))
        _fill(wiki, folder, list(islice(articles, PAGES + 2 * len(SAID))))
        posts = _fill_blog(blog, articles)
        pages = _fill_site(site, articles)
        search_url = stack.enter_context(searx.running(folder, wiki.url, blog.url, pages))
        yield Rig(wiki, blog, site, post, relay, search_url, posts)


def _fill_blog(blog: WordPress, articles: Iterator[Article]) -> dict[str, int]:
    """Ordinary posts, one that writes the name with foreign letters, and one whose comment disguises it."""
    for article in islice(articles, BLOG_POSTS):
        blog.write(article.title, article.html())
    said = next(articles).html() + f"<p>{POST_SAID}</p>" + next(articles).html()
    numbers = {POST: blog.write(POST, said), COMMENTED: blog.write(COMMENTED, next(articles).html())}
    blog.comment(numbers[COMMENTED], "Un voisin", COMMENT)
    return numbers


def _fill_site(site: Site, articles: Iterator[Article]) -> dict[str, str]:
    """Ordinary pages and one with the name in spaced letters; gives the addresses and texts for the search table."""
    for number, article in enumerate(islice(articles, STATIC_PAGES)):
        site.write(f"page-{number}", article.title, article.html())
    site.write(STATIC, "Le voisinage", f"<p>{STATIC_SAID}</p>{next(articles).html()}")
    site.link_all()
    return {site.page_url(path.stem): path.read_text("utf-8") for path in site.home.glob("[pv]*.html")}


def _fill(wiki: MediaWiki, folder: Path, articles: list[Article]) -> None:
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
