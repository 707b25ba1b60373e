"""What the sender of a reply wrote: without the letter it quotes, its signature, and the notices under it."""

from __future__ import annotations

import re
import unicodedata

from takedown.phrases import says

MARKS = (">", "|")
LINES_TOGETHER = 5  # mail programs break the line that opens a quotation, or write a block of headers


def folded(text: str) -> str:
    """The text in small letters without accents, with straight apostrophes and one kind of space; lines stay."""
    straight = text.replace("’", "'").replace("œ", "oe").lower()
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", straight) if not unicodedata.combining(sign))
    return re.sub(r"[^\S\n]+", " ", bare)


def own_words(text: str) -> str:
    """The reply without what it quotes: our own letter must never be read as their answer.

    Under the line that opens a quotation, marked lines (">") are left out one by one, for some answer below them; where
    the quotation has no marks, all that follows is left out.
    """
    lines = text.splitlines()
    bare = [folded(line).strip() for line in lines]
    kept: list[str] = []
    number = 0
    while number < len(lines):
        opening = _opens(bare[number : number + LINES_TOGETHER])
        rest = next((line for line in bare[number + opening : number + opening + LINES_TOGETHER] if line), "")
        if opening and not rest.startswith(MARKS):
            break
        if not opening and not bare[number].startswith(MARKS):
            kept.append(lines[number])
        number += opening or 1
    return "\n".join(kept)


def _opens(lines: list[str]) -> int:
    """How many of these lines open a quotation or a footer; 0 when the first is the sender's own."""
    first = lines[0]
    if says("quote", first) or says("attribution", first) or says("footer", first):
        return 1
    if not re.match(r"(on|le|from|de) ?:? ?\S", first):
        return 0
    if sum(bool(says("quoted_header", line)) for line in lines) >= 3:
        return len(lines)
    block = lines[: lines.index("")] if "" in lines else lines
    whole = (count for count in range(2, len(block) + 1) if says("attribution", " ".join(block[:count])))
    return next(whole, 0)
