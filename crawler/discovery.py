"""Finds the kinds of source: every module of `crawler.sources` is one, and none of them imports this."""

from __future__ import annotations

import importlib
import pkgutil
from typing import cast

from crawler import sources
from crawler.steps import Kind
from crawler.trouble import CrawlerError


def kinds() -> dict[str, Kind]:
    """Every kind by its name."""
    modules = (
        importlib.import_module(f"crawler.sources.{found.name}") for found in pkgutil.iter_modules(sources.__path__)
    )
    return {module.KIND: cast(Kind, module) for module in modules}


def find(kind: str) -> Kind:
    """The kind of that name; raises `CrawlerError` listing those there are."""
    known = kinds()
    if kind not in known:
        raise CrawlerError(f"There is no source of that kind; there are: {', '.join(sorted(known))}.", "bad_query")
    return known[kind]
