"""The shapes of what we know: one validated model per kind of record."""

from config.records.authority import Authority, Helpline
from config.records.deadline import DeadlineRule, Extension, Indicative, Span, Unit
from config.records.ground import Article, Ground
from config.records.guided_act import ActField, Fill, GuidedAct
from config.records.offence import Offence, Penalty
from config.records.platform import Channel, Platform
from config.records.record import HARMS, RANK, Bilingual, Confidence, Harm, Record, lowest
from config.records.requalification import Requalification
from config.records.route import Condition, Kind, Route, Step, Target
from config.records.source import Source

__all__ = [
    "HARMS",
    "RANK",
    "ActField",
    "Article",
    "Authority",
    "Bilingual",
    "Channel",
    "Condition",
    "Confidence",
    "DeadlineRule",
    "Extension",
    "Fill",
    "Ground",
    "GuidedAct",
    "Harm",
    "Helpline",
    "Indicative",
    "Kind",
    "Offence",
    "Penalty",
    "Platform",
    "Record",
    "Requalification",
    "Route",
    "Source",
    "Span",
    "Step",
    "Target",
    "Unit",
    "lowest",
]
