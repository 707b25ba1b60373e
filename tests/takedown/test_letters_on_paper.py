"""Every letter of the book, in every language, for every harm it fits: accessible, in the window, in every output."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import outloud
import pymupdf
import pytest

from config.records import Ground
from takedown import word
from takedown.letter import Letter
from takedown.letter_context import LetterContext, Recipient
from takedown.letterbook import LetterTemplate
from takedown.letters import draft
from takedown.render import docx, html, pdf, text
from takedown.render.paper import Paper
from tests.size import chosen
from tests.takedown import word_files as files
from tests.takedown.letter_people import IMAGE, SENDERS, book, grounds

MM = 25.4 / 72
EARLIER = {"reference": "VG-AAAA-BBBB", "sent_on": "2026-11-02", "form_number": "FR-77", "still_up_on": "2026-11-20"}
SIX = ["Bureau 4", "12 Harbour Street", "PO Box 9", "D04 X2K5 Dublin 4", "Irlande"]
ALLOWED = {"LNK-010"}
"""What the checker may say of a copy that is sent: its addresses are no links, on purpose."""
FRENCH = re.compile(
    r"\S [;:!?»](?:\s|$)|« |(?<![\w/])'(?=\w)|\w'\w|\b(?:articles?|alinéa|pièce|n°|art\.|paragraphes?) \d|\(UE\) \d"
    r"|\d (?:euros|%|janv|févr|mars|avri|mai|juin|juil|août|sept|octo|nove|déce)|\d \d{3}\b|[^\s\u202f][;!?](?=\s|$)",
    re.MULTILINE,
)
"""An ordinary space where French wants one that does not break, none where it wants one, or a straight apostrophe."""
ENGLISH = re.compile(
    r"\b(?:[Aa]rticles?|[Pp]aragraph|[Ss]ections?|[Nn]o\.|U\.S\.C\.|§) [\d§]|\(EU\) \d|\S[ \u00a0\u202f][;:!?](?:\s|$)"
)
"""A number torn from what it numbers, or a French space."""


def _shipped_samples() -> Any:
    """The invented cases of `takedown.samples`, in a letterbook that has them."""
    found = importlib.util.find_spec("takedown.samples")
    return importlib.import_module("takedown.samples").Samples.load() if found else None


SHIPPED_SAMPLES = _shipped_samples()


def samples() -> Iterator[Any]:
    """(template, ground, harm, signer): every letter once, at full size for every ground, harm and signer it has."""
    for (name, lang), template in sorted(book().letters.items()):
        fitting = [
            (ground, harm, signer)
            for ground in grounds().values() if name in ground.letters
            for harm in sorted(set(template.header.harms) & set(ground.harms))
            for signer in template.header.signers
        ]  # fmt: skip
        for ground, harm, signer in fitting[: chosen(sampled=1, deep=len(fitting))]:
            yield pytest.param(template, ground, harm, signer, id=f"{name}-{lang}-{ground.id}-{harm}-{signer}")


def sample(template: LetterTemplate, ground: Ground, harm: str, signer: Any, **changed: Any) -> Letter:
    """The letter of an invented case to an addressee of six postal lines, signed off."""
    to = Recipient(entity="Imagerie Sociale Ltd", lines=tuple(SIX))
    whole = {"addressee": to, "specimen": False, "signed_off": True, **changed}
    return draft(template, ground, _context(template, ground, harm, signer).model_copy(update=whole))


def _context(template: LetterTemplate, ground: Ground, harm: str, signer: Any) -> LetterContext:
    """From the samples of the letterbook where it has some; else every fact that the letter may name is said."""
    if SHIPPED_SAMPLES is not None:
        return SHIPPED_SAMPLES.context(0, template, ground, harm, signer)  # type: ignore[no-any-return]
    facts = {name: f"un fait inventé : « {name} »" for name in template.facts.get(harm, ())}
    given: dict[str, Any] = {
        "today": "2026-11-24", "place": "Lyon", "reference": "VG-7K3F-Q2XM", "sender": SENDERS[signer],
        "addressee": {"entity": "Imagerie Sociale Ltd"}, "items": [IMAGE, {**IMAGE, "exhibit": 2}], "harm": harm,
        "facts": facts, "earlier": EARLIER, "lang": template.header.lang,
    }  # fmt: skip
    return LetterContext.model_validate(given)


SAMPLES = list(samples())


def test_every_letter_of_the_book_is_among_the_samples() -> None:
    assert {(one.values[0].header.id, one.values[0].header.lang) for one in SAMPLES} == set(book().letters)


@pytest.mark.parametrize(("template", "ground", "harm", "signer"), SAMPLES)
def test_a_letter_passes_the_checker_and_stands_in_the_window(
    tmp_path: Path, template: LetterTemplate, ground: Ground, harm: str, signer: str
) -> None:
    written = sample(template, ground, harm, signer)
    data = pdf.render(written, pdf.Layout.load())
    file = tmp_path / "letter.pdf"
    file.write_bytes(data)
    seen = outloud.check(str(file))
    assert seen.error is None
    assert {one.rule for one in seen.findings if one.severity in ("error", "warning")} <= ALLOWED
    with pymupdf.open(stream=data) as document:
        assert_in_window(document[0])
        assert_addresses_are_whole(written, "".join(page.get_text() for page in document))


@pytest.mark.parametrize(("template", "ground", "harm", "signer"), SAMPLES)
def test_a_letter_says_the_same_in_every_output_and_comes_back_from_word(
    template: LetterTemplate, ground: Ground, harm: str, signer: str
) -> None:
    written = sample(template, ground, harm, signer)
    seen = word.read(docx.render(written), written)
    assert (seen.subject, seen.blocks, seen.notes) == (written.subject, written.blocks, ())
    said = [_plain(text.render(written)), _plain(html.render(written))]
    for block in written.blocks:
        for string in block.strings():
            assert all(_plain(string) in one for one in said)


@pytest.mark.parametrize(("template", "ground", "harm", "signer"), SAMPLES)
def test_each_language_is_set_as_it_is_printed(
    template: LetterTemplate, ground: Ground, harm: str, signer: str
) -> None:
    wrong = {"fr": FRENCH, "en": ENGLISH}[template.header.lang]
    written = sample(template, ground, harm, signer)
    lines = [*written.head.sender, written.head.place_date, written.subject]
    lines += [string for block in written.blocks for string in block.strings()]
    for string in [line for line in lines if not line.startswith("http")]:
        assert not wrong.search(re.sub(r"\S*(?:://|@)\S*", "", string)), string


def assert_in_window(page: Any) -> None:
    """Nothing but the addressee in x 90-200, y 44-90, and the addressee in x 105-190, y 55-79 (dependencies.md 3.3).

    A letter stands from its capitals (0.7 em above the base line) to its descenders (0.23 em below).
    """
    lines = [line for block in page.get_text("dict")["blocks"] for line in block.get("lines", ())]
    spans = [(span, span["origin"][1] * MM, span["size"] * MM) for line in lines for span in line["spans"]]
    marks = [(s["bbox"][0] * MM, y - 0.7 * em, s["bbox"][2] * MM, y + 0.23 * em, s["text"]) for s, y, em in spans]
    inside = [one for one in marks if one[2] > 90 and one[0] < 200 and one[3] > 44 and one[1] < 90]
    assert [one[4] for one in inside][0::5] == ["Imagerie Sociale Ltd", "IRLANDE"]
    for x0, y0, x1, y1, said in inside:
        assert (x0 >= 104.9, x1 <= 190, y0 >= 54.9, y1 <= 79.1) == (True,) * 4, (said, x0, y0, x1, y1)


def assert_addresses_are_whole(letter: Letter, printed: str) -> None:
    """Whoever copies a mailbox or an address from the paper copies no hyphen that is not its own."""
    unbroken = re.sub(r"\s+", "", printed)
    said = " ".join(string for block in letter.blocks for string in block.strings())
    for address in re.findall(r"[\w.+-]+@[\w.-]+\w|https?://\S+\w", said):
        assert unbroken.count(address) == unbroken.replace("\u00ad", "").count(address) > 0, address


def _plain(said: str) -> str:
    said = re.sub(r"<[^>]+>", "", said)
    for name, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'"), ("&amp;", "&")):
        said = said.replace(name, char)
    return re.sub(r"\s+", "", said)


def test_an_office_s_pictures_stand_above_the_window_and_over_the_name(tmp_path: Path) -> None:
    template = book().get("L01.doxxing", "fr")
    written = sample(template, grounds()["doxxing"], "doxxing", "lawyer")
    data = pdf.render(written, pdf.Layout.load(), Paper(files.picture(), files.picture(size=(200, 60))))
    file = tmp_path / "letter.pdf"
    file.write_bytes(data)
    seen = outloud.check(str(file))
    assert {one.rule for one in seen.findings if one.severity in ("error", "warning")} <= ALLOWED
    with pymupdf.open(stream=data) as document:
        assert_in_window(document[0])
        (head,) = [document[0].get_image_bbox(one) for one in document[0].get_images(full=True)]
        (signed,) = [document[-1].get_image_bbox(one) for one in document[-1].get_images(full=True)]
    assert head.y1 * MM <= 38
    assert head.x0 * MM >= 24.9
    assert signed.x0 * MM >= 110


@pytest.mark.parametrize("links", [True, False])
def test_addresses_are_links_only_in_the_copy_for_the_file(tmp_path: Path, links: bool) -> None:
    written = sample(book().get("L01.doxxing", "fr"), grounds()["doxxing"], "doxxing", "subject")
    file = tmp_path / "letter.pdf"
    file.write_bytes(pdf.render(written, pdf.Layout.load(), Paper(links=links)))
    assert {one.rule for one in outloud.check(str(file)).findings if one.severity in ("error", "warning")} <= ALLOWED
    with pymupdf.open(str(file)) as document:
        found = [link["uri"] for page in document for link in page.get_links()]
    reported = [item[0] for block in written.blocks if block.kind == "urls" for item in block.items]
    assert found == (reported if links else [])
    assert ('<a href="https://' in html.render(written, Paper(links=links))) is links
