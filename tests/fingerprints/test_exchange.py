"""Files of other services are read as they write them, and what Vigie writes is read by itself and by them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.exchange import Exchanged, read, write
from fingerprints.signal import FingerprintError, Signal

PDQ = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"
MD5 = "d41d8cd98f00b204e9800998ecf8427e"

STOPNCII = {
    "count": 4, "nextPageToken": None, "nextSetTimestamp": 1, "hasMoreRecords": False,
    "hashRecords": [
        {"lastModtimestamp": 1, "signalType": "ImagePDQ", "hashValue": PDQ, "hashStatus": "Active",
         "caseNumbers": {"c1": "Withdrawn", "c2": "Active"}, "CSPFeedbacks": [{"source": "x"}]},
        {"lastModtimestamp": 2, "signalType": "VideoMD5", "hashValue": MD5, "hashStatus": "Withdrawn",
         "caseNumbers": []},
        {"lastModtimestamp": 3, "signalType": "ImagePDQ", "hashValue": PDQ.upper(), "hashStatus": "Active",
         "caseNumbers": {"c3": "Deleted"}},
        {"lastModtimestamp": 4, "signalType": "VideoTMK", "hashValue": "x", "hashStatus": "Active", "caseNumbers": {}},
    ],
}  # fmt: skip
THREATEXCHANGE = [
    {"id": "1", "raw_indicator": PDQ, "type": "HASH_PDQ", "status": "MALICIOUS", "tags": ["media_type_photo"]},
    {"id": "2", "indicator": MD5, "type": "HASH_MD5", "status": "NON_MALICIOUS"},
    {"id": "3", "indicator": MD5, "type": "HASH_VIDEO_MD5", "status": "UNKNOWN", "should_delete": True},
    {"id": "4", "indicator": "x", "type": "HASH_TMK", "status": "MALICIOUS"},
]
NCMEC = f"""<?xml version="1.0"?>
<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2">
 <images count="2" maxTimestamp="2026-10-24T15:10:00Z">
  <image><member id="42">Example</member><timestamp>2026-10-24T15:00:00Z</timestamp><id>image1</id>
   <fingerprints><md5>{MD5.upper()}</md5><pdq>{PDQ}</pdq><pdna>xyz</pdna></fingerprints></image>
  <deletedImage><id>image2</id><fingerprints><md5>{MD5}</md5></fingerprints></deletedImage>
 </images></queryResult>"""


def told(text: str, name: str = "") -> tuple[str, list[tuple[str, str, str]], dict[str, int]]:
    package = read(text, name)
    rows = [(each.id, each.signal.type, each.status) for each in package.signals]
    return package.format, rows, dict(package.left_out)


def test_stopncii_a_record_is_active_while_one_of_its_cases_is() -> None:
    rows = [("c1", "pdq", "active"), (MD5, "md5", "withdrawn"), ("c3", "pdq", "withdrawn")]
    assert told(json.dumps(STOPNCII)) == ("stopncii", rows, {"VideoTMK": 1})


@pytest.mark.parametrize("text", [
    json.dumps({"data": THREATEXCHANGE, "paging": {}}), json.dumps(THREATEXCHANGE),
    json.dumps({"data": THREATEXCHANGE}, indent=2), "\n".join(map(json.dumps, THREATEXCHANGE)),
])  # fmt: skip
def test_threatexchange_as_a_page_a_list_or_lines(text: str) -> None:
    rows = [("1", "pdq", "active"), ("2", "md5", "withdrawn"), ("3", "md5", "withdrawn")]
    assert told(text) == ("threatexchange", rows, {"HASH_TMK": 1})


def test_ncmec_tombstones_are_withdrawn_and_photodna_is_left_out() -> None:
    rows = [("image1", "md5", "active"), ("image1", "pdq", "active"), ("image2", "md5", "withdrawn")]
    assert told(NCMEC) == ("ncmec", rows, {"pdna": 1})


def test_a_vpdq_list_is_one_video() -> None:
    text = json.dumps([f"{PDQ},100,0.0", f"{PDQ},88,0.5"])
    package = read(text)
    assert (package.format, package.signals[0].signal.type) == ("vpdq", "vpdq")
    assert json.loads(write("vpdq", package.signals)) == json.loads(text)


@given(st.lists(st.tuples(st.integers(0, 2**256 - 1), st.booleans()), min_size=1, max_size=5, unique=True))
def test_what_is_written_is_read_back_with_its_status(numbers: list[tuple[int, bool]]) -> None:
    signals = [
        Exchanged(f"image{at}", Signal("pdq", f"{number:064x}"), "active" if active else "withdrawn")
        for at, (number, active) in enumerate(numbers)
    ]
    for name in ("bank", "stopncii", "threatexchange", "ncmec"):
        back = read(write(name, signals), name).signals
        assert sorted(back, key=lambda each: each.id) == signals
        assert sorted(read(write(name, signals)).signals, key=lambda each: each.id) == signals


@pytest.mark.parametrize(
    ("text", "name"),
    [("", "bank2"), ("{", ""), ("nothing", ""), ("<a><b></a>", ""), ("[1, 2]", ""), ('["abc"]', ""),
     (json.dumps([{"type": "HASH_PDQ", "indicator": "zz"}]), ""), ('{"hashRecords": [{}]}', ""),
     ('<!DOCTYPE a [<!ENTITY b "c">]><queryResult>&b;</queryResult>', "")],
)  # fmt: skip
def test_any_other_file_is_refused_with_a_sentence(text: str, name: str) -> None:
    with pytest.raises(FingerprintError):
        read(text, name)


def test_a_service_is_never_given_a_type_that_it_does_not_know() -> None:
    with pytest.raises(FingerprintError):
        write("stopncii", [Exchanged("a", Signal("phash64", "0" * 16))])
