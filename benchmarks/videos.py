"""How well registered videos are found again: films made of real photographs, twelve edits, the rule of vPDQ beside us.

`python -m benchmarks.videos --photos DIR [--clips 30]`; DIR is made by `benchmarks.photographs`. The peer's rule: 80 %
of the frames of the video met are within 31 bits of some registered frame, on frames of quality 50 and more.
"""

from __future__ import annotations

import argparse
import io
import random
from collections import defaultdict
from pathlib import Path

import numpy as np

from benchmarks import clips
from benchmarks.photographs import photographs
from fingerprints import video
from fingerprints.signal import Signal
from monitor.images import BankEntry
from monitor.video_stage import VideoStage

PARTS, SECONDS = 3, 2.0
GOAL = 0.90


def by_vpdq(registered: Signal, met: Signal) -> bool:
    """Whether the rule of vPDQ takes the second for the first, with the whole frames only."""
    ours, theirs = _whole(registered), _whole(met)
    if not len(ours) or not len(theirs):
        return False
    nearest = np.bitwise_count(theirs[:, None] ^ ours[None]).sum(axis=-1).min(axis=1)
    return bool((nearest <= 31).mean() >= 0.8)


def _whole(signal: Signal) -> np.ndarray:
    at, words = video.moments(signal.value)
    return words[np.unique(at, return_index=True)[1]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--clips", type=int, default=30)
    asked = parser.parse_args()
    order = photographs(asked.photos, people=False)
    random.Random(11).shuffle(order)
    films = {
        number: clips.film([each.open() for each in order[PARTS * number : PARTS * (number + 1)]], number, SECONDS)
        for number in range(asked.clips)
    }
    signals = {number: video.registered(io.BytesIO(clips.encoded(film))) for number, film in films.items()}
    stage = VideoStage(BankEntry(str(n), str(n), "vpdq", each.value, each.quality) for n, each in signals.items())
    found, shown, peer, false, peer_false = (defaultdict[str, list[bool]](list) for _ in range(5))
    for edit, change in {**clips.EDITS, **clips.MORE}.items():
        for number, film in films.items():
            met = video.met(io.BytesIO(change(film)))
            matches = {match.bank_id: match.band for match in stage.match(met)}
            found[edit].append(matches.get(str(number)) == "automatic")
            shown[edit].append(str(number) in matches)
            false[edit] += [band == "automatic" for bank, band in matches.items() if bank != str(number)]
            peer[edit].append(by_vpdq(signals[number], met[0]))
            peer_false[edit] += [by_vpdq(other, met[0]) for name, other in signals.items() if name != number]
        print(
            f"{edit:<22} automatic {np.mean(found[edit]):.2f}  shown {np.mean(shown[edit]):.2f}  vPDQ rule "
            f"{np.mean(peer[edit]):.2f}   false {sum(false[edit])} / {sum(peer_false[edit])}   n={len(films)}",
            flush=True,
        )
    mean = float(np.mean([np.mean(found[edit]) for edit in clips.EDITS]))
    wrong = sum(sum(each) for each in false.values())
    other = np.mean([np.mean(peer[edit]) for edit in clips.EDITS])
    print(f"mean of 12 edits {mean:.3f} (vPDQ rule {other:.3f}), false automatic matches {wrong}", end="  ")
    print("held" if mean >= GOAL and not wrong else "NOT HELD", f"(goal {GOAL}, 0 false)")


if __name__ == "__main__":
    main()
