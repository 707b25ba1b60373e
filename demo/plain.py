"""The smaller sites: a few plain pages, a site that fails, and a host with a form for reports of abuse."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from demo import markup
from demo.reading import table
from demo.site import Answer, Asked, Board, Document

KEPT_OUT: Final = "User-agent: *\nDisallow: /reserve/\n"
"""The robots.txt of the site `robots`: one folder is not for programs."""
FORM: Final = """<form method="post" action="/abus">
<label>Adresse du contenu <input name="url" required></label>
<label>Motif <input name="motif" required></label>
<label>Explication <textarea name="explication"></textarea></label>
<label>Votre courriel <input name="courriel"></label>
<button>Envoyer</button></form>"""


class Plain:
    """The pages of one key of elsewhere.toml, behind a list of links; `forbidden` paths are unknown to search."""

    def __init__(self, name: str, title: str, forbidden: str = "") -> None:
        self._title, self._forbidden = title, forbidden
        self._pages = {row["path"]: row for row in table("elsewhere", name)}

    def answer(self, asked: Asked, board: Board) -> Answer | None:
        if asked.path == "/":
            shown = (item for item in self._pages.items() if not board.gone(item[0]))
            listed = markup.items(markup.link(path, row["title"]) for path, row in shown)
            return Answer(markup.page(self._title, listed))
        row = self._pages.get(asked.path)
        return Answer(markup.page(row["title"], markup.paragraphs(row["text"]))) if row else None

    def documents(self) -> Iterator[Document]:
        for path, row in self._pages.items():
            if not self._forbidden or not path.startswith(self._forbidden):
                yield Document(path, row["title"], row["text"])


class Failing:
    """A site whose every page is an error of its server."""

    def answer(self, asked: Asked, board: Board) -> Answer | None:  # noqa: ARG002 - it fails whatever is asked
        return Answer(markup.page("Erreur interne", "<p>Le serveur a rencontré une erreur.</p>"), status=500)

    def documents(self) -> Iterable[Document]:
        return ()


@dataclass(frozen=True)
class Report:
    """A report of abuse that the host's form took: its number and what was written."""

    number: str
    fields: Mapping[str, str]


class Host(Plain):
    """A host with its form at /abus; what is sent is kept in `reports`."""

    def __init__(self) -> None:
        super().__init__("host", "Conserverie, hébergement de sites")
        self.reports: list[Report] = []
        self._one_at_a_time = threading.Lock()

    def answer(self, asked: Asked, board: Board) -> Answer | None:
        if asked.path != "/abus":
            return super().answer(asked, board)
        if asked.method != "POST":
            return Answer(markup.page("Signaler un contenu", FORM))
        if not asked.form.get("url") or not asked.form.get("motif"):
            body = f"<p>Indiquez l’adresse du contenu et le motif.</p>{FORM}"
            return Answer(markup.page("Il manque quelque chose", body), status=422)
        number = self._keep(asked.form)
        return Answer(markup.page("Signalement reçu", f"<p>Votre signalement porte le numéro {number}.</p>"))

    def _keep(self, form: Mapping[str, str]) -> str:
        with self._one_at_a_time:
            number = f"AB-{len(self.reports) + 1:04d}"
            self.reports.append(Report(number, dict(form)))
        return number
