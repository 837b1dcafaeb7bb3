"""Every script in examples/ runs from the root of the repository and says what it should."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# A line that each prints; a new example needs one.
PRINTED = {
    "custom_layer.py": "table unchanged: True",
    "latin_session.py": "horto is nearest to atrio",
    "make_toy_corpus.py": "",
    "recommend_items.py": "at least three times the best sellers: True",
    "similarity_across_types.py": "same in bulk: True",
    "spacy_component.py": "saved:    0.97",
    "spacy_zero_shot.py": "6 of 6 right",
    "train_from_python.py": "king - man + woman = queen",
    "vectors_in_spacy.py": "walked is like walk",
    "word2vec_life.py": "king has not moved: True",
}


def test_every_example_has_a_test():
    # convert_ud.py needs a treebank: test_convert_ud.py
    examples = {path.name for path in (ROOT / "examples").glob("*.py")} - {"convert_ud.py"}
    assert examples == set(PRINTED)


@pytest.fixture
def checkout(tmp_path):
    """A copy of what examples use, so that they leave nothing in the real one."""
    for name in ("examples", "configs"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize("name", sorted(PRINTED))
def test_an_example_runs(checkout, name):
    if "spacy" in name:
        pytest.importorskip("spacy", reason="spaCy is not installed")
    done = subprocess.run(
        [sys.executable, f"examples/{name}"], cwd=checkout, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert PRINTED[name] in done.stdout
