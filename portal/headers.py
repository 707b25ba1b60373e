"""The security headers of every answer, and the check of the Host header (trust.md B2, B3)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from fastapi import FastAPI, Request, Response

from config.settings import Settings

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",  # own files: leaving by three presses of Shift, copying a field, fingerprints made here
        "worker-src 'self'",
        "media-src blob:",  # a video of the visitor's own, read frame by frame on the device
        "img-src 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    "X-Robots-Tag": "noindex, nofollow",
}
LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
STATIC = "/static/"


def install(app: FastAPI, settings: Settings) -> None:
    """Check the host of every request and put the headers on every answer, errors included."""
    known = LOOPBACK | {_name(urlsplit(settings.base_url).netloc)}
    https = settings.base_url.startswith("https:")

    @app.middleware("http")
    async def guarded(request: Request, call: Callable[[Request], Awaitable[Response]]) -> Response:
        if _name(request.headers.get("host", "")) in known:
            response = await call(request)
        else:
            response = Response("This address is not served here.\n", 421, media_type="text/plain")
        response.headers.update(HEADERS)
        if not request.url.path.startswith(STATIC):
            response.headers["Cache-Control"] = "no-store"
        if https:
            response.headers["Strict-Transport-Security"] = "max-age=63072000"
        return response


def _name(host: str) -> str:
    """The host without its port; an IPv6 literal keeps its brackets."""
    name, bracket, rest = host.rpartition("]")
    return f"{name}]".lower() if bracket else rest.partition(":")[0].lower()
