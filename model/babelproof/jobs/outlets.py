"""Outlets: streams, such as standard output or a pipe, that take a run's shards as one file."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from babelproof.jobs.columns import Columns
from babelproof.jobs.extras import need
from babelproof.jobs.formats import Format, Layout
from babelproof.jobs.writers import Writer, open_writer
from babelproof.records import FieldNames


class Outlet:
    """A stream that takes shards one after the other and then holds one whole file."""

    def __init__(
        self, stream: BinaryIO, layout: Layout, columns: Columns, names: FieldNames
    ) -> None:
        self._stream = stream
        self._layout = layout
        self._columns = columns
        self._names = names
        self._first = True
        self._whole: Any = None
        if layout.format is Format.PARQUET:
            from babelproof.jobs.parquet_writer import schema_of

            parquet = need("pyarrow.parquet", "Parquet output")
            self._whole = parquet.ParquetWriter(
                stream, schema_of(columns, names), compression="zstd"
            )

    @contextmanager
    def shard(self) -> Iterator[Writer]:
        """Open the next shard; it is written when the block ends well."""
        first, self._first = self._first, False
        part = io.BytesIO()
        # Shards of Parquet are files of their own: on end they would be no file at all.
        stream = self._stream if self._whole is None else part
        with open_writer(stream, self._layout, self._columns, self._names, first) as writer:
            yield writer
        if self._whole is not None:
            table = need("pyarrow.parquet", "Parquet output").ParquetFile(part).read()
            self._whole.write_table(table, row_group_size=max(table.num_rows, 1))
        self._stream.flush()

    def close(self) -> None:
        """End the file; the stream stays open."""
        if self._whole is not None:
            self._whole.close()
        self._stream.flush()
