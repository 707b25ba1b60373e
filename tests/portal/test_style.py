"""The style sheet: colours that meet on a page are told apart, in the light and in the dark (WCAG 2.2)."""

from __future__ import annotations

import re

import pytest

from portal.app import STATIC

SHEET = (STATIC / "vigie.css").read_text()
TEXT = (  # at least 4.5:1 (1.4.3)
    ("ink", "paper"), ("ink", "card"), ("ink", "tint"), ("ink", "note"), ("soft", "paper"), ("soft", "card"),
    ("soft", "tint"), ("soft", "note"), ("accent", "paper"), ("accent", "card"), ("accent", "tint"), ("accent", "note"),
    ("on-accent", "accent"), ("paper", "ink"),
)  # fmt: skip
EDGES = (  # at least 3:1 (1.4.11): the ring of the focus, the edge of a field
    ("focus", "paper"), ("focus", "card"), ("focus", "tint"), ("focus", "note"), ("soft", "card"), ("soft", "paper"),
)  # fmt: skip


def colours(theme: str) -> dict[str, str]:
    light, dark = re.findall(r":root \{(.*?)\}", SHEET, re.DOTALL)[:2]
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", light))
    return found | dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", dark if theme == "dark" else ""))


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2, definition)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_black_on_white_is_the_contrast_everybody_knows() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back"), TEXT)
def test_text_is_readable(theme: str, front: str, back: str) -> None:
    known = colours(theme)
    assert contrast(known[front], known[back]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back"), EDGES)
def test_edges_are_seen(theme: str, front: str, back: str) -> None:
    known = colours(theme)
    assert contrast(known[front], known[back]) >= 3


def test_no_colour_is_written_outside_the_two_themes_but_the_sheet_of_paper() -> None:
    rest = re.sub(r":root \{.*?\}", "", SHEET, flags=re.DOTALL)
    assert re.findall(r"\.paper \{[^}]*?(#[0-9a-f]{6})[^}]*?(#[0-9a-f]{6})", rest) == [("#ffffff", "#1c1c1c")]
    assert set(re.findall(r"#[0-9a-f]{3,6}\b", rest)) == {"#ffffff", "#1c1c1c"}
