"""A signal: a short comparable string made from a picture or a file, of a closed list of types."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

TYPES = ("sha256", "md5", "pdq", "phash64", "dhash64", "crop-pdq-1", "local-1", "vpdq")
VARIANTS = ("identity", "rot90", "rot180", "rot270", "mirror", "flip", "transpose", "transverse", "complement")

HEX_DIGITS = MappingProxyType({"sha256": 64, "md5": 32, "pdq": 64, "phash64": 16, "dhash64": 16})
_HEX = re.compile(r"[0-9a-f]+")


class FingerprintError(Exception):
    """The family of errors of this room; the sentence never names a person, a file or an address."""


class Refused(FingerprintError):
    """A picture that is not reduced, and why: `code` has its text in config/texts/matching.toml."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(f"The picture was refused ({code}).")
        self.code = code
        self.params: Mapping[str, object] = params


@dataclass(frozen=True, slots=True)
class Signal:
    """One comparable string; `quality` is 0 to 100 where the type has one; `variant` is the symmetry of the picture.

    Raises FingerprintError when the type, the value or the quality is none of the known shapes.
    """

    type: str
    value: str
    quality: int | None = None
    variant: str = "identity"

    def __post_init__(self) -> None:
        if self.type not in TYPES:
            raise FingerprintError(f"{self.type!r} is no type of signal. Use one of: {', '.join(TYPES)}.")
        digits = HEX_DIGITS.get(self.type)
        if digits is not None and not (len(self.value) == digits and _HEX.fullmatch(self.value)):
            raise FingerprintError(f"A {self.type} signal is {digits} lowercase hexadecimal digits. Make it again.")
        if self.quality is not None and not 0 <= self.quality <= 100:
            raise FingerprintError("The quality of a signal is between 0 and 100, or null. Make the signal again.")
        if self.variant not in VARIANTS:
            raise FingerprintError(f"{self.variant!r} is no variant. Use one of: {', '.join(VARIANTS)}.")

    def to_json(self) -> dict[str, Any]:
        """The signal of design.md section 8; the variant is left out when the picture is as it is shown."""
        row: dict[str, Any] = {"type": self.type, "value": self.value, "quality": self.quality}
        return row if self.variant == "identity" else {**row, "variant": self.variant}

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Signal:
        """Read back what `to_json` wrote; raises FingerprintError on any other shape."""
        kind, value, quality = row.get("type"), row.get("value"), row.get("quality")
        if not isinstance(kind, str) or not isinstance(value, str):
            raise FingerprintError("A signal needs the texts `type` and `value`.")
        if quality is not None and (not isinstance(quality, int) or isinstance(quality, bool)):
            raise FingerprintError("The quality of a signal is a whole number, or null.")
        return cls(kind, value, quality, str(row.get("variant", "identity")))


def distance(a_hex: str, b_hex: str) -> int:
    """How many bits differ between two hexadecimal values of the same length (Hamming distance)."""
    if len(a_hex) != len(b_hex):
        raise FingerprintError("Only signals of one type can be compared: these two have different lengths.")
    try:
        return (int(a_hex, 16) ^ int(b_hex, 16)).bit_count()
    except ValueError:
        raise FingerprintError("Only hexadecimal signals have a distance in bits.") from None
