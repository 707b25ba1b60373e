"""A date or an instant in French and English words; the first of a month is "1er" in French."""

from __future__ import annotations

import re
from datetime import date, datetime

from babel.dates import format_date, format_datetime

LOCALES = {"fr": "fr", "en": "en_GB"}
DAY, WEEKDAY = "d MMMM y", "EEEE d MMMM y"
"""The usual patterns (Unicode TR35): "1er novembre 2026", "dimanche 1er novembre 2026"."""
NUMBER = re.compile(r"\bd\b")


def written(value: date, pattern: str, lang: str) -> str:
    """The date, or the instant in its own zone, by a TR35 pattern; raises what Babel does for another language."""
    shaped = NUMBER.sub("'1er'", pattern) if lang == "fr" and value.day == 1 else pattern
    locale = LOCALES.get(lang, lang)
    if isinstance(value, datetime):
        return format_datetime(value, shaped, locale=locale)
    return format_date(value, shaped, locale=locale)
