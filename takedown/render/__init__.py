"""Renderers: one letter, printed as text, as HTML for the screen, as PDF; none of them changes a word."""
