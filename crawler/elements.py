"""One walk over a parsed page: its elements by tag and its attributes by name, bounded (pure)."""

from __future__ import annotations

from typing import Any, Final

from lxml import etree  # type: ignore[import-untyped,unused-ignore]

MOST: Final = 20_000  # elements of one tag, and attributes of one name, kept of a page: more is a trap
_TAGS: Final = frozenset(
    (
        "a", "area", "base", "caption", "figcaption", "frame", "html", "iframe", "link", "meta", "script", "style",
        "time", "title",
    )
)  # fmt: skip
_ATTRIBUTES: Final = frozenset(
    (
        "alt", "aria-label", "background", "class", "data", "href", "imagesrcset", "itemprop", "label", "lazy-src",
        "lazysrc", "placeholder", "poster", "src", "srcdoc", "srcset", "style", "summary", "title", "value",
        "xlink:href",
    )
)  # fmt: skip


class Elements:
    """The elements and attributes of a page in the order of the page."""

    def __init__(self, tree: Any) -> None:
        self.tree = tree
        self._tags: dict[str, list[Any]] = {}
        self._attributes: dict[str, list[tuple[Any, str]]] = {}
        for element in tree.iter(etree.Element):
            if element.tag in _TAGS:
                self._tags.setdefault(element.tag, []).append(element)
            for name, value in element.items():
                if name in _ATTRIBUTES or name.startswith("data-"):
                    kept = self._attributes.setdefault(name, [])
                    if len(kept) < MOST:
                        kept.append((element, value))

    def tagged(self, *tags: str) -> list[Any]:
        """The elements of these tags, tag after tag."""
        return [element for tag in tags for element in self._tags.get(tag, ())[:MOST]]

    def having(self, *names: str) -> list[tuple[Any, str]]:
        """(element, value) of each attribute with one of these names, name after name."""
        return [pair for name in names for pair in self._attributes.get(name, ())]

    def data_names(self) -> list[str]:
        """The names of the data- attributes of the page."""
        return [name for name in self._attributes if name.startswith("data-")][:MOST]
