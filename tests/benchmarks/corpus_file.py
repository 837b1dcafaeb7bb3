"""The text that the benchmarks read: the 17 M word corpus beside the checkout, unpacked."""

from __future__ import annotations

from pathlib import Path

from vectorsuite.training.readers import LineSentences

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
CORPUS = DATA / "wiki17m.txt.xz"


def plain_text(path: Path, folder: str) -> Path:
    """A corpus as one plain file: itself, or a copy in ``folder`` with its text as it is."""
    source = LineSentences(path)
    if source.files[0].compression is None:
        return path
    plain = Path(folder, "corpus.txt")
    stream = source.files[0].open()
    with plain.open("wb") as file:
        while piece := stream.read(1 << 20):
            file.write(piece)
    stream.close()
    return plain


def first_words(path: Path, folder: str, limit: int) -> tuple[Path, int]:
    """The first lines of a text up to so many words, and their number."""
    cut, n_words = Path(folder, "first.txt"), 0
    with path.open() as text, cut.open("w") as out:
        for line in text:
            out.write(line)
            n_words += len(line.split())
            if n_words >= limit:
                break
    return cut, n_words
