"""No word of law in code: what a person may read about an article comes from config/ and templates/, never from code.

The rule: no string literal of a room's Python source holds an article number, docstrings excepted (they name their
source, as the manners of the house ask), and no page, script or style sheet of the portal does. Ids of records and of
letter elements ("dsa16.ack") are names, not articles.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("fingerprints", "crawler", "storage", "cases", "monitor", "evidence", "takedown", "portal", "vigie")
ARTICLE = re.compile(
    r"\bart(?:icles?|\.)\s*(?:[LRD]\.?\s*)?\d"  # article 16, art. L34-1
    r"|\b[LRD]\.?\s?\d{3,4}-\d"  # R621-2
    r"|(?<![\d-])[1-7]\d{2}-\d{1,2}(?:-\d{1,2})?(?![\d-])"  # 226-2-1, 515-9
    r"|\b(?:DSA|RGPD|GDPR|LCEN|CPP|CPC|CPI|USC|C\. ?p[ée]n\.|C\. ?civ\.)\s+\d",
    re.IGNORECASE,
)


def literals(source: str) -> Iterator[tuple[int, str]]:
    """The string literals that are no docstring: one that stands alone as a statement speaks to readers of the code."""
    tree = ast.parse(source)
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.lineno, node.value


def test_the_scan_sees_an_article_in_a_string_and_not_in_a_docstring() -> None:
    source = '"""Source: C. pén. 226-2-1."""\nx = "selon l\'art. 226-2-1"\ny = "2026-11-24"\n'
    assert [line for line, text in literals(source) if ARTICLE.search(text)] == [2]


@pytest.mark.parametrize("room", ROOMS)
def test_no_string_of_a_room_holds_an_article_of_law(room: str) -> None:
    files = sorted((ROOT / room).rglob("*.py"))
    assert files
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in files
        for line, text in literals(path.read_text(encoding="utf-8"))
        if ARTICLE.search(text)
    ]
    assert found == []


def test_no_loader_of_config_or_templates_holds_an_article_of_law() -> None:
    files = [*(ROOT / "config").rglob("*.py"), *(ROOT / "templates").rglob("*.py")]
    assert files
    found = [str(path) for path in files for _, text in literals(path.read_text("utf-8")) if ARTICLE.search(text)]
    assert found == []


def test_no_page_of_the_portal_holds_an_article_of_law() -> None:
    files = [path for path in (ROOT / "portal").rglob("*") if path.suffix in (".html", ".js", ".css")]
    assert files
    assert [path.name for path in files if ARTICLE.search(path.read_text(encoding="utf-8"))] == []
