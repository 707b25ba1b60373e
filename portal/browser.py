"""What a browser carries: the session cookie, the language, and the token that proves a form came from our page."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from fastapi import Request, Response

from config.settings import Settings
from portal.words import LANGUAGES

LANG_COOKIE = "lang"
FIELD = "csrf"


def cookie_name(settings: Settings) -> str:
    """`__Host-vigie` where the connection is encrypted; browsers refuse that prefix on plain http (loopback)."""
    return "__Host-vigie" if _https(settings) else "vigie"


def give(response: Response, settings: Settings, value: str) -> None:
    """Hand the session cookie over: it ends with the browser, scripts cannot read it, no other site sends it."""
    _set(response, settings, cookie_name(settings), value)


def take_back(response: Response, settings: Settings) -> None:
    """Remove the session cookie, and ask the browser to forget everything of ours."""
    response.delete_cookie(cookie_name(settings), path="/", secure=_https(settings), httponly=True, samesite="strict")
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'


def language(request: Request) -> str:
    """The language asked for now, chosen before, or preferred by the browser; French when none is ours."""
    for wanted in (request.query_params.get("lang"), request.cookies.get(LANG_COOKIE)):
        if wanted in LANGUAGES:
            return wanted
    first = request.headers.get("accept-language", "fr")[:2].lower()
    return "en" if first == "en" else "fr"


def keep_language(response: Response, settings: Settings, lang: str) -> None:
    """Remember the language in a cookie of its own, which tells nothing else."""
    _set(response, settings, LANG_COOKIE, lang)


def visitor_name(settings: Settings) -> str:
    """The cookie of a browser that is not signed in: a random value whose keyed hash its forms carry."""
    return cookie_name(settings) + "-v"


def new_visitor() -> str:
    return secrets.token_urlsafe(24)


def visitor_token(settings: Settings, visitor: str) -> str:
    """The form token of a browser without session."""
    return hmac.new(settings.key, f"form\0{visitor}".encode(), hashlib.sha256).hexdigest()


def same(given: str, wanted: str) -> bool:
    """Compared in constant time; an empty one fits nothing."""
    return bool(wanted) and hmac.compare_digest(given.encode(), wanted.encode())


def _set(response: Response, settings: Settings, name: str, value: str) -> None:
    response.set_cookie(name, value, path="/", secure=_https(settings), httponly=True, samesite="strict")


def _https(settings: Settings) -> bool:
    return settings.base_url.startswith("https:")
