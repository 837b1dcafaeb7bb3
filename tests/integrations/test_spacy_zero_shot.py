"""The component "vectorsuite_zero_shot" in real spaCy pipelines."""

import pickle

import numpy as np
import pytest

from vectorsuite import Vectors, write_pipeline

spacy = pytest.importorskip("spacy", reason="the component needs spaCy")

LABELS = {"sport": "ball team", "food": "bread soup"}


@pytest.fixture
def path(tmp_path):
    data = np.array([[1, 0], [0.9, 0.1], [0, 1], [0.1, 0.9]], "f")
    write_pipeline(tmp_path / "t", Vectors(data=data, keys=["ball", "team", "bread", "soup"]))
    return str(tmp_path / "t")


def label(doc):
    assert sum(doc.cats.values()) == pytest.approx(1, abs=1e-6)
    return max(doc.cats, key=doc.cats.get)


def test_labels_by_a_table_of_its_own(path):
    nlp = spacy.blank("en")
    nlp.add_pipe("vectorsuite_zero_shot", config={"vectors": path, "labels": LABELS})
    texts = ["The team lost the ball.", "Some soup and bread, please."]
    assert [label(doc) for doc in nlp.pipe(texts)] == ["sport", "food"]
    assert nlp.get_pipe("vectorsuite_zero_shot").labels == ("sport", "food")


def test_labels_by_another_components_table(path, tmp_path):
    nlp = spacy.blank("en")
    nlp.add_pipe("vectorsuite", name="words", config={"vectors": path, "oov": {"keeper": "team"}})
    config = {"vectors": "words", "labels": ["ball", "bread"]}
    nlp.add_pipe("vectorsuite_zero_shot", config=config)
    assert label(nlp("keeper")) == "ball"
    nlp.to_disk(tmp_path / "saved")
    assert label(spacy.load(tmp_path / "saved")("keeper soup soup soup")) == "bread"


def test_labels_by_the_vocabs_table(path):
    nlp = spacy.load(path)
    nlp.add_pipe("vectorsuite_zero_shot", config={"labels": LABELS})
    assert label(nlp("ball")) == "sport"


def test_bad_sources(path):
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.add_pipe("vectorsuite_zero_shot", config={"vectors": "sentencizer", "labels": LABELS})
    with pytest.raises(ValueError, match="'sentencizer' has no vectors to share"):
        nlp("ball")
    nlp = spacy.blank("en")
    nlp.add_pipe("vectorsuite", name="table", config={"vectors": path})
    nlp.add_pipe("vectorsuite_zero_shot", config={"vectors": "table", "labels": LABELS})
    nlp.rename_pipe("table", "renamed")
    with pytest.raises(FileNotFoundError, match=r"'table', which is neither.*\(renamed, "):
        nlp("ball")


@pytest.mark.parametrize(
    "labels",
    [
        {"sport": "ball", "a=b": "soup"},
        {"a:b": "soup"},
        {"[a]": "soup"},
        {"#soup": "soup"},
        {"a\nb": "soup"},
        ["${soup}"],
    ],
)
def test_labels_that_a_config_cannot_hold_are_refused(path, labels):
    with pytest.raises(ValueError, match="which a saved config would not hold"):
        spacy.blank("en").add_pipe("vectorsuite_zero_shot", config={"labels": labels})
    with pytest.raises(ValueError, match="oov has"):
        config = {"vectors": path, "oov": {":)": "ball", "keeper": "ball"}}
        spacy.blank("en").add_pipe("vectorsuite", config=config)


def test_unusual_labels_are_saved(path, tmp_path):
    labels = {"größe": "ball", "two words": "bread", "a.b": "soup", "Ball": "team", "a#b": "soup"}
    nlp = spacy.blank("en")
    nlp.add_pipe("vectorsuite_zero_shot", config={"vectors": path, "labels": labels})
    nlp.to_disk(tmp_path / "saved")
    assert list(spacy.load(tmp_path / "saved")("ball").cats) == list(labels)


def test_another_table_in_the_vocab_is_noticed(path):
    nlp = spacy.load(path)
    nlp.add_pipe("vectorsuite_zero_shot", config={"labels": LABELS})
    assert label(nlp("ball")) == "sport"
    data = np.array([[1, 0], [1, 0.1], [0, 1]], "f")
    nlp.vocab.vectors = Vectors(data=data, keys=["ball", "bread", "soup"])
    assert label(nlp("bread")) == "sport"
    nlp.vocab.set_vector("ball", np.array([0, 1], "f"))
    assert label(nlp("ball")) == "sport"


def test_pickles_are_without_tables(path):
    nlp = spacy.blank("en")
    nlp.add_pipe("vectorsuite_zero_shot", config={"vectors": path, "labels": LABELS})
    nlp.make_doc("ball")
    size = len(pickle.dumps(nlp))
    nlp("ball")
    assert len(pickle.dumps(nlp)) == size
    assert label(pickle.loads(pickle.dumps(nlp))("ball")) == "sport"
