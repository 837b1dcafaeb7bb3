"""Classify texts without training data, by vectors of the toy corpus. Needs: pip install '.[spacy]'

python examples/spacy_zero_shot.py
"""

import tempfile
from pathlib import Path

import spacy

from vectorsuite.training.job import run_job
from vectorsuite.training.settings import read_config, read_settings

LABELS = {
    "royal": "king queen prince princess",
    "village": "man woman boy girl",
    "stage": "actor actress",
}
TEXTS = [
    ("the crown and the throne of the kingdom", "royal"),
    ("a castle with a court and a palace", "royal"),
    ("on the farm behind the barn and the field", "village"),
    ("a mill and a cottage", "village"),
    ("the audience in the theatre saw a drama", "stage"),
    ("a rehearsal with script and curtain", "stage"),
]

with tempfile.TemporaryDirectory() as folder:
    output = str(Path(folder) / "toy")
    overrides = {"paths.output": output, "training.workers": 1}  # the same bits on every run
    run_job(read_settings(read_config("configs/sgns.cfg", overrides)))

    nlp = spacy.blank("en")
    config = {"vectors": output, "labels": LABELS, "pooling": "sif"}
    nlp.add_pipe("vectorsuite_zero_shot", config=config)
    right = 0
    for text, label in TEXTS:
        cats = nlp(text).cats
        guess = max(cats, key=cats.get)
        right += guess == label
        print(f"{guess:8} {cats[guess]:.2f}  {text}")
    print(f"{right} of {len(TEXTS)} right, without one labelled example")
