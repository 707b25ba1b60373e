"""The library that finds near vectors (faiss), where the extra `images` is installed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

faiss: Any
try:
    faiss = import_module("faiss")
    faiss.omp_set_num_threads(1)  # the workers are processes: more threads than cores only wait for each other
except ImportError:  # without the extra the local stage finds nothing, and says so
    faiss = None


def available() -> bool:
    """Whether the extra `images` is installed."""
    return faiss is not None
