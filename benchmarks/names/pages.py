"""Pages of real prose with one mention, with near names and other people, or with a namesake and its surroundings."""

from __future__ import annotations

import html
import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from rapidfuzz import process
from rapidfuzz.distance import OSA

from benchmarks.names.disguise import FORMS
from benchmarks.names.mention import CLASSES, OTHER_CLASSES, Mention, bare, letters, plain
from benchmarks.names.people import CITIES, Person
from benchmarks.names.sources import Sources
from benchmarks.names.variants import VARIANTS

LENGTH = 5500  # characters of prose in a page


@dataclass(frozen=True)
class Example:
    """One page: `kind` is a class, a kind of negative, or `own` / `namesake`; a negative names nobody watched."""

    kind: str
    html: str
    person: Person | None = None
    mention: Mention | None = None
    context: bool = False


class Author:
    """Writes pages; the same seed writes the same ones."""

    def __init__(self, sources: Sources, people: list[Person], seed: int) -> None:
        self.sources, self.people, self.chance = sources, people, random.Random(seed)
        self._known = sources.words | {bare(name) for name in (*sources.first, *sources.last)}
        self._languages = (sources.french, sources.french, sources.english)

    def known(self, word: str) -> bool:
        """Whether a word is one of a dictionary or a real name."""
        return word.lower() in self._known or bare(word) in self._known

    def mentions(self, each: int) -> list[Example]:
        """`each` pages a class without any context, and as many with it for the classes that a string cannot decide."""
        pages = [self._mention(kind, context=False) for kind in CLASSES for _ in range(each)]
        return pages + [self._mention(kind, context=True) for kind in OTHER_CLASSES for _ in range(each)]

    def negatives(self, count: int) -> list[Example]:
        """A fifth each: a near last name, a near first name, the same last name; two fifths with eight other people."""
        makers: tuple[Callable[[], Example], ...] = (
            self._near_last, self._near_first, self._same_last, self._others, self._others,
        )  # fmt: skip
        return [makers[number % len(makers)]() for number in range(count)]

    def namesakes(self, count: int) -> list[Example]:
        """Half about the watched person, half about somebody of the same name with another life."""
        return [self._own() if number % 2 else self._namesake() for number in range(count)]

    def stranger(self) -> str:
        """A name of somebody else."""
        return f"{self.chance.choice(self.sources.first[:4000])} {self.chance.choice(self.sources.last)}"

    def prose(self, length: int) -> list[str]:
        """Real paragraphs of one language, `length` characters at least."""
        language, kept = self.chance.choice(self._languages), list[str]()
        while sum(map(len, kept)) < length:
            kept.append(self.chance.choice(language))
        return kept

    def _mention(self, kind: str, *, context: bool) -> Example:
        while True:
            person = self.chance.choice(self.people)
            mention = (
                FORMS[kind](person, self.chance) if kind in FORMS else VARIANTS[kind](person, self.chance, self.known)
            )
            if mention is not None:
                break
        near = [html.escape(self.chance.choice((person.city, person.employer, person.handle)))] if context else []
        strangers = [plain(self.stranger()).html for _ in range(4)]
        return Example(
            kind, self._page([[mention.html, *near], *([each] for each in strangers)]), person, mention, context
        )

    def _page(self, inserted: list[list[str]], length: int = LENGTH, title: str = "") -> str:
        """A page with each group put between the words of one paragraph, its members a few words apart."""
        paragraphs = [html.escape(text, quote=False).split(" ") for text in self.prose(length)]
        places = self.chance.sample(range(len(paragraphs)), min(len(inserted), len(paragraphs)))
        for index, group in enumerate(inserted):
            words = paragraphs[places[index % len(places)]]
            at = self.chance.randrange(len(words) + 1)
            for member in group:
                words.insert(min(at, len(words)), member)
                at += self.chance.randrange(2, 8)
        body = "\n".join(f"<p>{' '.join(words)}</p>" for words in paragraphs)
        heading = title or html.escape(" ".join(self.prose(1)[0].split(" ")[:6]))
        return (
            f"<html><head><meta charset=utf-8><title>{heading}</title></head><body><h1>Page</h1>\n{body}</body></html>"
        )

    def _negative(self, kind: str, names: list[str]) -> Example:
        return Example(kind, self._page([[plain(name).html] for name in names]))

    def _near_last(self) -> Example:
        person, other = self._with_near("last")
        return self._negative("near_last", [f"{person.first} {other}", *(self.stranger() for _ in range(4))])

    def _near_first(self) -> Example:
        person, other = self._with_near("first")
        return self._negative("near_first", [f"{other} {person.last}", *(self.stranger() for _ in range(4))])

    def _with_near(self, part: str) -> tuple[Person, str]:
        """A watched person and a different real name at one or two edits from hers."""
        names = self.sources.first[:6000] if part == "first" else self.sources.last
        while True:
            person = self.chance.choice(self.people)
            own = person.first if part == "first" else person.last
            most = 1 if len(own) < 6 else 2
            near = process.extract(own, names, scorer=OSA.distance, score_cutoff=most, limit=12)
            others = [name for name, _, _ in near if letters(name) != letters(own)]
            if others:
                return person, self.chance.choice(others)

    def _same_last(self) -> Example:
        person = self.chance.choice(self.people)
        first = self.chance.choice([name for name in self.sources.first[:2000] if bare(name) != bare(person.first)])
        return self._negative("same_last", [f"{first} {person.last}", *(self.stranger() for _ in range(4))])

    def _others(self) -> Example:
        return self._negative("others", [self.stranger() for _ in range(8)])

    def _named(self) -> tuple[Person, Mention]:
        """A mention as people write a name: as it is, without accents, with an initial, or with a typing error."""
        while True:
            person = self.chance.choice(self.people)
            kind = self.chance.choice(("exact", "exact", "accents", "initial", "one_edit"))
            mention = (
                FORMS[kind](person, self.chance) if kind in FORMS else VARIANTS[kind](person, self.chance, self.known)
            )
            if mention is not None and not mention.known:
                return person, mention

    def _own(self) -> Example:
        """Her city, employer or handle near by, as people write them, and another city further away."""
        person, mention = self._named()
        city = self.chance.choice(
            (person.city, person.city.lower(), bare(person.city), f"{person.postcode} {person.city}")
        )
        words = [self.chance.choice((city, person.employer, person.employer.upper(), f"@{person.handle}"))]
        elsewhere = [[self._other_city(person)], [plain(self.stranger()).html]]
        title = html.escape(words.pop()) if self.chance.random() < 0.2 else ""
        page = self._page([[mention.html, *map(html.escape, words)], *elsewhere], title=title)
        return Example("own", page, person, mention, context=True)

    def _namesake(self) -> Example:
        """Another city and employer near by; half the time her own city far from the name, about other things."""
        person, mention = self._named()
        other = self.chance.choice(self.people)
        near = [self.chance.choice((self._other_city(person), other.employer, f"@{other.handle}"))]
        page = self._page([[mention.html, *map(html.escape, near)], [plain(self.stranger()).html]], length=2500)
        if self.chance.random() < 0.5:
            far = "".join(f"<p>{html.escape(text, quote=False)}</p>" for text in self.prose(1500))
            page = page.replace("</body>", f"{far}<p>{html.escape(person.city)}</p></body>")
        return Example("namesake", page, person, mention)

    def _other_city(self, person: Person) -> str:
        return self.chance.choice([city for _, city in CITIES if city != person.city])


def told(people: list[Person]) -> list[Person]:
    """The same people with what is known of their namesakes: every other city is another person's."""
    return [replace(person, exclude=tuple(city for _, city in CITIES if city != person.city)) for person in people]
