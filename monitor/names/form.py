"""The squeezed forms under which a watched term is looked up, strong and weak."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from monitor.names.fold import part_ends, squeeze, words
from monitor.names.identifier import address_forms, email_key, handle_of, phone_keys
from monitor.names.layer import read
from monitor.names.particles import PARTICLES, SKIPPED
from monitor.names.points import SIGNS, code_points
from monitor.names.term import Term

HEAD = 26  # letters and digits of the longest window looked up; a longer form is found by its head

# What a form of a name is; weak ones need a context word near.
NAME_KINDS = ("name", "swapped", "no_particle", "initial")
WEAK = ("initial",)
NAMED = ("name", "alias")  # kinds of terms that are names of a person


_GLUED_PARTICLE = re.compile(r"['’]|(?<=\bMc)(?=[A-Z][a-z])|(?<=\bMac)(?=[A-Z][a-z])")


@dataclass(frozen=True, slots=True)
class Form:
    """One form: its squeezed key, the places in the key where a word ends, what it is, and how a person writes it.

    `particled`: a changed form of a name with particles, which may read like a place (de la tour Marie); `dropped`:
    the most particles that were left out of one of its groups.
    """

    key: str
    ends: frozenset[int]
    kind: str
    written: str
    particled: bool = False
    dropped: tuple[str, ...] = ()

    @property
    def reordered(self) -> bool:
        """Whether the words of the name were moved or dropped."""
        return self.kind in ("swapped", "no_particle")

    @property
    def weak(self) -> bool:
        """Whether the form says too little alone."""
        return self.kind in WEAK


@lru_cache(maxsize=16)  # a term that is removed is asked for twice
def forms_of(term: Term) -> tuple[Form, ...]:
    """All forms of a term; of two with the same key the first, stronger one is kept."""
    kept: dict[str, Form] = {}
    for form in (*_all(term), *_with_signs(term)):
        if form.key:
            kept.setdefault(form.key, form)
    return tuple(kept.values())


def _with_signs(term: Term) -> Iterator[Form]:
    """A value that is itself written with signs or look-alikes for letters, as a page that writes it so is read."""
    for value in (term.value, *term.aliases):
        if term.kind in (*NAMED, "handle", "phrase") and not (
            value.isascii() and value.isprintable() and not any(sign in value for sign in SIGNS)
        ):
            codes = read(code_points(value)).codes.tobytes().decode("utf-32-le", "surrogatepass")
            yield Form(codes, frozenset(), "name" if term.kind in NAMED else term.kind, value)


def forms(term: Term) -> list[str]:
    """The forms that count as the whole term, as a person would write them."""
    return [form.written for form in forms_of(term) if not form.weak]


def _all(term: Term) -> Iterator[Form]:
    values = (term.value, *term.aliases)
    if term.kind in ("name", "alias"):
        for value in values:
            yield from _names(value)
        for value in values:
            yield from _weak_names(value)
    elif term.kind == "address":
        for value in values:
            yield from (Form(key, frozenset(), "address", value) for key in address_forms(value))
    elif term.kind in ("phone", "email"):
        keys = phone_keys if term.kind == "phone" else email_key
        for value in values:
            yield from (Form(key, frozenset(), term.kind, value) for key in keys(value))
    elif term.kind == "handle":
        yield from (_plain(handle_of(value), "handle") for value in values)
    else:
        yield from (_plain(value, term.kind) for value in values)


def _plain(value: str, kind: str) -> Form:
    return Form(squeeze(value), part_ends(words(value).split()), kind, value)


def _names(value: str) -> Iterator[Form]:
    """The whole name: as given, with its parts in another order, and without its particles."""
    groups = groups_of(value)
    if len(groups) == 1:
        yield _plain(value, "name" if len(groups[0]) > 1 else "alias")
        return
    yield _form(groups, "name", value)
    most = max(map(_particles, groups))
    for dropped in range(most + 1):
        bare = [group[min(dropped, _particles(group)) :] for group in groups]
        gone: tuple[str, ...] = max((tuple(group[:dropped]) for group in groups if _particles(group)), default=())
        if dropped:
            yield replace(_form(bare, "no_particle"), particled=True, dropped=gone)
        for turn in range(1, len(bare)):
            yield replace(_form(bare[turn:] + bare[:turn], "swapped"), particled=most > 0, dropped=gone)


def own_words(group: Sequence[str]) -> list[str]:
    """The words of a group that are no particle; all of them when there is nothing else."""
    return [word for word in group if word not in SKIPPED] or list(group)


def _particles(group: Sequence[str]) -> int:
    """How many particles a group opens with that may be dropped; its last word is never one."""
    return next((at for at, word in enumerate(group[:-1]) if word not in PARTICLES), len(group) - 1)


def _weak_names(value: str) -> Iterator[Form]:
    """Initials with the family name, either side; of a compound all of them or the first."""
    given, *family = groups_of(value)
    if not family:
        return
    rest = [word for group in family for word in group]
    initials = [word[:1] for word in given]
    for short in (initials, initials[:1]) if len(initials) > 1 else (initials,):
        yield _form([short, rest], "initial")
        yield _form([rest, short], "initial")


def groups_of(value: str) -> list[list[str]]:
    """The words of a name by group: a compound stays together, a particle goes with the word after it.

    A particle with a capital that opens the name is a given name (Ben Martin), unless another particle follows it.
    """
    groups: list[list[str]] = []
    pending: list[str] = []
    for part in value.replace(",", " ").split():
        inner = words(_GLUED_PARTICLE.sub(" ", part)).split()
        if not inner:
            continue
        pending += inner
        opens = not groups and len(pending) == len(inner) and part[:1].isupper()  # Ben Martin: a given name
        if opens or not all(word in PARTICLES for word in inner):
            groups.append(pending)
            pending = []
    if pending:
        groups.append(pending)
    return groups


def _form(groups: Sequence[Sequence[str]], kind: str, written: str | None = None) -> Form:
    parts = [word for group in groups for word in group]
    return Form("".join(parts), part_ends(parts), kind, " ".join(parts) if written is None else written)
