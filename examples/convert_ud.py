"""Turn Universal Dependencies into the files that ``spacy train`` reads.

    python examples/convert_ud.py UD_FOLDER OUTPUT_FOLDER

Every .conllu file of the folder, plain or packed as .xz, becomes a .spacy file; its name ends in
what comes after the last hyphen: en_ewt-train.conllu.xz becomes train.spacy.
Needs: pip install '.[spacy]'
"""

import lzma
import sys
from pathlib import Path

from spacy.tokens import DocBin
from spacy.training.converters import conllu_to_docs


def convert(source: Path, target: Path) -> int:
    """Convert one file; returns how many docs of ten sentences it has."""
    read = lzma.open if source.suffix == ".xz" else open
    with read(source, "rt", encoding="utf8") as file:
        docs = list(conllu_to_docs(file.read(), no_print=True))
    DocBin(docs=docs, store_user_data=False).to_disk(target)
    return len(docs)


def main(folder: Path, output: Path) -> None:
    """Convert every .conllu file of a folder."""
    output.mkdir(parents=True, exist_ok=True)
    for source in sorted(folder.glob("*.conllu*")):
        name = source.name.split(".")[0].rsplit("-", 1)[-1]
        target = output / f"{name}.spacy"
        print(f"{target}: {convert(source, target)} docs of ten sentences")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
