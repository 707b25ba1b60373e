"""The 24 form classes: ways of writing the whole name or an identifier that leave it the same to a reader."""

from __future__ import annotations

import html
import random
import re
import unicodedata
from collections.abc import Callable
from html.entities import codepoint2name
from typing import Final
from urllib.parse import quote

from benchmarks.names.mention import Mention, bare, letters, plain
from benchmarks.names.people import PARTICLES, Person

LEET: Final = {
    "a": "4@", "e": "3€", "i": "1!", "o": "0", "s": "5$", "t": "7", "l": "1", "b": "8", "g": "9", "z": "2",
}  # fmt: skip
# Letters of other scripts that Unicode's confusables data holds to look like these.
LOOK_ALIKES: Final = {
    "a": "аɑα", "c": "сϲ", "d": "ԁ", "e": "еҽ", "g": "ɡց", "h": "һ", "i": "іι", "j": "ј", "k": "κ", "l": "ӏ",
    "n": "ո", "o": "оοօ", "p": "рρ", "q": "ԛ", "r": "г", "s": "ѕ", "u": "υս", "v": "ѵν", "w": "ԝ", "x": "х", "y": "у",
    "A": "АΑ", "B": "ВΒ", "C": "С", "D": "Ꭰ", "E": "ЕΕ", "G": "Ԍ", "H": "НΗ", "I": "ІΙ", "J": "Ј", "K": "КΚ",
    "L": "Ꮮ", "M": "МΜ", "N": "Ν", "O": "ОΟ", "P": "РΡ", "Q": "Ԛ", "R": "Ꭱ", "S": "Ѕ", "T": "ТΤ", "V": "Ѵ",
    "W": "Ԝ", "X": "ХΧ", "Y": "УΥ", "Z": "Ζ",
}  # fmt: skip
INVISIBLE: Final = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202c\u2066\u2069\u034f\u2062"
EMOJIS: Final = ("🔥", "💋", "😈", "❤️", "👀", "🍑", "💦", "✨", "👩‍🦰", "🇫🇷", "😂")
# First code points of "A" and "a" in the alphabets of Unicode that look like styled letters.
ALPHABETS: Final = (
    (0xFF21, 0xFF41), (0x1D400, 0x1D41A), (0x1D468, 0x1D482), (0x1D4D0, 0x1D4EA), (0x1D56C, 0x1D586),
    (0x1D5A0, 0x1D5BA), (0x1D5D4, 0x1D5EE), (0x1D63C, 0x1D656), (0x1D670, 0x1D68A), (0x24B6, 0x24D0),
)  # fmt: skip
MARKS: Final = "\u0336\u0335\u0332\u0323\u0307\u0331\u0359\u033f"
Disguise = Callable[[Person, random.Random], Mention | None]


def exact(person: Person, _: random.Random) -> Mention:
    return plain(person.name)


def accents(person: Person, chance: random.Random) -> Mention | None:
    """Without its accents; a name that has none is written with one that it does not have."""
    without = _unaccented(person.name)
    if without != person.name:
        return plain(without)
    places = [place for place, letter in enumerate(person.name) if letter in "aeioucn"]
    if not places:
        return None
    place = chance.choice(places)
    wrong = {"a": "àâä", "e": "éèêë", "i": "îï", "o": "ôö", "u": "ùûü", "c": "ç", "n": "ñ"}[person.name[place]]
    return plain(person.name[:place] + chance.choice(wrong) + person.name[place + 1 :])


def upper(person: Person, chance: random.Random) -> Mention:
    ways = (person.name.upper(), _unaccented(person.name.upper()), f"{person.first} {person.last.upper()}")
    return plain(chance.choice(ways))


def hyphen(person: Person, chance: random.Random) -> Mention:
    if "-" in person.name and chance.random() < 0.5:
        return plain(person.name.replace("-", " "))
    return plain(re.sub(r"\s+", chance.choice(("-", "_", ".", "·", "–", " - ", "/")), person.name))


def order(person: Person, chance: random.Random) -> Mention:
    last = chance.choice((person.last, person.last.upper()))
    return plain(f"{last}{chance.choice((' ', ', '))}{person.first}")


def particle(person: Person, chance: random.Random) -> Mention | None:
    """The particle left out, in another case, or apart from its apostrophe."""
    lead = next((each for each in sorted(PARTICLES, key=len, reverse=True) if person.last.startswith(each)), None)
    if lead is None or (not lead.endswith("'") and not person.last.startswith(f"{lead} ")):
        return None
    own = person.last[len(lead) :].strip()
    joined = f"{lead.swapcase()}{own}" if lead.endswith("'") else f"{lead.upper()} {own}"
    if chance.random() < 0.3:  # as libraries write it: the particle at the end is of the name, but may be left out
        return plain(f"{own}, {person.first} {lead}", f"{own}, {person.first}")
    return plain(chance.choice((f"{person.first} {own}", f"{person.first} {joined}")))


def leet(person: Person, chance: random.Random) -> Mention | None:
    return _replaced(person.name, LEET, chance, 0.6)


def homoglyph(person: Person, chance: random.Random) -> Mention | None:
    return _replaced(person.name, LOOK_ALIKES, chance, 0.5)


def zero_width(person: Person, chance: random.Random) -> Mention:
    written = [person.name[0]]
    for letter in person.name[1:]:
        written += [chance.choice(INVISIBLE) * (chance.random() < 0.4), letter]
    if len("".join(written)) == len(person.name):
        written.insert(1, chance.choice(INVISIBLE))
    return plain("".join(written))


def spaced(person: Person, chance: random.Random) -> Mention:
    """One character between the letters, another or a wider one between the words."""
    between, words = chance.choice(
        ((" ", "   "), (".", " "), ("-", " "), ("_", "__"), ("·", " "), (" ", " / "), ("*", " "))
    )
    name = chance.choice((person.name, person.name.lower(), person.name.upper()))
    written = words.join(between.join(letter for letter in word if letter.isalnum()) for word in name.split())
    return plain(" ".join(written.split()))  # a page collapses its blanks


def emoji(person: Person, chance: random.Random) -> Mention:
    sign = chance.choice(EMOJIS)
    if chance.random() < 0.5:
        return plain(person.name.replace(" ", sign))
    return plain(
        "".join(letter + sign * (chance.random() < 0.4) for letter in person.name[:-1]) + sign + person.name[-1]
    )


def full_width(person: Person, chance: random.Random) -> Mention:
    return plain(_styled(person.name, *chance.choice(ALPHABETS)))


def combining(person: Person, chance: random.Random) -> Mention:
    """Decomposed, and with marks that mean nothing."""
    mark = chance.choice(MARKS)
    written = "".join(
        letter + mark * chance.choice((1, 1, 2)) if letter.isalpha() and chance.random() < 0.6 else letter
        for letter in unicodedata.normalize("NFD", person.name)
    )
    return plain(written if mark in written else written + mark)


def derived_handle(person: Person, chance: random.Random) -> Mention:
    first, last = letters(person.first), letters(person.last)
    joined = chance.choice((first + last, f"{first}.{last}", f"{first}_{last}", last + first, f"{last}_{first}"))
    tail = chance.choice(("", "", str(chance.randrange(1, 100)), str(chance.randrange(1970, 2012)), "_"))
    return plain(f"@{joined}{tail}", joined)


def hashtag(person: Person, chance: random.Random) -> Mention:
    joined = "".join(word[:1].upper() + word[1:] for word in re.split(r"[\s'’-]+", person.name))
    core = chance.choice((joined, joined.lower(), _unaccented(joined)))
    return plain(f"#{core}", core)


def possessive(person: Person, chance: random.Random) -> Mention:
    if bare(person.name)[0] in "aeiouyh" and chance.random() < 0.6:
        return plain(chance.choice(("d'", "d’", "qu'", "l’")) + person.name, person.name)
    return plain(person.name + chance.choice(("'s", "’s", "'")), person.name)


def slug(person: Person, chance: random.Random) -> Mention:
    """The name in an address that the page links to, and nowhere in its words."""
    both = (person.first, person.last)
    first, last = ([part for part in re.split(r"[\W_]+", bare(name)) if part] for name in both)
    if chance.random() < 0.2:
        core = person.name.replace(" ", "-")
        path, shown = quote(core), core
    else:
        core = chance.choice(("-", "-", "_", "+")).join(chance.choice((first + last, first + last, last + first)))
        path = shown = core
    before, after = chance.choice(
        (("profil/", ""), ("", "-nue"), ("videos/", "-12"), ("t/", ".html"), ("search?q=", ""), ("", "/photos/"))
    )
    address = "https://forum.example/" + before
    return Mention(f'<a href="{address}{path}{after}">voir la page</a>', f"{address}{shown}{after}", core, "link")


def entity(person: Person, chance: random.Random) -> Mention:
    def coded(letter: str) -> str:
        named = codepoint2name.get(ord(letter)) if not letter.isascii() else None
        ways = [f"&#{ord(letter)};", f"&#x{ord(letter):x};", f"&#{ord(letter):05d};"] + [f"&{named};"] * bool(named)
        return chance.choice(ways)

    share = chance.choice((0.3, 1.0))
    place = chance.randrange(len(person.name))
    written = "".join(
        coded(letter) if index == place or not letter.isascii() or chance.random() < share else letter
        for index, letter in enumerate(person.name)
    ).replace(" ", chance.choice((" ", "&nbsp;", "&#160;")))
    return Mention(written, person.name, person.name)


def split_tag(person: Person, chance: random.Random) -> Mention:
    tags = (
        "<b>{}</b>",
        "<span style='color:red'>{}</span>",
        "<i>{}</i>",
        "<!-- -->{}",
        "<wbr>{}",
        "<a href='/x'>{}</a>",
    )
    cut = chance.randrange(1, len(person.name) - 1)
    other = chance.randrange(cut, len(person.name))
    middle = chance.choice(tags).format(html.escape(person.name[cut:other]) or "")
    written = html.escape(person.name[:cut], quote=False) + middle + html.escape(person.name[other:], quote=False)
    return Mention(written, person.name, person.name)


def handle(person: Person, chance: random.Random) -> Mention:
    written = chance.choice((person.handle, person.handle.upper(), person.handle))
    return plain(chance.choice(("@", "", "@")) + written, written)


def pseudonym(person: Person, chance: random.Random) -> Mention:
    one = person.pseudonym
    return plain(chance.choice((one, one.lower(), one.upper(), one.replace(" ", "_"), one.replace(" ", ""))))


def phone(person: Person, chance: random.Random) -> Mention:
    digits = person.phone
    pairs = [f"0{digits}"[at : at + 2] for at in range(0, 10, 2)]
    by_two = [digits[1:][at : at + 2] for at in range(0, 8, 2)]
    ways = (
        "".join(pairs), ".".join(pairs), "-".join(pairs), " ".join(pairs), f"+33{digits}",
        f"+33 {digits[0]} {' '.join(by_two)}", f"0033 {digits[0]} {' '.join(by_two)}",
        f"+33 (0){digits[0]} {' '.join(by_two)}", f"({pairs[0]}) {' '.join(by_two)}", "\u202f".join(pairs),
        f"0{digits[:3]} {digits[3:6]} {digits[6:]}", "/".join(pairs),
    )  # fmt: skip
    written = " ".join(chance.choice(ways).split())
    return plain(written, written.lstrip("+("))


def email(person: Person, chance: random.Random) -> Mention:
    local, _, host = person.email.partition("@")
    at = chance.choice(("@", "@", " [at] ", "(at)", " arobase ", "[@]", " @ ", "{at}"))
    dot = "." if at.strip() == "@" else chance.choice((".", "[dot]", " [point] ", "(dot)"))
    written = local + at + host.replace(".", dot)
    return plain(chance.choice((written, written.upper() if at == "@" else written)))


def address(person: Person, chance: random.Random) -> Mention:
    street, town = person.street, f"{person.postcode} {person.city}"
    number, rest = street.split(" ", 1)
    way = {"avenue": "av.", "boulevard": "bd", "place": "pl.", "impasse": "imp.", "chemin": "ch."}
    short = " ".join(way.get(word, word) for word in rest.split(" "))
    ways = (
        person.address, f"{street} {town}", f"{number}, {rest}, {town}", person.address.upper(),
        _unaccented(person.address), f"{number} {short}, {town}", f"{street} - {person.city}",
        f"{street} ({person.city})",
    )  # fmt: skip
    written = chance.choice(ways)
    street_end = bare(written).index(bare(person.street[-4:])) + 4
    return plain(written, written[:street_end])


FORMS: Final[dict[str, Disguise]] = {
    each.__name__: each
    for each in (
        exact, accents, upper, hyphen, order, particle, leet, homoglyph, zero_width, spaced, emoji, full_width,
        combining, derived_handle, hashtag, possessive, slug, entity, split_tag, handle, pseudonym, phone, email,
        address,
    )
}  # fmt: skip


def _unaccented(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


def _replaced(name: str, table: dict[str, str], chance: random.Random, share: float) -> Mention | None:
    """Some letters by others of the table, at least one; at least one letter of each word stays what it is."""
    written = list(name)
    for found in re.finditer(r"\w+", name):
        able = [place for place in range(*found.span()) if table.get(name[place])]
        chance.shuffle(able)
        most = min(len(able), len(found.group()) - 1)
        for place in able[: max(1, round(most * share * chance.random()))] if most else ():
            written[place] = chance.choice(table[name[place]])
    return plain("".join(written)) if "".join(written) != name else None


def _styled(text: str, capital: int, small: int) -> str:
    def styled(found: re.Match[str]) -> str:
        letter = found.group()
        return chr(ord(letter) + (capital - ord("A") if letter.isupper() else small - ord("a")))

    return re.sub("[A-Za-z]", styled, _unaccented(text))
