"""Shards: a run's output in pieces, each complete or absent, until they are joined.

In the folder of shards `state.json` says what the run is. Shard N is there when its
receipt `N.json` is: it is written last, when the shard's files are on the disk, and holds
their sums, how far the input was read, and what was counted.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from babelproof.files import FileError
from babelproof.jobs.places import LocalPlace, Place
from babelproof.jobs.tally import Tally

if TYPE_CHECKING:
    from typing_extensions import Buffer

STATE = "state.json"
LOCK = "lock"


@dataclass(frozen=True)
class Position:
    """How far the inputs were read: `records` of input number `input`."""

    input: int = 0
    records: int = 0


@dataclass(frozen=True)
class Receipt:
    """A shard that is complete: its files' SHA-256 sums, its tally, where the next begins."""

    number: int
    sums: Mapping[str, str]
    tally: Tally
    next: Position

    def to_json(self) -> bytes:
        """Write it as JSON."""
        position = {"input": self.next.input, "records": self.next.records}
        values = {"sums": dict(self.sums), "tally": self.tally.to_dict(), "next": position}
        return _json_bytes(values)

    @classmethod
    def of(cls, number: int, data: bytes) -> Receipt:
        """Read it back."""
        values = json.loads(data)
        position = Position(**values["next"])
        return cls(number, values["sums"], Tally.of(values["tally"]), position)


class Shards:
    """The folder of a run's shards. `are_ours`: it is this process that writes there."""

    def __init__(self, folder: Place) -> None:
        self.folder = folder
        self.are_ours = False
        self._lock: BinaryIO | None = None

    def state(self) -> dict[str, Any] | None:
        """Give what the run is, None where there is none."""
        if self.folder.child(STATE).size() is None:
            return None
        return cast(dict[str, Any], self._json(STATE))

    def begin(self, state: Mapping[str, Any]) -> None:
        """Make the folder, empty but for what the run is; refuses one with other things in it."""
        # Before it is made: a stop at the next instruction must not leave an empty folder.
        self.are_ours = not self.folder.is_there()
        self.folder.make()
        try:
            self.lock()
        except FileError:
            self.are_ours = False
            raise
        names = [name for name in self.folder.names() if name != LOCK]
        if STATE not in names and any(not name.endswith(".part") for name in names):
            self.are_ours = False
            raise FileError(
                f"{self.folder.name}: expected no folder or shards of ours, found other files; "
                f"move them, or name another output"
            )
        self.are_ours = True
        for name in names:
            self.folder.child(name).remove()
        self.update(state)

    def update(self, state: Mapping[str, Any]) -> None:
        """Write what the run is."""
        self.are_ours = True
        self._put(STATE, _json_bytes(state, indent=2))

    def lock(self) -> None:
        """Keep other processes out until this one ends, however it does; refuses if one is in."""
        if not isinstance(self.folder, LocalPlace) or self._lock is not None:
            return
        try:
            import fcntl
        except ImportError:  # Windows
            return
        self._lock = (self.folder.path / LOCK).open("wb")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.release()
            raise FileError(
                f"{self.folder.name}: expected no other run at work there, found one; wait for it"
            ) from None

    def receipts(self) -> list[Receipt]:
        """Give the complete shards from the first on, and remove what lies beside them."""
        names = set(self.folder.names())
        found: list[Receipt] = []
        while (name := f"{len(found):08}.json") in names:
            with self.folder.child(name).open() as stream:
                found.append(Receipt.of(len(found), stream.read()))
        kept = {STATE, LOCK} | {f"{receipt.number:08}.json" for receipt in found}
        kept |= {part for receipt in found for part in receipt.sums}
        for name in names - kept:
            self.folder.child(name).remove()
        missing = kept - names - {LOCK}
        if missing:
            raise FileError(
                f"{self.folder.name}: expected the shard {min(missing)}, found it missing; "
                f"remove the folder and start again"
            )
        return found

    @contextmanager
    def write(self, name: str, sums: dict[str, str]) -> Iterator[BinaryIO]:
        """Give a stream to a new file here; when it is complete its sum is put in `sums`."""
        with self.folder.child(name).write() as stream:
            summed = Summed(stream)
            yield cast(BinaryIO, summed)
        sums[name] = summed.sum()

    def finish(self, receipt: Receipt) -> None:
        """Make a shard count, when its files are complete."""
        self._put(f"{receipt.number:08}.json", receipt.to_json())

    def checked(self, receipts: Sequence[Receipt], ending: str) -> Iterator[Place]:
        """Give the files of one ending in order, each compared with its sum first."""
        for receipt in receipts:
            name = f"{receipt.number:08}{ending}"
            place = self.folder.child(name)
            if sum_of(place) != receipt.sums[name]:
                raise FileError(
                    f"{place.name}: expected the content that was written, found another; "
                    f"remove {self.folder.name} and start again"
                )
            yield place

    def _put(self, name: str, data: bytes) -> None:
        """Write a small file, complete or not at all."""
        with self.folder.child(name).write() as stream:
            stream.write(data)

    def remove(self) -> None:
        """Remove the folder and let the lock go."""
        # The state goes last: shards without one are no run.
        for name in self.folder.names():
            if name not in (STATE, LOCK):
                self.folder.child(name).remove()
        self.folder.remove()
        self.release()

    def tidy(self) -> None:
        """Remove what a stop at the end of `remove` leaves: a folder that holds nothing more."""
        if self.folder.is_there() and set(self.folder.names()) <= {LOCK}:
            self.lock()
            self.remove()

    def release(self) -> None:
        """Let other processes in."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _json(self, name: str) -> Any:
        with self.folder.child(name).open() as stream:
            return json.loads(stream.read())


class Summed(io.BufferedIOBase):
    """Passes writes on to a stream that stays open, counts them and sums them up."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._sum = hashlib.sha256()
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer) -> int:
        self._stream.write(data)
        self._sum.update(data)
        self.size += memoryview(data).nbytes
        return memoryview(data).nbytes

    def flush(self) -> None:
        if not self._stream.closed:
            self._stream.flush()

    def sum(self) -> str:
        """Give the SHA-256 sum of what was written so far."""
        return self._sum.hexdigest()


def _json_bytes(values: Mapping[str, Any], indent: int | None = None) -> bytes:
    """Write JSON that any name fits in: one that is no UTF-8 becomes an escape of JSON's own."""
    text = json.dumps(values, ensure_ascii=False, indent=indent)
    return text.encode("utf-8", "backslashreplace") + b"\n"


def sum_of(place: Place) -> str:
    """Give the SHA-256 sum of a file."""
    found = hashlib.sha256()
    with place.open() as stream:
        while block := stream.read(1 << 20):
            found.update(block)
    return found.hexdigest()
