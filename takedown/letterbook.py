"""The letterbook: every letter and mail we can send, with its header, its passages and the hash a lawyer signs."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.records import Bilingual, Confidence, Ground, Harm
from takedown.blocks import LetterError
from takedown.forbidden import Rule
from takedown.safe_jinja import SafeTemplates

SHIPPED = Path(__file__).parent.parent / "templates"
FENCE = "+++"
Role = Literal["subject", "lawyer", "association", "witness"]
ROLES: tuple[Role, ...] = get_args(Role)
AddresseeKind = Literal[
    "platform", "host", "search", "cdn", "archive", "controller", "publisher", "author", "regulator", "dispute_body",
    "prosecutor", "counsel", "court", "officer", "school", "employer", "agent", "tool_provider",
]  # fmt: skip
"""Who a letter may be written to (law.md 6.2 and 23.1)."""
M = TypeVar("M", bound=BaseModel)


class Part(BaseModel):
    """A closed, frozen piece of a header: a key it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Element(Part):
    """A thing the letter must contain. `shows` names values, `words` words per language, to be found in its text.

    With `printed = false` it is a condition: nothing of it stands in the letter, a person confirms that it holds.
    `signers` are those for whom it is asked.
    """

    id: str
    label: Bilingual
    required: bool = True
    confirmed_by: Literal["template", "person"] = "template"
    printed: bool = True
    signers: tuple[Role, ...] = ROLES
    shows: tuple[str, ...] = ()
    words: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class Fact(Part):
    """Something only a person can say; a required one that is absent leaves a marked gap.

    `kind` is text (a few words), day (an ISO date, printed in words) or lines (one item a line, `most` of them).
    """

    label: Bilingual
    required: bool = False
    kind: Literal["text", "day", "lines"] = "text"
    most: int = Field(default=100, ge=1)


class Words(Part):
    """The words of one language: by voice, by number (one or many contents), demands, labels and kinds.

    The voice is that of who signs; `own` is that of an association that signs in its own name.
    """

    voice: dict[Role | Literal["own"], dict[str, str]]
    number: dict[Literal["one", "many"], dict[str, str]]
    demand: dict[str, str]
    label: dict[str, str]
    kind: dict[str, str]


class LetterHeader(Part):
    """What stands between the fences of a letter. `signers` come from law.md 22.1; `elements` are resolved by id.

    `needs` and `takes` name the facts of fields.toml that it cannot, or can, do without; `addressees` the kinds of
    addressee; `record` the authority it always goes to, `to` the lines of an addressee without a record; `clocks` the
    deadline rules that start when it has left; `earlier` the notice it speaks of; `own_name` says that an association
    may sign without a mandate, `two_people` that two always approve, `awaits` that an answer is awaited.
    """

    id: str
    lang: str
    title: str
    subject: str
    basis: tuple[str, ...]
    harms: tuple[Harm, ...]
    addressees: tuple[AddresseeKind, ...] = Field(min_length=1)
    record: str = ""
    to: tuple[str, ...] = ()
    signers: tuple[Role, ...] = Field(min_length=1)
    elements: tuple[Element, ...]
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    demands: tuple[str, ...] = ()
    demands_by_harm: dict[Harm, tuple[str, ...]] = Field(default_factory=dict)
    clocks: tuple[str, ...] = ()
    earlier: Literal["none", "sent", "retracted"] = "none"
    own_name: bool = False
    two_people: bool = False
    awaits: bool = True
    forbidden: tuple[Rule, ...] = Field(default=(), exclude=True)
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
    fields: Mapping[str, Fact]
    sha256: str

    def asks(self, ground: str) -> dict[str, Fact]:
        """What a person is asked for this letter under this ground, by name: first the facts, then the letter's own."""
        return {**self.facts.get(ground, {}), **self._own}

    @cached_property
    def _own(self) -> dict[str, Fact]:
        header = self.header
        return {
            name: self.fields[name].model_copy(update={"required": name in header.needs})
            for name in (*header.needs, *header.takes)
        }

    def safe(self, ground: Ground) -> SafeTemplates:
        """The letter and its passages, ready to be linted and filled in under this ground."""
        reasons = getattr(ground.reasons, self.header.lang, None)
        if reasons is None:
            raise LetterError(f"Ground {ground.id} has no reasons in {self.header.lang}: add them to its record.")
        sources = {self.header.id: self.text, "ground/reasons": f"{reasons}\n", **self.parts}
        loops = frozenset({"demands", *(path for path in self.paths if path.startswith("lists."))})
        return _safe(tuple(sorted(sources.items())), self.paths, loops)

    @cached_property
    def paths(self) -> frozenset[str]:
        """Every value a letter of this book may name."""
        voice = {f"voice.{key}" for table in self.words.voice.values() for key in table}
        number = {f"number.{key}" for table in self.words.number.values() for key in table}
        known = [*self.fields.items(), *(pair for ground in self.facts.values() for pair in ground.items())]
        facts = {f"{'lists' if fact.kind == 'lines' else 'facts'}.{name}" for name, fact in known}
        return frozenset(FIXED_PATHS | voice | number | facts)


FIXED_PATHS = {
    "today", "place", "reference", "residence", "harm", "count", "demands",
    "sender.name", "sender.role", "sender.email", "sender.city", "sender.on_behalf_of",
    "addressee.entity", "addressee.address", "person.name", "ground.title", "ground.penalty", "ground.articles",
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

    @cached_property
    def own_name(self) -> frozenset[str]:
        """The numbers of the letters that an association may sign without the person's mandate (law.md 22.1)."""
        return frozenset(name.partition(".")[0] for (name, _), one in self.letters.items() if one.header.own_name)

    @classmethod
    def load(cls, overlay: Path | None = None) -> Letterbook:
        """The shipped templates, those of `overlay`/templates (VIGIE_CONFIG_DIR) replacing them file by file.

        Raises LetterError naming the file and the remedy.
        """
        roots = [SHIPPED] if overlay is None else [SHIPPED, overlay / "templates"]
        elements = {
            key: _checked(Element, {"id": key, **value}, "letters/elements.toml")
            for key, value in _tables(roots, "letters/elements.toml").items()
        }
        shared = Shared(
            _facts(_tables(roots, "letters/facts.toml")),
            _fields(_tables(roots, "letters/fields.toml")),
            elements,
            tuple(_rules(_tables(roots, "letters/forbidden.toml"))),
        )
        letters: dict[tuple[str, str], LetterTemplate] = {}
        for lang in _languages(roots, "letters"):
            for template in _language(roots, lang, shared):
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


@lru_cache(maxsize=512)
def _safe(sources: tuple[tuple[str, str], ...], paths: frozenset[str], loops: frozenset[str]) -> SafeTemplates:
    """The same texts are read and compiled once."""
    return SafeTemplates(dict(sources), paths, loops)


def signoff_hash(template: LetterTemplate, ground: Ground) -> str:
    """SHA-256 of what a lawyer signs: the letter, its passages and words, and what the ground says in it."""
    fields = {"id", "articles", "title", "reasons", "penalty", "avoid"}
    return _sha256({"letter": template.sha256, "ground": ground.model_dump(mode="json", include=fields)})


@dataclass(frozen=True)
class Shared:
    """What all letters share: facts by ground, fields and elements by name, and what may never be written."""

    facts: Mapping[str, Mapping[str, Fact]]
    fields: Mapping[str, Fact]
    elements: Mapping[str, Element]
    rules: tuple[Rule, ...]


def _language(roots: list[Path], lang: str, shared: Shared) -> Iterator[LetterTemplate]:
    words = _checked(Words, _tables(roots, f"letters/{lang}/words.toml"), f"letters/{lang}/words.toml")
    parts = {f"parts/{name}": text for name, text in _files(roots, f"letters/{lang}/parts")}
    for name, source in _files(roots, f"letters/{lang}"):
        place = f"letters/{lang}/{name}"
        raw, text = _split(source, place)
        header = _header(raw, place, words, shared)
        if (header.id, header.lang) != (name.removesuffix(".j2"), lang):
            raise LetterError(f'{place}: says id "{header.id}" and lang "{header.lang}": make them those of the file.')
        used = {part: body for part, body in parts.items() if part in text}
        said = {"text": source, "parts": used, "words": words.model_dump(), "elements": header.model_dump(mode="json")}
        yield LetterTemplate(header, text, used, words, shared.facts, shared.fields, _sha256(said))


def _header(raw: dict[str, Any], place: str, words: Words, shared: Shared) -> LetterHeader:
    asked = [*raw.get("demands", ()), *(name for names in raw.get("demands_by_harm", {}).values() for name in names)]
    named = [*raw.get("needs", ()), *raw.get("takes", ())]
    for key, names, known, file in (
        ("elements", raw.get("elements", ()), shared.elements, "elements.toml"),
        ("demands", asked, words.demand, "[demand] of words.toml"),
        ("needs, takes", named, shared.fields, "fields.toml"),
    ):
        if unknown := [name for name in names if name not in known]:
            raise LetterError(
                f'{place}: key "{key}": nothing is known of {", ".join(unknown)}: add it to {file}, or correct it.'
            )
    rules = [rule for rule in shared.rules if rule.holds_for(str(raw.get("id", "")))]
    elements = [shared.elements[name] for name in raw.get("elements", ())]
    return _checked(LetterHeader, {**raw, "elements": elements, "forbidden": rules}, place)


def _mails(roots: list[Path]) -> Iterator[tuple[tuple[str, str], MailTemplate]]:
    for lang in _languages(roots, "mails"):
        for name, source in _files(roots, f"mails/{lang}"):
            raw, text = _split(source, f"mails/{lang}/{name}")
            header = _checked(MailHeader, raw, f"mails/{lang}/{name}")
            yield (header.id, lang), MailTemplate(header, text)


def _facts(tables: Mapping[str, Any]) -> dict[str, dict[str, Fact]]:
    place = "letters/facts.toml"
    return {by: {name: _checked(Fact, fact, place) for name, fact in facts.items()} for by, facts in tables.items()}


def _rules(tables: Mapping[str, Any]) -> Iterator[Rule]:
    for name, rule in tables.items():
        yield _checked(Rule, {"id": name, **rule}, "letters/forbidden.toml")


def _fields(tables: Mapping[str, Any]) -> dict[str, Fact]:
    return {name: _checked(Fact, fact, "letters/fields.toml") for name, fact in tables.items()}


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
