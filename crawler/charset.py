"""Bytes of a page to text: the declared charset when it is true, the real one when it is not (pure)."""

from __future__ import annotations

import codecs
import re
from typing import Final

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_DECLARED: Final = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.\-]{2,40})""", re.IGNORECASE)
# Browsers read these as windows-1252 (WHATWG encoding standard, section 4.2): so do we.
_WINDOWS: Final = {"ascii", "iso8859-1", "cp1252", "latin_1"}
# 0xBC and 0xBD are ¼ and ½ in windows-1252 but Œ and œ in ISO 8859-15: inside a word they can only be letters.
_LIGATURE: Final = re.compile(rb"[\xbc\xbd][a-zA-Z]{2}")
# Codecs of Python that no web page is written in.
_NOT_CHARSETS: Final = ("idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "utf_7")
_WIDE: Final = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")


def decode(body: bytes, declared: str | None = None) -> tuple[str, str]:
    """The text and the charset that was used; what fits nowhere becomes U+FFFD, never an exception.

    Valid UTF-8 with at least one non-ASCII character wins over any declaration: it does not happen by chance.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body.decode(name, errors="replace"), name
    claimed = _known(declared) or _in_page(body)
    if claimed in _WIDE:
        return body.decode(claimed, errors="replace"), claimed
    if claimed in (None, "utf-8") or claimed in _WINDOWS or claimed == "iso8859-15":
        return _western(body, claimed)
    return body.decode(claimed, errors="replace"), claimed


def _western(body: bytes, claimed: str | None) -> tuple[str, str]:
    utf8 = _as_utf8(body)
    if utf8 is not None:
        return utf8, "utf-8"
    latin9 = claimed == "iso8859-15" or bool(_LIGATURE.search(body))
    # 0x80-0x9F are control codes in ISO 8859-15: a page that uses them is windows-1252 whatever it says
    if latin9 and not re.search(rb"[\x80-\x9f]", body):
        return body.decode("iso8859-15"), "iso8859-15"
    return body.decode("cp1252", errors="replace"), "cp1252"


def _as_utf8(body: bytes) -> str | None:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        # one broken sequence in a long valid text is a cut or an accident, not another charset
        valid = len(re.findall(rb"[\xc2-\xf4][\x80-\xbf]+", body))
        broken = body.decode("utf-8", errors="replace")
        if valid > 4 and broken.count("\ufffd") * 8 < valid and error.start:
            return broken
        return None


def _in_page(body: bytes) -> str | None:
    found = _DECLARED.search(body[:4096])
    return _known(found.group(1).decode("ascii")) if found else None


def _known(name: str | None) -> str | None:
    if not name:
        return None
    try:
        found = codecs.lookup(name.strip().strip("\"'"))
    except (LookupError, ValueError):
        return None
    usable = getattr(found, "_is_text_encoding", True) and found.name.replace("-", "_") not in _NOT_CHARSETS
    return found.name if usable else None
