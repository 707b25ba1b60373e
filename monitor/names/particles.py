"""The small words of family names: they may be dropped, and alone they are no name."""

from __future__ import annotations

import numpy as np

from monitor.names import hashing

_USUAL = (
    "de du des d la le les von van der den dem di da do dos del della el al ben bin bint abd abu ter ten zu mc mac o"
)
PARTICLES = frozenset(_USUAL.split())

# Those that are a name's own word for some (Ben Ali) are laid beside the page's words like any other.
SKIPPED = PARTICLES - frozenset(["ben", "bin", "bint", "abd", "abu", "ter", "ten", "zu", "do", "mc", "mac", "o"])
# An article belongs to a name more firmly than another particle does (Le Goff).
ARTICLES = frozenset(["le", "la", "les"])
# Left out between the words of a name when they are laid beside those of a page.
HASHES = np.sort(hashing.hash_all(sorted(SKIPPED), collapsed=True))
