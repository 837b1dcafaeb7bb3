"""Train from a config and use the result in a spaCy pipeline. Needs: pip install '.[spacy]'

python examples/vectors_in_spacy.py
"""

import tempfile
from pathlib import Path

import spacy

from vectorsuite.training.job import run_job
from vectorsuite.training.settings import read_config, read_settings

with tempfile.TemporaryDirectory() as folder:
    output = Path(folder) / "toy"
    config = read_config("configs/sgns.cfg", {"paths.output": str(output)})
    run_job(read_settings(config))

    nlp = spacy.load(output)  # any component that reads vectors can be added now
    doc = nlp("walked walk king")
    print(f"{nlp.vocab.vectors.shape[0]} vectors in the pipeline")
    if doc[0].similarity(doc[1]) > doc[0].similarity(doc[2]):
        print("walked is like walk, more than it is like king")
