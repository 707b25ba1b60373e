"""Writes the HTML of the invented sites."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

LOGIN = """<form method="post" action="/connexion">
<label>Identifiant <input name="login"></label>
<label>Mot de passe <input type="password" name="password"></label>
<button>Entrer</button></form>"""


def page(title: str, body: str, *, head: str = "") -> bytes:
    """One whole page; `title` is text, `body` and `head` are markup."""
    return f"""<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><title>{escape(title)}</title>{head}</head>
<body><main><h1>{escape(title)}</h1>
{body}
</main></body></html>
""".encode()


def paragraphs(text: str) -> str:
    """The blocks of a text, which blank lines separate."""
    return "\n".join(f"<p>{escape(block.strip())}</p>" for block in text.split("\n\n") if block.strip())


def link(address: str, words: str) -> str:
    """A link."""
    return f'<a href="{escape(address)}">{escape(words)}</a>'


def items(markup: Iterable[str]) -> str:
    """A list of pieces of markup."""
    return "<ul>" + "".join(f"<li>{each}</li>\n" for each in markup) + "</ul>"


def login_wall() -> bytes:
    """What stands in place of a page that only members may see."""
    return page("Réservé aux membres", f"<p>Connectez-vous pour voir cette page.</p>{LOGIN}")


def not_found() -> bytes:
    """What stands in place of a page that is not there."""
    return page("Page introuvable", "<p>Cette page n’existe pas ou a été retirée.</p>")
