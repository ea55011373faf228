"""Scaling: how time and memory grow when the work does."""

from __future__ import annotations

from typing import Any

from eval.bench.measured import Score

MOST_POINTS = 200
"""Points of memory over time that are kept of a run."""


def scaled(score: Score, sentences: int) -> dict[str, Any]:
    """Score the job's sample once and give time, memory over time and the rate."""
    found = score.run(score.job.sample)
    counts = score.manifest()["counts"]
    step = max(1, -(-len(found.resident) // MOST_POINTS))
    # The highest of each stretch, so that thinning hides no peak.
    stretches = [found.resident[at : at + step] for at in range(0, len(found.resident), step)]
    points = [(part[-1][0], max(size for _, size in part)) for part in stretches]
    late = [size for at, size in found.resident if at > found.seconds / 2]
    early = [size for at, size in found.resident if at <= found.seconds / 2]
    return {
        "asked_sentences": sentences,
        "records": counts["records"],
        "sentences": counts["sentences"],
        "judged_sentences": counts["judged_sentences"],
        "seconds": round(found.seconds, 2),
        "sentences_per_second": round(counts["judged_sentences"] / found.seconds, 2),
        "peak_mb": round(found.peak_mb, 1),
        "peak_mb_first_half": round(max(early, default=0.0), 1),
        "peak_mb_second_half": round(max(late, default=0.0), 1),
        "resident_mb_over_time": [[round(at, 1), round(size, 1)] for at, size in points],
    }
