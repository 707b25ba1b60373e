"""Templates may come from organisations: they are read before they run, and only a closed list may stand in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from types import CodeType
from typing import Any

from jinja2 import BaseLoader, DictLoader, StrictUndefined, TemplateSyntaxError, UndefinedError, nodes
from jinja2.sandbox import SandboxedEnvironment

from takedown.blocks import DATA, LetterError
from takedown.typography import visible

LONGEST = 20_000  # characters in one template; the longest shipped letter has a fifth of that
LONGEST_CONSTANT = 60

ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Const, nodes.If, nodes.For,
    nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Filter, nodes.Include,
)  # fmt: skip
"""Everything else is refused: no arithmetic, calls, subscripts, assignments, macros, imports, blocks or tests."""

FILTERS = ("cap",)

ALONE = re.compile(r"^[ \t]*(\{%[^%\n]*%\})[ \t]*\n", re.MULTILINE)
"""A tag alone on its line: the line leaves nothing in the text, so that a loop does not tear a list apart."""


def capital(text: object) -> str:
    """The text with a capital first letter."""
    words = str(text)
    return words[:1].upper() + words[1:]


def as_data(value: object) -> object:
    """A value on its way into the text: one line, marked as data so that it is never read as markup."""
    if isinstance(value, StrictUndefined):
        return str(value)  # raises UndefinedError
    if not isinstance(value, (str, int)):
        raise LetterError("A template prints something that is neither words nor a number: print one of its fields.")
    return DATA + visible(str(value))[0]


class _Bare(SandboxedEnvironment):
    """Jinja with one filter and nothing else; a passage that many letters include is compiled once."""

    def __init__(self, loader: BaseLoader | None = None, finalize: Callable[[Any], object] = as_data) -> None:
        super().__init__(
            loader=loader, undefined=StrictUndefined, finalize=finalize, autoescape=False, keep_trailing_newline=True
        )
        self.globals.clear()
        self.tests.clear()
        self.filters.clear()
        self.filters["cap"] = capital

    def compile(self, source: Any, name: Any = None, *_: Any, **__: Any) -> Any:
        """The code of a text under its name; the same for all letters, which differ in their data only."""
        return _code(source, name, self.finalize)


@lru_cache(maxsize=2048)
def _code(source: str, name: str, finalize: Callable[[Any], object]) -> CodeType:
    return SandboxedEnvironment.compile(_Bare(finalize=finalize), source, name)


@lru_cache(maxsize=2048)
def _tree(source: str) -> nodes.Template:
    """How a text is read; nobody changes it."""
    return _Bare().parse(source)


class SafeTemplates:
    """Templates by name, with the dotted paths of data they may name ("sender.name"); linted at load and at render."""

    def __init__(
        self,
        sources: Mapping[str, str],
        paths: frozenset[str],
        loops: frozenset[str] = frozenset(),
        printed: Callable[[Any], object] = as_data,
    ) -> None:
        self.sources, self.paths, self.loops = dict(sources), paths, loops
        self.roots = {path.split(".")[0] for path in paths}
        self.read: dict[str, list[str]] = {}
        loader = DictLoader({name: ALONE.sub(r"\1", text) for name, text in sources.items()})
        self.environment = _Bare(loader=loader, finalize=printed)

    def faults(self, name: str) -> list[str]:
        """One sentence for everything in this template (and what it includes) that may not stand there."""
        if name not in self.read:
            self.read[name] = self._faults(name)
        return self.read[name]

    def _faults(self, name: str) -> list[str]:
        source = self.sources[name]
        if len(source) > LONGEST:
            return [f"{name}: {len(source)} characters, at most {LONGEST} are read: shorten it."]
        try:
            tree = _tree(source)
        except TemplateSyntaxError as error:
            return [f"{name}, line {error.lineno}: {error.message}: correct the braces or the tag."]
        except RecursionError:
            return [f"{name}: nested too deeply to be read: write it flat."]
        return list(self._walk(name, tree, frozenset(), depth=0))

    def render(self, name: str, data: Mapping[str, Any]) -> str:
        """The filled-in text; raises LetterError when the template is not safe or names data that is not there."""
        if faults := self.faults(name):
            raise LetterError("\n".join(faults))
        try:
            return self.environment.get_template(name).render(dict(data))
        except UndefinedError as error:
            raise LetterError(f"{name}: {error.message}: give that value, or take it out of the template.") from None

    def _walk(self, name: str, node: nodes.Node, bound: frozenset[str], depth: int) -> Iterator[str]:
        if depth > 40:
            yield f"{name}, line {node.lineno}: nested too deeply: write it flat."
        elif not isinstance(node, ALLOWED):
            yield _refusal(
                name,
                node,
                f"{type(node).__name__.lower()} is not allowed in a letter: use plain words, a value, if, or one for.",
            )
        elif isinstance(node, nodes.Getattr):
            yield from self._path(name, node, bound)
        elif isinstance(node, nodes.For):
            yield from self._loop(name, node, bound, depth)
        else:
            yield from self._leaf(name, node, bound)
            for child in node.iter_child_nodes():
                yield from self._walk(name, child, bound, depth + 1)

    def _leaf(self, name: str, node: nodes.Node, bound: frozenset[str]) -> Iterator[str]:
        if isinstance(node, nodes.Name) and (node.ctx != "load" or node.name not in self.paths | bound):
            yield _refusal(
                name, node, f'"{node.name}" is no value a letter has: use one of {", ".join(sorted(self.roots))}.'
            )
        elif isinstance(node, nodes.Filter) and (node.name not in FILTERS or node.args or node.kwargs):
            yield _refusal(name, node, f'filter "{node.name}" is not allowed: only {", ".join(FILTERS)} is.')
        elif isinstance(node, nodes.Const) and len(str(node.value)) > LONGEST_CONSTANT:
            yield _refusal(name, node, "a constant that long belongs in the text: write it there.")
        elif isinstance(node, nodes.Include):
            yield from self._included(name, node, bound)

    def _included(self, name: str, node: nodes.Include, bound: frozenset[str]) -> Iterator[str]:
        part = node.template.value if isinstance(node.template, nodes.Const) else None
        if not isinstance(part, str) or not part.startswith(("parts/", "ground/")) or part not in self.sources:
            yield _refusal(name, node, "only a passage of the parts folder can be included: name one that is there.")
        elif bound or name.startswith(("parts/", "ground/")):
            yield _refusal(
                name, node, "a passage is included by the letter itself, once: not by a part, not in a loop."
            )
        else:
            yield from self.faults(part)

    def _path(self, name: str, node: nodes.Getattr, bound: frozenset[str]) -> Iterator[str]:
        root = node.node.name if isinstance(node.node, nodes.Name) else "(...)"
        path = f"{root}.{node.attr}"
        if path not in self.paths or root in bound:
            yield _refusal(name, node, f'"{path}" is no value a letter has: see the list in docs/how-to-letter.md.')

    def _loop(self, name: str, node: nodes.For, bound: frozenset[str], depth: int) -> Iterator[str]:
        over = _dotted(node.iter)
        if bound or over not in self.loops or not isinstance(node.target, nodes.Name) or node.recursive or node.test:
            yield _refusal(
                name, node, f"a loop runs over {', '.join(sorted(self.loops)) or 'nothing'}, and never inside another."
            )
            return
        for child in (*node.body, *node.else_):
            yield from self._walk(name, child, bound | {node.target.name}, depth + 1)


def _dotted(node: nodes.Node) -> str:
    """The name or dotted path that stands there; empty for anything else."""
    if isinstance(node, nodes.Name):
        return str(node.name)
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
        return f"{node.node.name}.{node.attr}"
    return ""


def _refusal(name: str, node: nodes.Node, why: str) -> str:
    return f"{name}, line {node.lineno}: {why}"
