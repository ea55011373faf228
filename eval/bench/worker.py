"""Worker: the process of one contender, so that memory and start-up are its own.

`python -m eval.bench.worker NAME REPEATS` reads a job on standard input and writes a JSON
line when it is ready, one when it has chosen its batch, and one for each pass.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from typing import Any

from eval.bench.job import Contender, ContenderError, Job
from eval.bench.rivals import best, language_model, ngrams, pipeline
from eval.bench.sessions import bare_in_turn, bare_side_by_side

CONTENDERS: Mapping[str, Contender] = {
    "bare": bare_side_by_side,
    "bare-in-turn": bare_in_turn,
    "pipeline": pipeline(1),
    "pipeline-batched": pipeline(4, 8, 16, 32, 64),
    "ngrams": ngrams,
    "language-model": language_model,
}


def say(**values: Any) -> None:
    """Write one line for the process that started us."""
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


def main(name: str, repeats: int) -> int:
    """Do the work; exit code 2 where it cannot run."""
    job = Job.from_json(sys.stdin.readline())
    try:
        work = CONTENDERS[name](job)
    except ContenderError as failure:
        say(refused=str(failure))
        return 2
    say(ready=True, sentences=work.sentences, tokens=work.tokens)
    size = best(work.sizes, work.trial)
    chosen = f"{size} at a time" if len(work.sizes) > 1 else ""
    say(note=", ".join(filter(None, [chosen, work.note])))
    for _ in range(repeats):
        began = time.perf_counter()
        work.run(size)
        say(seconds=time.perf_counter() - began)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1], int(sys.argv[2])))
