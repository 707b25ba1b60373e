"""Of all findings in one field, those that count: the best reading, the longer name, the name letter for letter."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

from monitor.names.finding import RANK, Finding, Strength
from monitor.names.term import Reason

MAX_PER_FIELD = 50  # findings kept of one term in one field: a page that repeats a name tells nothing more

IsName = Callable[[Finding], bool]


def those_that_count(findings: Iterable[Finding], is_name: IsName) -> list[Finding]:
    """Of overlapping findings of one term the best; a shorter name inside a longer watched one is dropped."""
    kept: dict[int, list[Finding]] = {}
    for finding in sorted(findings, key=lambda each: each.order, reverse=True):
        same = kept.setdefault(finding.term, [])
        if len(same) < MAX_PER_FIELD and not any(_overlap(finding, other) for other in same):
            same.append(finding)
    ordered = sorted((each for same in kept.values() for each in same), key=lambda each: (each.start, -each.end))
    return list(_without_inner_names(_without_lookalikes(ordered, is_name), is_name))


def _without_lookalikes(ordered: Sequence[Finding], is_name: IsName) -> Sequence[Finding]:
    """Lower a name that only resembles words which are, letter for letter, the name of somebody else."""
    whole = [each for each in ordered if each.whole and each.strength == "strong" and is_name(each)]
    if len(whole) == len(ordered):
        return ordered
    starts, reach = [each.start for each in whole], list(accumulate((each.end for each in whole), max))

    def others(each: Finding) -> bool:
        at = bisect_right(starts, each.start)
        return not each.whole and each.strength == "strong" and at > 0 and reach[at - 1] >= each.end

    return [_told_as_another(each) if others(each) else each for each in ordered]


def _without_inner_names(ordered: Sequence[Finding], is_name: IsName) -> Iterator[Finding]:
    """Drop a name that lies inside a longer one at least as sure (Sylvie Bla inside Sylvie Blaise)."""
    reach = dict.fromkeys(RANK.values(), (0, 0))  # end, minus start of the furthest name
    for finding in ordered:
        rank, place = RANK[finding.strength], (finding.end, -finding.start)
        if not is_name(finding):
            yield finding
            continue
        if not any(other >= rank and reach[other] > place for other in reach):
            yield finding
        reach[rank] = max(reach[rank], place)


def _told_as_another(finding: Finding) -> Finding:
    """A misspelling needs a context word then; a name with a particle more or less is for a person to look at."""
    typo = finding.variant in ("typo", "disguised") and not any("particle" in one.code for one in finding.reasons)
    strength: Strength = "weak" if typo else "doubtful"
    reasons = (*finding.reasons, Reason("fits_another"))
    return replace(finding, strength=strength, score=round(finding.score * 0.7, 4), reasons=reasons)


def _overlap(one: Finding, other: Finding) -> bool:
    return one.start < other.end and other.start < one.end
