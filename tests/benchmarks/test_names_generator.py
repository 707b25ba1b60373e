"""The generator of the names benchmark is right: what it plants is there, and is the person and the place it says."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from html import unescape

import pytest
from rapidfuzz.distance import OSA

from benchmarks.names import disguise, quality
from benchmarks.names.mention import CLASSES, FORM_CLASSES, OTHER_CLASSES, Mention, bare, letters
from benchmarks.names.pages import Author, Example, told
from benchmarks.names.people import Person, population
from benchmarks.names.sources import Sources
from benchmarks.names.spellings import FAMILIES
from tests.size import chosen

FIRST = (
    "Camille",
    "Léo",
    "Anaïs",
    "Bertrand",
    "Mohamed",
    "Sergei",
    "Alexander",
    "Jeanne",
    "Émilie",
    "Youssef",
    "Jeanine",
    "Olga",
    "Lea",
)
LAST = ("Exemple", "Invente", "Fictif", "Duprêt", "Lamarre", "Lamarque", "Modèle", "Témoin", "Durant", "Durand")
PROSE = (
    "Le paquet contient la documentation de toutes les commandes et la liste des fichiers que chacune lit au départ.",
    "On choisit ensuite la langue du système, puis le fuseau horaire, et la machine redémarre une première fois seule.",
    "Cette section décrit le format des fichiers de configuration et la manière dont les valeurs y sont remplacées.",
)
SOURCES = Sources(
    FIRST, LAST, (("Alexander", "Alec"), ("Jeanne", "Jeannette")), PROSE, PROSE, frozenset(("paquet", "liste"))
)
EACH = chosen(sampled=8, deep=60)
PLAIN = str.maketrans(
    {
        sign: letter
        for table in (disguise.LEET, disguise.LOOK_ALIKES)
        for letter, signs in table.items()
        for sign in signs
    }
)


@pytest.fixture(scope="module")
def people() -> list[Person]:
    return population(SOURCES, 400, 3)


@pytest.fixture(scope="module")
def examples(people: list[Person]) -> list[Example]:
    return Author(SOURCES, people, 4).mentions(EACH)


def of(examples: list[Example], kind: str) -> list[tuple[Person, Mention]]:
    return [(one.person, one.mention) for one in examples if one.kind == kind and one.person and one.mention]


def test_there_are_thirty_one_classes_of_which_twenty_four_are_forms(examples: list[Example]) -> None:
    assert (len(CLASSES), len(FORM_CLASSES), len(set(CLASSES))) == (31, 24, 31)
    counts = {kind: len(of(examples, kind)) for kind in CLASSES}
    assert counts == {kind: EACH * (1 + (kind in OTHER_CLASSES)) for kind in CLASSES}


def test_every_mention_stands_in_its_field_as_it_is_said_to_be_shown(examples: list[Example]) -> None:
    for read in quality.read(examples):
        mention = read.example.mention
        assert mention is not None
        assert mention.core in mention.shown
        assert mention.shown in dict(read.fields)[mention.field]


def same(person: Person, shown: str) -> bool:
    return letters(shown) in (letters(person.name), letters(f"{person.last}{person.first}"))


@pytest.mark.parametrize(
    "kind", ["exact", "accents", "upper", "hyphen", "order", "zero_width", "spaced", "emoji", "full_width", "combining",
             "derived_handle", "hashtag", "possessive", "slug", "entity", "split_tag", "embedded"]
)  # fmt: skip
def test_the_core_of_a_form_is_the_whole_name(examples: list[Example], kind: str) -> None:
    for person, mention in of(examples, kind):
        plain = unicodedata.normalize("NFKC", mention.core.replace("\N{COMBINING GRAPHEME JOINER}", ""))
        assert same(person, plain), mention


@pytest.mark.parametrize("kind", ["leet", "homoglyph"])
def test_a_look_alike_becomes_the_name_again_through_the_table_and_is_not_the_name_as_it_stands(
    examples: list[Example], kind: str
) -> None:
    for person, mention in of(examples, kind):
        assert mention.shown != person.name
        assert len(mention.shown) == len(person.name)
        alike = [
            old == new or bare(new.translate(PLAIN)) == bare(old) or new in disguise.LEET.get(old, "")
            for old, new in zip(person.name, mention.shown, strict=True)
        ]
        assert all(alike), mention


def test_a_name_with_its_particle_written_otherwise_keeps_its_own_letters(examples: list[Example]) -> None:
    for person, mention in of(examples, "particle"):
        own = re.split(r"[ ']", person.last)[-1]
        assert bare(own) in bare(mention.shown)
        assert bare(person.first) in bare(mention.shown)
        assert mention.shown != person.name


@pytest.mark.parametrize(
    ("kind", "attribute"), [("handle", "handle"), ("pseudonym", "pseudonym"), ("email", "email"), ("phone", "phone")]
)
def test_an_identifier_is_the_persons_own(examples: list[Example], kind: str, attribute: str) -> None:
    for person, mention in of(examples, kind):
        shown = re.sub(r"\W*\b(at|arobase|dot|point)\b\W*", "", mention.shown)
        wanted, found = letters(getattr(person, attribute)), letters(shown)
        assert found.endswith(wanted), mention


def test_an_address_holds_the_street_number_and_the_town(examples: list[Example]) -> None:
    for person, mention in of(examples, "address"):
        assert mention.shown.startswith(person.street.split(" ")[0])
        assert bare(person.city) in bare(mention.shown)


@pytest.mark.parametrize(("kind", "edits"), [("one_edit", 1), ("two_edits", 2)])
def test_a_typing_error_is_as_many_edits_as_it_says_and_tells_real_words(
    people: list[Person], examples: list[Example], kind: str, edits: int
) -> None:
    author = Author(SOURCES, people, 1)
    for person, mention in of(examples, kind):
        assert OSA.distance(bare(mention.shown), bare(person.name)) == edits
        changed = [word for word in mention.shown.split() if word not in person.name.split()]
        assert mention.known == any(author.known(word) for word in changed)
        assert kind == "one_edit" or sum(map(str.isalpha, person.name)) >= 10


def test_an_initial_a_nickname_and_another_spelling_keep_the_last_name(examples: list[Example]) -> None:
    for kind in ("initial", "nickname", "transliteration"):
        for person, mention in of(examples, kind):
            assert person.last in mention.shown
            assert person.first not in mention.shown.split()
    assert any(mention.script for _, mention in of(examples, "transliteration"))
    assert all(len(family) == len(set(family)) for family in FAMILIES)


def test_context_is_near_only_where_it_is_said(examples: list[Example]) -> None:
    for one in examples:
        assert one.person is not None
        text = unescape(re.sub("<[^>]+>", " ", one.html))
        identifier = one.kind in ("handle", "email", "phone", "address", "pseudonym", "slug")
        if one.context:
            assert any(word in text for word in (one.person.city, one.person.employer, one.person.handle))
        elif not identifier:
            assert one.person.employer not in text


def test_negatives_name_nobody_watched_but_people_with_almost_the_same_name() -> None:
    people = population(SOURCES, 30, 5)
    for one in Author(SOURCES, people, 6).negatives(40):
        assert one.person is None
        if one.kind.startswith("near"):
            shown = unescape(one.html)
            part = "last" if one.kind == "near_last" else "first"
            close = [name for name in (LAST if part == "last" else FIRST) if name in shown]
            assert any(0 < OSA.distance(name, getattr(person, part)) <= 2 for person in people for name in close)


def test_a_namesake_bears_the_name_and_lives_elsewhere(people: list[Person]) -> None:
    watched = told(people)
    assert all(person.city not in person.exclude for person in watched)
    kinds = {one.kind for one in Author(SOURCES, people, 7).namesakes(20)}
    assert kinds == {"own", "namesake"}


def test_the_same_seed_writes_the_same_pages(people: list[Person]) -> None:
    assert Author(SOURCES, people, 9).mentions(1) == Author(SOURCES, people, 9).mentions(1)
    assert population(SOURCES, 50, 3) == people[:50]


def test_the_judge_excuses_who_stands_there_literally_and_nobody_else(people: list[Person]) -> None:
    her = replace(people[0], first="Camille", last="Exemple")
    other = replace(people[1], first="Marie-Camille", last="Exemple")
    page = Example("others", "<p>Vu : Marie-Camille Exemple et Jean Exemple.</p>")
    tallies = quality.Judge([her, other]).tallies(quality.index_of([other]), quality.read([page]))
    assert tallies["others"].wrong == 0
    judge = quality.Judge([her, other])
    read = quality.read([page])[0]
    assert judge._literal(other.id, read)
    assert not judge._literal(her.id, read)


def test_the_chance_of_each_name_falls_with_its_rank() -> None:
    firsts = [person.first for person in population(SOURCES, 2000, 8)]
    assert firsts.count("Camille") > firsts.count("Léo") > firsts.count("Lea") > 0
