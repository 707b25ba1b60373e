"""The words with which a page that answers 200 says that its content is gone, in French and English."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

SHORT_PAGE: Final = 3000
"""Characters above which such words in a page's body may well be a quotation: then only its title counts."""

PHRASES: Final = (
    "page introuvable",
    "page non trouvee",
    "page inexistante",
    "cette page n'existe pas",
    "cette page n'existe plus",
    "cette page n'est plus disponible",
    "cette page n'est pas disponible",
    "la page demandee n'existe",
    "la page que vous recherchez n'existe",
    "cette page a ete recemment supprimee",
    "cette page a ete supprimee",
    "il n'y a pour l'instant aucun texte sur cette page",
    "contenu introuvable",
    "contenu indisponible",
    "contenu supprime",
    "ce contenu n'est plus disponible",
    "ce contenu n'est pas disponible",
    "ce contenu n'existe plus",
    "ce contenu a ete supprime",
    "ce contenu a ete retire",
    "cette publication a ete supprimee",
    "cette publication n'est plus disponible",
    "ce message a ete supprime",
    "video introuvable",
    "video supprimee",
    "cette video n'est plus disponible",
    "cette video a ete supprimee",
    "cette image a ete supprimee",
    "cette annonce n'est plus disponible",
    "cette annonce a ete supprimee",
    "compte suspendu",
    "ce compte n'existe pas",
    "ce compte a ete supprime",
    "fichier introuvable",
    "ce fichier a ete supprime",
    "erreur 404",
    "page not found",
    "404 not found",
    "error 404",
    "content not found",
    "content is not available",
    "content isn't available",
    "content is no longer available",
    "content has been removed",
    "this page doesn't exist",
    "this page does not exist",
    "page isn't available",
    "this page is no longer available",
    "the page you requested could not be found",
    "the page you were looking for doesn't exist",
    "this post has been removed",
    "this post was deleted",
    "this video has been removed",
    "this video is no longer available",
    "video unavailable",
    "this image has been removed",
    "this listing is no longer available",
    "account suspended",
    "this account doesn't exist",
    "this page has been deleted",
    "there is currently no text in this page",
    "file not found",
    "this file has been removed",
    "this file has been deleted",
)


def fold(text: str) -> str:
    """The text without case, accents, typographic apostrophes or repeated blanks, for a comparison of words."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return re.sub(r"\s+", " ", "".join(letter for letter in plain if not unicodedata.combining(letter))).strip()


def says_gone(title: str, text: str) -> bool:
    """Whether the title, or the body of a short page, says that the content is gone."""
    words = fold(title) if len(text) > SHORT_PAGE else f"{fold(title)} {fold(text)}"
    return any(phrase in words for phrase in PHRASES)
