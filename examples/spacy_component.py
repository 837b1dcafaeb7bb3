"""A spaCy pipeline with two tables beside its vocab. Needs: pip install '.[spacy]'

python examples/spacy_component.py
"""

import tempfile
from pathlib import Path

import spacy

from vectorsuite import Vectors, write_pipeline

GENERAL = {"attack": [1, 0, 0], "defence": [0.8, 0.2, 0], "heart": [0, 0, 1], "chest": [0, 0.2, 1]}
CLINICAL = {"infarction": [1, 0.2], "heart": [0.9, 0.3], "attack": [0.8, 0.5], "cough": [-1, 0.5]}


def write_table(path: Path, vectors: dict[str, list[float]]) -> str:
    """Write a directory that both vectorsuite and spaCy open."""
    table = Vectors(shape=(len(vectors), len(next(iter(vectors.values())))))
    for word, vector in vectors.items():
        table.add(word, vector=vector)
    write_pipeline(path, table, lang="en")
    return str(path)


with tempfile.TemporaryDirectory() as folder:
    general = write_table(Path(folder) / "general", GENERAL)
    clinical = write_table(Path(folder) / "clinical", CLINICAL)

    nlp = spacy.blank("en")
    nlp.add_pipe("vectorsuite", name="general", config={"vectors": general})
    # abbreviations stand for what they mean, typing errors for the nearest spelling
    policy = {"@misc": "vectorsuite.Dictionary.v1", "meanings": {"MI": "infarction"}}
    nlp.add_pipe("vectorsuite", name="clinical", config={"vectors": clinical, "oov": policy})

    doc, other = nlp("heart attack"), nlp("MI")
    print(f"general:  {doc._.general.similarity(other):.2f}")
    print(f"clinical: {doc._.clinical.similarity(other):.2f}")
    print(f"doc.vector is that of the first: {doc.vector.tolist()}")
    print(f"the vocab has none: {nlp.vocab.vectors.shape}")

    nlp.to_disk(Path(folder) / "pipeline")  # with both tables
    again = spacy.load(Path(folder) / "pipeline")
    print(f"saved:    {again('heart attack')._.clinical.similarity(again('MI')):.2f}")
