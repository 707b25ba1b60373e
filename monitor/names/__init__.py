"""Finds watched names and identifiers in text, and says why and how surely (pure)."""

from monitor.names.form import forms
from monitor.names.index import NameIndex
from monitor.names.term import ALGORITHM, BANDS, KINDS, Band, Reason, Term, TermError, TextMatch

__all__ = ["ALGORITHM", "BANDS", "KINDS", "Band", "NameIndex", "Reason", "Term", "TermError", "TextMatch", "forms"]
