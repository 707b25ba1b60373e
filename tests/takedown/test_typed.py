"""A letter in plain fields: what nobody touched comes back the same, what was typed is cleaned and set."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takedown.blocks import Block, reject_control
from takedown.typed import to_blocks, to_text
from tests.takedown.letter_people import IMAGE, letter

KINDS = (
    Block("para", "x.a", "Un passage."),
    Block("heading", None, "Titre"),
    Block("list", "x.a", items=(("un",), ("deux",))),
    Block("signature", None, items=(("Camille Exemple",), ("Deux",))),
    Block("urls", "x.b", items=(("https://a.example/?q=a;b", "Page", "Vu hier"), ("https://b.example/",))),
    Block("table", "x.c", items=(("Date", "Fait"), ("Hier", "Deux"), ("", "Trois"))),
)


@pytest.mark.parametrize("harm", ["intimate_image", "sexual_deepfake", "doxxing", "impersonation"])
def test_what_nobody_touched_comes_back_the_same(harm: str) -> None:
    for block in (*letter(harm, "lawyer", items=[IMAGE] * 9).blocks, *KINDS):
        for ends in ("\n", "\r\n"):
            assert list(to_blocks(block, to_text(block).replace("\n", ends), "fr")) == [block]


@pytest.mark.parametrize("block", KINDS, ids=[block.kind for block in KINDS])
@pytest.mark.parametrize("typed", ["", "   ", "\r\n\r\n", "\u200b"])
def test_an_emptied_field_takes_its_passage_out(block: Block, typed: str) -> None:
    assert list(to_blocks(block, typed, "fr")) == []


def test_an_empty_line_makes_two_paragraphs_of_the_same_element_and_a_line_break_none() -> None:
    made = list(to_blocks(KINDS[0], "Un !\nsuite\n\n\n\nDeux : trois", "fr"))
    assert made == [Block("para", "x.a", "Un\u202f! suite"), Block("para", "x.a", "Deux\u00a0: trois")]


def test_an_address_is_left_as_it_is_and_its_lines_are_set() -> None:
    (made,) = to_blocks(KINDS[4], "https://a.example/?a=1;b !\nVu : hier", "fr")
    assert made.items == (("https://a.example/?a=1;b !", "Vu\u00a0: hier"),)


def test_a_row_keeps_the_width_of_its_table() -> None:
    (made,) = to_blocks(KINDS[5], "Seule\nUn | deux | trois", "en")
    assert made.items == (("Seule", ""), ("Un", "deux trois"))


@given(st.sampled_from(KINDS), st.text(max_size=200))
def test_whatever_is_typed_can_be_printed(block: Block, typed: str) -> None:
    made = list(to_blocks(block, typed, "fr"))
    reject_control(made)
    assert all(one.element == block.element for one in made)
