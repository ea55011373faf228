"""Magic: what a file is by its first bytes, where it is not what it is called."""

from __future__ import annotations

_SIGNS = {
    b"\x1f\x8b": "gzip",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"PAR1\x15": "Parquet",
    b"PK\x03\x04": "a ZIP archive",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}

ADVICE = "unpack or convert it, or let its name say so"
"""What to do about text that is none."""


def told_by(beginning: bytes) -> str | None:
    """Say what begins so; None for what may be text.

    >>> told_by(b"PAR1\\x15..."), told_by(b"PAR1,PAR2")
    ('Parquet', None)
    """
    found = (kind for sign, kind in _SIGNS.items() if beginning.startswith(sign))
    return next(found, None)
