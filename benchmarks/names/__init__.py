"""How well and how fast names are found: a held-out generator and peers in one run (`python -m benchmarks names`).

The generator is a stranger to the matcher: it shares no table with `monitor/names`, uses only its public face, and must
never be read to tune it. Figures are given per class; a class that falls short stays in the table.
"""
