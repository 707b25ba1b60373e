"""The one error of the config room: a setting, a record or a text that cannot be used."""

from __future__ import annotations


class ConfigError(Exception):
    """A sentence that names the setting or the file, the key, and what to do next. Never holds a secret."""
