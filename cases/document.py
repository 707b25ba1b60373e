"""The document that opens a case from a command: checked before anything is written, and never repeated in an error."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, ValidationError

from cases.errors import DocumentError

_MAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"


def _answer(value: Any) -> Any:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Contact(_Closed):
    """How the person may be reached (`email`, `phone`, `how`: only if she declared it safe), and what letters show.

    `letters` is the mailbox and `city` the town that her letters may show; a letter may be forwarded whole.
    """

    email: str | None = Field(default=None, pattern=_MAIL)
    phone: str | None = Field(default=None, max_length=40)
    how: str | None = Field(default=None, max_length=500)
    letters: str | None = Field(default=None, pattern=_MAIL)
    city: str | None = Field(default=None, max_length=100)


class CaseDocument(_Closed):
    """Everything a case is opened with; what is not said about age is unknown, about danger is no."""

    name: str = Field(min_length=1, max_length=200)
    lang: Literal["fr", "en"] = "fr"
    contact: Contact = Contact()
    under_18_today: Annotated[Literal["yes", "no", "unknown"], BeforeValidator(_answer)] = "unknown"
    ex_partner: StrictBool = False
    danger: StrictBool = False
    residence: str = Field(default="FR", pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")

    def answers(self) -> dict[str, Any]:
        """The arguments of `cases.case.open_case`."""
        contact = {key: value for key, value in self.contact.model_dump().items() if value}
        return {**self.model_dump(), "contact": contact}


def parse(text: str) -> CaseDocument:
    """Read and check a document; raises `DocumentError` naming the places that are wrong."""
    try:
        return CaseDocument.model_validate_json(text)
    except ValidationError as error:
        places = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'document'}: {e['msg']}" for e in error.errors())
        raise DocumentError(f"The document is not right: {places}. Correct it; nothing was changed.") from None
