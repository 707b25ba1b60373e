"""The small words of family names: they may be dropped, and alone they are no name."""

from __future__ import annotations

from monitor.names import hashing

_USUAL = "de du des d la le les von van der den dem di da do dos del della el al ben bin bint abd abu ter ten zu"
PARTICLES = frozenset(_USUAL.split())

# Left out between the words of a name when they are laid beside those of a page.
HASHES = hashing.hash_all(sorted(PARTICLES), collapsed=True)
