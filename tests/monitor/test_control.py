"""A source is controlled with names that nobody bears: what it finds of them is counted as false hits."""

from __future__ import annotations

import random

from monitor.control import Control, invented
from tests.monitor import stage


def test_invented_names_are_pronounceable_different_and_come_again_with_their_seed() -> None:
    names = [term.value for term in invented(random.Random(4), 500)]
    assert len(set(names)) == 500
    assert names == [term.value for term in invented(random.Random(4), 500)]
    assert all(len(name.split()) == 2 and name.replace(" ", "").isalpha() for name in names)


def test_a_page_that_names_an_invented_person_is_a_false_hit_and_an_honest_page_is_none() -> None:
    terms = invented(random.Random(4), 50)
    control = Control.of(terms)
    control.take({"type": "searched", "query_id": "0", "count": 3, "proof": "list"})
    control.take(stage.sighting("https://x.example/1", f"Résultats pour {terms[0].value}"))
    control.take(stage.sighting("https://x.example/2", "Le marché de la place rouvre dimanche."))
    control.take({"type": "error", "class": "robots", "status": None, "message": "", "query_id": None})
    told = control.to_json("search")
    assert (told["pages"], told["results"], told["per_page"]) == (2, 3, 0.5)
    assert told["hits"] == {"automatic": 1, "context": 0}
    assert told["errors"] == {"robots": 1}
