"""One sighting is compared with all watches at once: text and pictures, the best hit of each."""

from __future__ import annotations

import datetime as dt

from crawler.sighting import Field, Media, Sighting
from fingerprints.signal import Signal
from monitor.images import BankEntry, ImageBank
from monitor.matching import match_sighting
from monitor.names import NameIndex, Term

NAMES = NameIndex([Term("lea", "name", "Léa Martin"), Term("phone", "phone", "06 12 34 56 78")])
IMAGES = ImageBank([BankEntry("print", "photo", "pdq", "9c" * 32, 90)])


def sighting(*fields: Field, media: tuple[Media, ...] = ()) -> Sighting:
    at = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)  # a Tuesday
    return Sighting("src", "https://x.example/", "https://x.example/", 200, fields, at, media=media)


def test_a_term_seen_many_times_is_one_hit_and_quotes_the_best_field() -> None:
    seen = sighting(Field("title", "L. Martin"), Field("text", "lea martin"), Field("text", "ici Léa Martin"))
    (hit,) = match_sighting(seen, NAMES, IMAGES)
    assert (hit.kind, hit.watched_id, hit.band, hit.field_index) == ("text", "lea", "automatic", 2)
    assert seen.fields[hit.field_index].text[hit.detail["start"] : hit.detail["end"]] == "Léa Martin"


def test_text_and_pictures_come_together_the_surest_first() -> None:
    near = Media("https://x.example/a.jpg", signals=(Signal("pdq", "9c" * 31 + "9d", 90),))
    same = Media("https://x.example/b.jpg", signals=(Signal("pdq", "9c" * 32, 90),))
    hits = match_sighting(sighting(Field("text", "L. Martin, 06 12 34 56 78"), media=(near, same)), NAMES, IMAGES)
    assert [(hit.kind, hit.watched_id, hit.band) for hit in hits] == [
        ("text", "phone", "automatic"),
        ("image", "print", "automatic"),
    ]
    assert hits[1].detail["image"] == "https://x.example/b.jpg"
    assert len({hit.dedupe_key for hit in hits}) == 2


def test_a_page_without_anything_watched_gives_nothing() -> None:
    assert match_sighting(sighting(Field("text", "Rien à voir ici.")), NAMES, IMAGES) == []
