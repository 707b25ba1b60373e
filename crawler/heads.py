"""What the headers of one of Scrapy's responses say."""

from __future__ import annotations

from scrapy.http import Response


def mime(response: Response) -> str:
    """The declared type in lower case, without its parameters; empty when none is declared."""
    return header(response, "Content-Type").split(";")[0].strip().lower()


def charset(response: Response) -> str | None:
    """The declared charset, whether or not it is true."""
    _, found, name = header(response, "Content-Type").lower().partition("charset=")
    return name.split(";")[0].strip("\"' ") if found else None


def header(response: Response, name: str) -> str:
    """One header, empty when there is none."""
    return (response.headers.get(name) or b"").decode("latin-1")


def headers(response: Response) -> dict[str, str]:
    """All headers, their names in lower case."""
    names = (name.decode("latin-1") for name in response.headers)
    return {name.lower(): header(response, name) for name in names}
