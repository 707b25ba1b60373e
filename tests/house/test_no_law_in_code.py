"""No word of law in code: what a person may read about an article comes from config/ and templates/, never from code.

The rule: no file of a room holds an article number or the number of an act, in its words, docstrings or comments (those
name the section of the fact sheet instead), so that a plain grep finds none; nor does any string of its Python, however
it is put together. Ids of records and of letter elements ("dsa16.ack") are names, not articles.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = (
    "fingerprints", "crawler", "storage", "cases", "monitor", "evidence", "takedown", "portal", "vigie", "demo",
)  # fmt: skip
CODES = r"DSA|RGPD|GDPR|LCEN|LIL|CPP|CPC|CPI|CPCE|CGFP|U\.?S\.?C\.?|C\. ?p[ée]n\.|C\. ?civ\.|code (?:p[ée]nal|civil)"
ARTICLE = re.compile(
    r"\bart(?:icles?\b|s?\.|s?\b)\s*(?:[LRD]\.?\s*)?\d"  # article 16, art. L34-1, art 6
    r"|(?<![\w.])[LRD]\.?\s?\d{2,4}-\d"  # R621-2, L. 34-1
    r"|(?<![\w-])[1-9]\d{1,3}-\d{1,2}(?:-\d{1,2})?(?![\w-])"  # 226-2-1, 515-9, 1240-1
    rf"|\b(?:{CODES})\s+(?:art\.?\s*)?[LRD]?\d"  # DSA 16, C. civ. 9
    r"|\b\d+(?:-\d+)*\s+(?:du|de la|of the)\s+(?:code|loi|r[èe]glement|acte?|DSA|RGPD|GDPR|LCEN)\b"
    r"|§\s*\d|\b20\d\d/\d{3,4}\b|\bn°\s?\d{2,4}-\d|29 juillet 1881|29 July 1881",
    re.IGNORECASE,
)
DATE = re.compile(r"\b(?:19|20)\d\d-\d\d-\d\d|\biso[ -]?8859-\d+", re.IGNORECASE)
TEXT = frozenset({".py", ".html", ".js", ".css", ".toml", ".json", ".c", ".typ"})
HOLE = "\x00"  # what stands where a value is only known when the program runs


def found_in(text: str) -> bool:
    """Whether a text names an article; dates and character sets look like one and are taken out first."""
    return ARTICLE.search(DATE.sub(HOLE, text)) is not None


def said(node: ast.AST) -> str:
    """What an expression says as far as it can be read: constants, what joins them, and holes for the rest."""
    match node:
        case ast.Constant(value=bytes() as raw):
            return raw.decode("utf-8", "replace")
        case ast.Constant(value=str() | int() as value):
            return str(value)
        case ast.JoinedStr(values=parts):
            return "".join(map(said, parts))
        case ast.FormattedValue(value=value):
            return said(value)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return said(left) + said(right)
        case ast.BinOp(left=left, op=ast.Mod(), right=right):
            return re.sub(r"%[-\d.]*[sdr]", lambda _: said(right), said(left))
        case ast.Call(func=ast.Attribute(value=value, attr="format"), args=args):
            return re.sub(r"\{\w*\}", lambda _: said(args[0]) if args else HOLE, said(value))
        case ast.Call(
            func=ast.Attribute(value=between, attr="join"), args=[ast.List(elts=parts) | ast.Tuple(elts=parts)]
        ):
            return said(between).join(map(said, parts))
        case _:
            return HOLE


def literals(source: str) -> Iterator[tuple[int, str]]:
    """What the source's strings say, docstrings left out: one that stands alone as a statement speaks to readers."""
    tree = ast.parse(source)
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    joined = (ast.Constant, ast.JoinedStr, ast.BinOp, ast.Call)
    for node in ast.walk(tree):
        a_docstring = isinstance(node, ast.Constant) and id(node) in alone
        if (
            isinstance(node, joined)
            and not a_docstring
            and not (isinstance(node, ast.Constant) and isinstance(node.value, int))
        ):
            yield getattr(node, "lineno", 0), said(node)


@pytest.mark.parametrize(
    "source",
    [
        "x = \"selon l'art. 226-2-1\"", 'x = "article L1152-4"', 'x = "art 6"', 'x = "arts. 20 et 21"', 'x = "R.621-2"',
        'x = "L34-1 II bis"', 'x = "L. 34-1"', 'x = "1240 du code civil"', 'x = "DSA 16"', 'x = "C. civ. 9"',
        'x = "47 USC 223a"', 'x = "17 U.S.C. 512"', 'x = "§ 512"', 'x = "loi n° 2004-575"', 'x = "UE 2022/2065"',
        'x = "loi du 29 juillet 1881"', 'x = "article\\u00a016"', 'x = "arti" "cle 16"', 'x = "article" + " 16"',
        'x = "article {}".format(16)', 'x = "article %s" % 16', 'x = f"article {16}"', 'x = f"{who}, art. 16"',
        'x = b"article 16"', 'x = " ".join(["article", "16"])', 'raise ValueError("see RGPD art. 17")',
        'x = {"law": "226-4-1"}', "def f(x='article 16'): ...", "print('article 16')", 'x = "Article\\n16"',
    ],
)  # fmt: skip
def test_the_scan_is_not_fooled(source: str) -> None:
    assert any(found_in(text) for _, text in literals(source))


@pytest.mark.parametrize(
    "source",
    [
        '"""Source: C. pén. 226-2-1."""', 'def f():\n    """GDPR 12(3)."""', 'x = "2026-11-24"',
        'x = "dsa16.2.b"', 'x = 226', 'x = "iso8859-15"', 'x = "art20"', 'x = "tida.48h"',
        'x = f"article {one.article}"',
        'x = "2026-11-24T09:00+01:00"',
    ],
)  # fmt: skip
def test_the_scan_leaves_sources_dates_and_names_alone(source: str) -> None:
    assert not any(found_in(text) for _, text in literals(source))


@pytest.mark.parametrize("room", [*ROOMS, "config", "templates"])
def test_no_string_of_a_room_or_loader_holds_an_article_of_law(room: str) -> None:
    files = sorted((ROOT / room).rglob("*.py"))
    assert files
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in files
        for line, text in literals(path.read_text(encoding="utf-8"))
        if found_in(text)
    ]
    assert found == []


def test_no_source_page_script_or_data_file_of_a_room_holds_an_article_of_law() -> None:
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*") if path.suffix in TEXT]
    assert {path.suffix for path in files} >= {".py", ".html", ".js", ".css", ".toml"}
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if found_in(line)
    ]
    assert found == []
