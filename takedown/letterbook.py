"""The letterbook: every letter and mail we can send, with its header, its passages and the hash a lawyer signs."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.records import Bilingual, Confidence, Ground, Harm
from takedown.blocks import LetterError
from takedown.safe_jinja import SafeTemplates

SHIPPED = Path(__file__).parent.parent / "templates"
FENCE = "+++"
Role = Literal["subject", "lawyer", "association"]
M = TypeVar("M", bound=BaseModel)


class Part(BaseModel):
    """A closed, frozen piece of a header: a key it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Element(Part):
    """A thing the letter must contain. `shows` names values, `words` words per language, to be found in its text."""

    id: str
    label: Bilingual
    required: bool
    confirmed_by: Literal["template", "person"]
    shows: tuple[str, ...] = ()
    words: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class Fact(Part):
    """Something a person says about the facts, in a few words; a required one that is absent leaves a marked gap."""

    label: Bilingual
    required: bool


class Words(Part):
    """The words of one language: by voice (who signs), by number (one or many contents), demands, labels and kinds."""

    voice: dict[Role, dict[str, str]]
    number: dict[Literal["one", "many"], dict[str, str]]
    demand: dict[str, str]
    label: dict[str, str]
    kind: dict[str, str]


class LetterHeader(Part):
    """What stands between the fences of a letter. `signers` come from law.md 22.1; `elements` are resolved by id."""

    id: str
    lang: str
    title: str
    subject: str
    basis: tuple[str, ...]
    harms: tuple[Harm, ...]
    signers: tuple[Role, ...]
    elements: tuple[Element, ...]
    demands: tuple[str, ...] = Field(min_length=1)
    demands_by_harm: dict[Harm, tuple[str, ...]] = Field(default_factory=dict)
    discloses: tuple[str, ...] = ()
    version: str
    effective_date: dt.date
    reviewed_by: str
    reviewed_on: str
    confidence: Confidence


class MailHeader(Part):
    """What stands between the fences of a mail; the subject tells nothing."""

    id: str
    lang: str
    subject: str


@dataclass(frozen=True)
class LetterTemplate:
    """One letter in one language. `sha256` covers its text, its passages and its words (not the ground)."""

    header: LetterHeader
    text: str
    parts: Mapping[str, str]
    words: Words
    facts: Mapping[str, Mapping[str, Fact]]
    sha256: str

    def safe(self, ground: Ground) -> SafeTemplates:
        """The letter and its passages, ready to be linted and filled in under this ground."""
        reasons = getattr(ground.reasons, self.header.lang, None)
        if reasons is None:
            raise LetterError(f"Ground {ground.id} has no reasons in {self.header.lang}: add them to its record.")
        sources = {self.header.id: self.text, "ground/reasons": f"{reasons}\n", **self.parts}
        return SafeTemplates(sources, self.paths(), frozenset({"demands"}))

    def paths(self) -> frozenset[str]:
        """Every value a letter of this book may name."""
        voice = {f"voice.{key}" for table in self.words.voice.values() for key in table}
        number = {f"number.{key}" for table in self.words.number.values() for key in table}
        facts = {f"facts.{name}" for harm in self.facts.values() for name in harm}
        return frozenset(FIXED_PATHS | voice | number | facts)


FIXED_PATHS = {
    "today", "place", "reference", "residence", "harm", "count", "demands",
    "sender.name", "sender.role", "sender.email", "sender.city", "sender.on_behalf_of", "addressee.entity",
    "ground.title", "ground.penalty",
    "earlier.reference", "earlier.sent_on", "earlier.form_number", "earlier.acknowledged_on", "earlier.still_up_on",
}  # fmt: skip


@dataclass(frozen=True)
class MailTemplate:
    """One mail in one language."""

    header: MailHeader
    text: str

    def fill(self, *, letter: str = "", reference: str = "") -> tuple[str, str]:
        """Subject and body; the only values are the letter's text and its reference."""
        sources = {"subject": self.header.subject, "body": self.text}
        safe = SafeTemplates(sources, frozenset({"letter", "reference"}), printed=str)
        values = {"letter": letter, "reference": reference}
        return safe.render("subject", values).strip(), safe.render("body", values)


@dataclass(frozen=True)
class Letterbook:
    """All letters and mails by (id, lang)."""

    letters: Mapping[tuple[str, str], LetterTemplate]
    mails: Mapping[tuple[str, str], MailTemplate]

    @classmethod
    def load(cls, overlay: Path | None = None) -> Letterbook:
        """The shipped templates, those of `overlay`/templates (VIGIE_CONFIG_DIR) replacing them file by file.

        Raises LetterError naming the file and the remedy.
        """
        roots = [SHIPPED] if overlay is None else [SHIPPED, overlay / "templates"]
        elements = {key: Element(id=key, **value) for key, value in _tables(roots, "letters/elements.toml").items()}
        facts = _facts(_tables(roots, "letters/facts.toml"))
        letters: dict[tuple[str, str], LetterTemplate] = {}
        for lang in _languages(roots, "letters"):
            for template in _language(roots, lang, elements, facts):
                letters[template.header.id, lang] = template
        return cls(letters, dict(_mails(roots)))

    def get(self, letter_id: str, lang: str) -> LetterTemplate:
        """Raises LetterError when the letter does not exist in that language."""
        if (letter_id, lang) not in self.letters:
            known = ", ".join(sorted(name for name, spoken in self.letters if spoken == lang)) or "none"
            raise LetterError(f'There is no letter "{letter_id}" in "{lang}" (there are: {known}): choose one of them.')
        return self.letters[letter_id, lang]

    def mail(self, mail_id: str, lang: str) -> MailTemplate:
        """Raises LetterError when the mail does not exist in that language."""
        if (mail_id, lang) not in self.mails:
            raise LetterError(f'There is no mail "{mail_id}" in "{lang}": add templates/mails/{lang}/{mail_id}.j2.')
        return self.mails[mail_id, lang]


def signoff_hash(template: LetterTemplate, ground: Ground) -> str:
    """SHA-256 of what a lawyer signs: the letter, its passages and words, and what the ground says in it."""
    fields = {"id", "articles", "title", "reasons", "penalty", "avoid"}
    return _sha256({"letter": template.sha256, "ground": ground.model_dump(mode="json", include=fields)})


def _language(
    roots: list[Path], lang: str, elements: Mapping[str, Element], facts: Mapping[str, Mapping[str, Fact]]
) -> Iterator[LetterTemplate]:
    words = _checked(Words, _tables(roots, f"letters/{lang}/words.toml"), f"letters/{lang}/words.toml")
    parts = {f"parts/{name}": text for name, text in _files(roots, f"letters/{lang}/parts")}
    for name, source in _files(roots, f"letters/{lang}"):
        place = f"letters/{lang}/{name}"
        raw, text = _split(source, place)
        header = _header(raw, place, elements, words)
        if (header.id, header.lang) != (name.removesuffix(".j2"), lang):
            raise LetterError(f'{place}: says id "{header.id}" and lang "{header.lang}": make them those of the file.')
        used = {part: body for part, body in parts.items() if part in text}
        said = {"text": source, "parts": used, "words": words.model_dump(), "elements": header.model_dump(mode="json")}
        yield LetterTemplate(header, text, used, words, facts, _sha256(said))


def _header(raw: dict[str, Any], place: str, elements: Mapping[str, Element], words: Words) -> LetterHeader:
    unknown = [name for name in raw.get("elements", ()) if name not in elements]
    asked = [*raw.get("demands", ()), *(name for names in raw.get("demands_by_harm", {}).values() for name in names)]
    unknown += [name for name in asked if name not in words.demand]
    if unknown:
        raise LetterError(f"{place}: nothing is known of {', '.join(unknown)}: add it to elements.toml or words.toml.")
    return _checked(LetterHeader, {**raw, "elements": [elements[name] for name in raw.get("elements", ())]}, place)


def _mails(roots: list[Path]) -> Iterator[tuple[tuple[str, str], MailTemplate]]:
    for lang in _languages(roots, "mails"):
        for name, source in _files(roots, f"mails/{lang}"):
            raw, text = _split(source, f"mails/{lang}/{name}")
            header = _checked(MailHeader, raw, f"mails/{lang}/{name}")
            yield (header.id, lang), MailTemplate(header, text)


def _facts(tables: Mapping[str, Any]) -> dict[str, dict[str, Fact]]:
    place = "letters/facts.toml"
    return {harm: {name: _checked(Fact, fact, place) for name, fact in facts.items()} for harm, facts in tables.items()}


def _languages(roots: list[Path], kind: str) -> list[str]:
    return sorted({path.name for root in roots for path in (root / kind).glob("*") if path.is_dir()})


def _files(roots: list[Path], folder: str) -> list[tuple[str, str]]:
    """The templates of a folder by name; a later root replaces a file of an earlier one."""
    found = {path.name: path for root in roots for path in sorted((root / folder).glob("*.j2"))}
    return [(name, path.read_text(encoding="utf-8")) for name, path in sorted(found.items())]


def _tables(roots: list[Path], name: str) -> dict[str, Any]:
    """The tables of a TOML file; a later root replaces table by table."""
    found: dict[str, Any] = {}
    for root in roots:
        if (root / name).is_file():
            found.update(_toml((root / name).read_text(encoding="utf-8"), name))
    return found


def _split(source: str, place: str) -> tuple[dict[str, Any], str]:
    lines = source.splitlines(keepends=True)
    fences = [number for number, line in enumerate(lines) if line.rstrip() == FENCE]
    if len(fences) < 2 or fences[0] != 0:
        raise LetterError(f"{place}: the header must stand first, between two lines {FENCE}: add them.")
    return _toml("".join(lines[1 : fences[1]]), place), "".join(lines[fences[1] + 1 :])


def _toml(text: str, place: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LetterError(f"{place}: not TOML ({error}): correct that line.") from None


def _checked(model: type[M], raw: Mapping[str, Any], place: str) -> M:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        faults = [f"{place}: {'.'.join(map(str, fault['loc']))}: {fault['msg']}." for fault in error.errors()]
        raise LetterError("\n".join(faults)) from None


def _sha256(said: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
