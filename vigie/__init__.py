"""Vigie runs: the command line, the wiring, the clock and the workers."""
