"""The shapes of what we know: one validated model per kind of record."""

from config.records.authority import Authority, Helpline
from config.records.deadline import DeadlineRule, Extension, Indicative, Span, Unit
from config.records.ground import Article, Ground
from config.records.platform import Channel, Platform
from config.records.record import HARMS, RANK, Bilingual, Confidence, Harm, Record, lowest
from config.records.route import Route, Step, Target
from config.records.source import Source

__all__ = [
    "HARMS",
    "RANK",
    "Article",
    "Authority",
    "Bilingual",
    "Channel",
    "Confidence",
    "DeadlineRule",
    "Extension",
    "Ground",
    "Harm",
    "Helpline",
    "Indicative",
    "Platform",
    "Record",
    "Route",
    "Source",
    "Span",
    "Step",
    "Target",
    "Unit",
    "lowest",
]
