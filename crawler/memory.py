"""Watches the memory a crawl uses now: Scrapy reads the peak, which Linux hands on from a large parent to its child."""

from __future__ import annotations

import resource
from pathlib import Path

from scrapy.extensions.memusage import MemoryUsage

_OWN = Path("/proc/self/statm")


class CurrentMemory(MemoryUsage):
    """Scrapy's limit of memory, on the resident size of this process in bytes."""

    def get_virtual_size(self) -> int:
        return int(_OWN.read_text("ascii").split()[1]) * resource.getpagesize()
