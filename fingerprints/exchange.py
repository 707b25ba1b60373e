"""Signals as other services write them: StopNCII, ThreatExchange, NCMEC, vPDQ, and our own lines; in and out (pure).

Sources: the clients of `python-threatexchange` 1.2.17 for the first three (read November 2026), the vPDQ format of its
`vpdq` extension. Unknown keys are ignored: these services add some without notice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from fingerprints.signal import FingerprintError, Signal

Status = Literal["active", "withdrawn"]
FORMATS = ("bank", "stopncii", "threatexchange", "ncmec", "vpdq")

# What each service calls our types; what is not here (PhotoDNA, SHA-1, TMK...) cannot be compared by us.
_STOPNCII = MappingProxyType({"ImagePDQ": "pdq", "VideoMD5": "md5"})
_THREATEXCHANGE = MappingProxyType(
    {
        "HASH_PDQ": "pdq",
        "HASH_MD5": "md5",
        "HASH_VIDEO_MD5": "md5",
        "HASH_SHA256": "sha256",
        "HASH_VIDEO_SHA256": "sha256",
    }
)
_NCMEC = MappingProxyType({"pdq": "pdq", "md5": "md5"})
_WITHDRAWN = frozenset({"Withdrawn", "Deleted", "NON_MALICIOUS"})


@dataclass(frozen=True, slots=True)
class Exchanged:
    """One signal of a file: whose record it is, and whether its owner still wants it used; "withdrawn" is deleted."""

    id: str
    signal: Signal
    status: Status = "active"


@dataclass(frozen=True, slots=True)
class Package:
    """What a file holds; `left_out` counts, by the service's own name, what cannot be compared here."""

    format: str
    signals: tuple[Exchanged, ...]
    left_out: Mapping[str, int]


def read(text: str, name: str = "") -> Package:
    """Read a file of a service; its format is seen from its shape unless it is named.

    Raises FingerprintError for a file of no known shape, and for a record whose value is not of its own type.
    """
    shape = name or _shape(text)
    if shape not in _READERS:
        raise FingerprintError(f"{shape!r} is no format of signals. Use one of: {', '.join(FORMATS)}.")
    left: dict[str, int] = {}
    try:
        found = tuple(_READERS[shape](text, left))
    except (KeyError, TypeError, AttributeError, ValueError, ParseError, DefusedXmlException):
        raise FingerprintError(f"This is no file of signals in the format {shape}: export it again.") from None
    return Package(shape, found, left)


def write(name: str, signals: Sequence[Exchanged]) -> str:
    """The file of a service; types that it does not know raise FingerprintError, so that nothing is lost in silence."""
    if name not in _WRITERS:
        raise FingerprintError(f"{name!r} is no format of signals. Use one of: {', '.join(FORMATS)}.")
    return _WRITERS[name](signals)


def _shape(text: str) -> str:
    start = text.lstrip()
    if start.startswith("<"):
        return "ncmec"
    if start.startswith("["):
        return "vpdq" if start[1:].lstrip().startswith(('"', "]")) else "threatexchange"
    if "hashRecords" in start[:4000]:
        return "stopncii"
    return (
        "threatexchange" if start.startswith("{") and '"data"' in start.split("\n", 2)[0][:40] else _lines_shape(start)
    )


def _lines_shape(start: str) -> str:
    first = start.split("\n", 1)[0]
    return "threatexchange" if "raw_indicator" in first or first.strip() == "{" else "bank"


def _read_bank(text: str, left: dict[str, int]) -> Iterator[Exchanged]:
    for line in filter(str.strip, text.split("\n")):
        row = json.loads(line)
        if row.get("refused") and row.get("value") is None:
            left["refused"] = left.get("refused", 0) + 1
        else:
            yield Exchanged(str(row["id"]), Signal.from_json(row), "withdrawn" if row.get("withdrawn") else "active")


def _read_stopncii(text: str, left: dict[str, int]) -> Iterator[Exchanged]:
    """A page of FetchHashes, or a list of its records. A record stands for several cases: active while one still is."""
    whole = json.loads(text)
    for row in whole["hashRecords"] if isinstance(whole, dict) else whole:
        kind, value = str(row["signalType"]), str(row["hashValue"]).lower()
        if kind not in _STOPNCII:
            left[kind] = left.get(kind, 0) + 1
            continue
        cases = row.get("caseNumbers") or {}
        gone = row.get("hashStatus") in _WITHDRAWN or (cases and all(each in _WITHDRAWN for each in cases.values()))
        yield Exchanged(next(iter(cases), value), Signal(_STOPNCII[kind], value), "withdrawn" if gone else "active")


def _read_threatexchange(text: str, left: dict[str, int]) -> Iterator[Exchanged]:
    """A page of descriptors or of updates, a list of them, or one a line."""
    for row in _descriptors(text):
        kind, value = str(row["type"]), str(row.get("raw_indicator") or row.get("indicator")).lower()
        if kind not in _THREATEXCHANGE:
            left[kind] = left.get(kind, 0) + 1
            continue
        gone = row.get("should_delete") is True or row.get("status") in _WITHDRAWN
        signal = Signal(_THREATEXCHANGE[kind], value)
        yield Exchanged(str(row.get("id") or value), signal, "withdrawn" if gone else "active")


def _descriptors(text: str) -> list[dict[str, Any]]:
    try:
        whole = json.loads(text)
    except ValueError:
        return [json.loads(line) for line in filter(str.strip, text.split("\n"))]
    if isinstance(whole, dict):
        whole = whole.get("data", [whole])
    return list(whole)


def _read_ncmec(text: str, left: dict[str, int]) -> Iterator[Exchanged]:
    """An answer of the hash-sharing interface; `deletedImage` and `deletedVideo` are tombstones."""
    root = ElementTree.fromstring(text)
    for entry in root.iter():
        name = _local(entry).lower()
        if name not in ("image", "video", "deletedimage", "deletedvideo"):
            continue
        parts = {_local(child): child for child in entry}
        for print_ in parts.get("fingerprints", ()):
            kind = _local(print_).lower()
            if kind not in _NCMEC or not print_.text:
                left[kind] = left.get(kind, 0) + 1
                continue
            signal = Signal(_NCMEC[kind], print_.text.strip().lower())
            yield Exchanged(str(parts["id"].text), signal, "withdrawn" if name.startswith("deleted") else "active")


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _read_vpdq(text: str, left: dict[str, int]) -> Iterator[Exchanged]:  # noqa: ARG001 - every frame is comparable
    """One video: a list of "hash,quality,seconds"; its signal is that list, written closely."""
    frames = json.loads(text)
    for frame in frames:
        value, quality, _ = _frame(frame)
        Signal("pdq", value, quality)
    signal = Signal("vpdq", json.dumps(frames, separators=(",", ":")))
    yield Exchanged(frames[0].split(",")[0] if frames else "empty", signal)


def _frame(text: str) -> tuple[str, int, float]:
    value, quality, seconds = text.split(",")
    return value, int(quality), float(seconds)


def _write_bank(signals: Sequence[Exchanged]) -> str:
    rows = [{"id": each.id, **each.signal.to_json(), "refused": None} for each in signals if each.status == "active"]
    gone = [{"id": each.id, **each.signal.to_json(), "withdrawn": True} for each in signals if each.status != "active"]
    return "".join(json.dumps(row) + "\n" for row in [*rows, *gone])


def _write_stopncii(signals: Sequence[Exchanged]) -> str:
    names = _named(_STOPNCII, signals, "StopNCII")
    records: list[dict[str, Any]] = [
        {
            "signalType": names[each.signal.type],
            "hashValue": each.signal.value,
            "hashStatus": "Active" if each.status == "active" else "Withdrawn",
            "caseNumbers": {each.id: "Active" if each.status == "active" else "Withdrawn"},
            "CSPFeedbacks": [],
        }
        for each in signals
    ]
    return json.dumps({"count": len(records), "hashRecords": records}, indent=1) + "\n"


def _write_threatexchange(signals: Sequence[Exchanged]) -> str:
    names = _named(_THREATEXCHANGE, signals, "ThreatExchange")
    rows = [
        {
            "id": each.id,
            "raw_indicator": each.signal.value,
            "type": names[each.signal.type],
            "status": "MALICIOUS" if each.status == "active" else "NON_MALICIOUS",
            "should_delete": each.status != "active",
        }
        for each in signals
    ]
    return json.dumps({"data": rows}, indent=1) + "\n"


def _write_ncmec(signals: Sequence[Exchanged]) -> str:
    names = _named(_NCMEC, signals, "NCMEC")
    root = Element("queryResult")
    images = SubElement(root, "images", {"count": str(len(signals))})
    for each in signals:
        entry = SubElement(images, "image" if each.status == "active" else "deletedImage")
        SubElement(entry, "id").text = each.id
        SubElement(SubElement(entry, "fingerprints"), names[each.signal.type]).text = each.signal.value
    return str(tostring(root, encoding="unicode")) + "\n"


def _write_vpdq(signals: Sequence[Exchanged]) -> str:
    videos = [each for each in signals if each.status == "active"]
    if len(videos) != 1 or videos[0].signal.type != "vpdq":
        raise FingerprintError("A vPDQ file holds one video: name one vpdq fingerprint.")
    return videos[0].signal.value + "\n"


def _named(names: Mapping[str, str], signals: Iterable[Exchanged], service: str) -> dict[str, str]:
    """The service's first name for each of our types; raises for a type that it has none for."""
    ours = {kind: name for name, kind in reversed(list(names.items()))}
    for kind in {each.signal.type for each in signals} - set(ours):
        raise FingerprintError(f"{service} takes no {kind} signal: leave it out, or write another format.")
    return ours


_READERS: Mapping[str, Callable[[str, dict[str, int]], Iterator[Exchanged]]] = MappingProxyType(
    {
        "bank": _read_bank,
        "stopncii": _read_stopncii,
        "threatexchange": _read_threatexchange,
        "ncmec": _read_ncmec,
        "vpdq": _read_vpdq,
    }
)
_WRITERS: Mapping[str, Callable[[Sequence[Exchanged]], str]] = MappingProxyType(
    {
        "bank": _write_bank,
        "stopncii": _write_stopncii,
        "threatexchange": _write_threatexchange,
        "ncmec": _write_ncmec,
        "vpdq": _write_vpdq,
    }
)
