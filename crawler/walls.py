"""Tells a page from what stands in its place: a login form, a consent form, a robot check (pure)."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import urlsplit

_LOGIN_PATH: Final = re.compile(
    r"/(log-?in|sign-?in|sign-?up|connexion|se-connecter|identification|authenticate|auth|sso|session/new|checkpoint|"
    r"wp-login\.php|accounts/login)(?=[/.?#]|$)",
    re.IGNORECASE,
)
_CONSENT_HOST: Final = re.compile(r"^(consent|guce|cmp)\.", re.IGNORECASE)
_LOGIN_TITLE: Final = re.compile(
    r"\b(connexion|authentification|identification) (n[ée]cessaire|requise|obligatoire)\b|"
    r"\b(log-?in|sign-?in|authentication) (is )?required\b|\b(log|sign) in to (continue|see|view)\b|"
    r"\bconnectez-vous pour (continuer|voir)\b",
    re.IGNORECASE,
)
_CONSENT_WORDS: Final = re.compile(
    r"avant d.accéder|avant de continuer|before you continue|accepter (tout|les cookies)|accept all|tout accepter|"
    r"gérer (mes|vos) (choix|préférences)|nous utilisons des cookies|we use cookies|votre consentement|your consent",
    re.IGNORECASE,
)
_CHALLENGE: Final = re.compile(
    r"just a moment\.\.\.|checking your browser|cf-challenge|challenge-platform|g-recaptcha|h-captcha|hcaptcha\.com/1|"
    r"vérifi(ez|er) que vous êtes (un )?humain|verify (that )?you are (a )?human|unusual traffic|px-captcha|datadome",
    re.IGNORECASE,
)
_WALL_TEXT: Final = 1200  # code points; a page with more text than this has its content beside the form


def login(tree: Any, url: str, body: str) -> bool:
    """Whether the page only asks to sign in; `body` is its visible text."""
    asks_password = bool(tree.xpath("//input[translate(@type, 'PASWORD', 'pasword') = 'password']"))
    if _LOGIN_PATH.search(urlsplit(url).path) and (asks_password or len(body) < _WALL_TEXT):
        return True
    if len(body) >= _WALL_TEXT:
        return False
    titles = " ".join("".join(each.itertext()) for each in tree.iter("title", "h1"))
    return asks_password or bool(_LOGIN_TITLE.search(titles))


def consent(url: str, body: str) -> bool:
    """Whether the page only asks to accept cookies."""
    if _CONSENT_HOST.search(urlsplit(url).hostname or ""):
        return True
    return len(body) < _WALL_TEXT and len(_CONSENT_WORDS.findall(body)) >= 2


def challenge(source: str, body: str) -> bool:
    """Whether a robot check stands where the page should be."""
    return len(body) < _WALL_TEXT and bool(_CHALLENGE.search(source[:200_000]))
