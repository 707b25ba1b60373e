"""The watch document: what `vigie watch add` reads, checked before anything is written."""

from __future__ import annotations

import json
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from config.reading import remedy
from fingerprints.signal import TYPES
from monitor.errors import DocumentError
from monitor.names import Term, TermError

Age = Literal["adult", "minor", "unknown"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class TermPart(_Part):
    """One watched term; `context` words make a weak form count, `exclude` words near it speak against it."""

    kind: Literal["name", "alias", "handle", "phone", "email", "address", "phrase"]
    value: str = Field(min_length=2, max_length=200)
    aliases: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    id: str = ""


class FingerprintPart(_Part):
    """One line of `vigie hash`, with the age of the person on that image (design.md section 7).

    `local-1` says much of a picture: it is taken of an `ordinary` image, of an intimate one only when `points_chosen`.
    """

    type: str
    value: str = Field(pattern=r"^\S+$", max_length=200_000)
    quality: int | None = None
    id: str = ""
    refused: dict[str, str] | None = None
    age_on_image: Age = "unknown"
    image_is: Literal["ordinary", "intimate", "unknown"] = "unknown"
    points_chosen: bool = False

    @field_validator("type")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in TYPES:
            raise ValueError(f"unknown type of signal; known are {', '.join(TYPES)}")
        return value


class WatchDocument(_Part):
    """A whole watch: at least one term or fingerprint, at least one source."""

    case: str
    terms: tuple[TermPart, ...] = ()
    fingerprints: tuple[FingerprintPart, ...] = ()
    sources: tuple[str, ...] = Field(min_length=1)
    own_accounts: tuple[str, ...] = ()
    age_on_image: Age | None = None


def parse(text: str) -> WatchDocument:
    """Read and check a document; raises `DocumentError` naming the place, never repeating what was written there."""
    try:
        document = WatchDocument.model_validate(json.loads(text))
    except ValidationError as error:
        raise DocumentError(_sentence(error)) from None
    except ValueError as error:
        raise DocumentError(f"The watch document is not JSON ({error}). Correct it; nothing was changed.") from None
    if not document.terms and not document.fingerprints:
        raise DocumentError("The watch document has neither a term nor a fingerprint: give one. Nothing was changed.")
    for number, part in enumerate(document.terms):
        _usable(number, part)
    return document


def prints(text: str) -> tuple[FingerprintPart, ...]:
    """The lines of `vigie hash`, one signal each; raises `DocumentError` naming the line, never what stands in it."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            found.append(_print(number, line))
    if not found:
        raise DocumentError("There is no fingerprint: give the lines of `vigie hash`. Nothing was changed.")
    return tuple(found)


def _print(number: int, line: str) -> FingerprintPart:
    try:
        return FingerprintPart.model_validate(json.loads(line))
    except ValueError:
        raise DocumentError(f"Line {number} is no line of `vigie hash`. Correct it; nothing was changed.") from None


def _usable(number: int, part: TermPart) -> None:
    """A term that could never be found, or would be found everywhere, is refused before anything is stored."""
    try:
        Term(part.id or str(number), part.kind, part.value, part.aliases, part.context, part.exclude)
    except TermError as error:
        raise DocumentError(f"terms.{number}: {error} Correct it; nothing was changed.") from None


def _sentence(error: ValidationError) -> str:
    places = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'document'}: {remedy(e)}" for e in error.errors())
    return f"The watch document is not right: {places}. Correct it; nothing was changed."


def age(word: str) -> Age:
    """The age on an image, from a word a person typed; raises `DocumentError` on any other."""
    for known in get_args(Age):
        if word == known:
            return known  # type: ignore[no-any-return]
    raise DocumentError("The age on the image is adult, minor or unknown.")
