"""Says why a value could never be found, or would be found everywhere, before it is watched."""

from __future__ import annotations

import re

from monitor.names.fold import squeeze, unspaced, words
from monitor.names.identifier import email_key, emails, handle_of, street_of
from monitor.names.particles import PARTICLES

MIN_DIGITS = 6  # the shortest subscriber numbers still in use
MIN_LETTERS = 3  # letters of a word that can stand alone as a name; two words may be shorter (Bo Li)


def fault(kind: str, value: str) -> str | None:
    """What is missing from a value of this kind, as the end of a sentence; None when it can be looked for."""
    if not squeeze(value):
        return "must hold at least one letter or digit"
    if kind in ("name", "alias"):
        return None if _is_name(value) else "must hold a word of three letters that is no particle, or two words"
    if kind == "phone":
        enough = len(re.findall(r"\d", value)) >= MIN_DIGITS
        return None if enough else f"must be a telephone number of at least {MIN_DIGITS} digits"
    if kind == "email":
        return None if _is_email(value) else "must be a whole e-mail address, such as name@service.example"
    if kind == "address":
        return None if len(words(street_of(value)).split()) > 1 else "must begin with the number and the street"
    folded = squeeze(handle_of(value) if kind == "handle" else value)
    return None if len(folded) > 1 else f"must be a {kind} of at least two letters or digits"


def _is_name(value: str) -> bool:
    written = [word for word in re.split(r"[\s,'’]+", value) if squeeze(word)]
    own = [word for word in written if not all(part in PARTICLES for part in words(word).split())]
    if not own:  # Ben Le, Le Van: capitals tell a name in two words from `de la`
        own = [word for word in written if len(written) > 1 and word[0].isupper()]
        return len(own) > 1 and any(len(squeeze(word)) >= MIN_LETTERS for word in own)
    letters = squeeze("".join(own))
    return len(letters) >= MIN_LETTERS or (unspaced(letters) and len(letters) > 1)


def _is_email(value: str) -> bool:
    """Whether the address would be found where it stands alone."""
    return any(key == email_key(value)[0] for _, _, key in emails(value.strip()))
