"""Bench: how fast `babelproof score` is beside its own bare model and beside rivals.

`python -m eval.bench` measures everything side by side in one run and writes
`eval/bench.json` and `docs/bench.md` with its plot; `--scaling 10000 --scaling 100000` adds
how time and memory grow with the work. Figures come from this code alone.
"""
