"""The reader: documents of sentences in, a reading of each sentence out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from tokenizers import Tokenizer

from babelproof.bundle import MODEL, TOKENIZER, Bundle
from babelproof.cache import WindowCache
from babelproof.encoder import Encoder
from babelproof.engine import Engine
from babelproof.errors import BundleError
from babelproof.readings import Reading, gather
from babelproof.windows import SpecialIds, Window, encode, pack


class Reader:
    """Tokenises, packs and encodes sentences as a bundle says."""

    def __init__(
        self, bundle: Bundle, threads: int | None = None, engine: Engine | None = None
    ) -> None:
        path = bundle.folder / TOKENIZER
        try:
            self._tokenizer = Tokenizer.from_file(str(path))
            self._special = SpecialIds.of(self._tokenizer)
        except Exception as error:  # tokenizers raises Exception itself
            raise BundleError(
                f"{path}: expected a BERT-style tokenizer of the tokenizers library, "
                f"found: {error}; export the bundle again"
            ) from error
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        # "[SEP]" typed in a text is text.
        self._tokenizer.encode_special_tokens = True
        self._settings = bundle.manifest.windows()
        self._pooling = bundle.manifest.pooling
        self.encoder = Encoder(bundle.folder / MODEL, self._special.pad, threads, engine)
        self.cache: WindowCache | None = None

    def windows(self, documents: Sequence[Sequence[str]]) -> list[tuple[int, Window]]:
        """Pack documents; each window with the number of its document's first sentence."""
        encoded = encode(self._tokenizer, [text for document in documents for text in document])
        windows: list[tuple[int, Window]] = []
        first = 0
        for document in documents:
            own = pack(encoded[first : first + len(document)], self._special, self._settings)
            windows.extend((first, window) for window in own)
            first += len(document)
        return windows

    def read(self, documents: Sequence[Sequence[str]]) -> list[list[Reading | None]]:
        """Give every sentence's reading, `None` for one without tokens."""
        windows = self.windows(documents)
        every = [window for _, window in windows]
        if self.cache is None:
            logits = self.encoder.run(every)
        else:
            logits = self.cache.run(self.encoder.run, every)
        found = gather(windows, logits, self._pooling)
        numbers = count()
        return [[found.get(next(numbers)) for _ in document] for document in documents]
