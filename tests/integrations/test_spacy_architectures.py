"""Our layers in the configs of real spaCy pipelines, found through entry points."""

from importlib.metadata import entry_points

import numpy as np
import pytest

from vectorsuite import Vectors, write_pipeline

spacy = pytest.importorskip("spacy", reason="these are layers of spaCy pipelines")

EMBED = {
    "@architectures": "vectorsuite.MultiHashEmbed.v1",
    "width": 16,
    "attrs": ["NORM", "SUFFIX"],
    "rows": [50, 20],
    "include_static_vectors": True,
}
ENCODE = {
    "@architectures": "spacy.MaxoutWindowEncoder.v2",
    "width": 16, "depth": 1, "window_size": 1, "maxout_pieces": 2,
}  # fmt: skip
TOK2VECS = {
    "MultiHashEmbed": {"@architectures": "spacy.Tok2Vec.v2", "embed": EMBED, "encode": ENCODE},
    "StaticVectors": {
        "@architectures": "vectorsuite.Tok2Vec.v1",
        "embed": {"@architectures": "vectorsuite.StaticVectors.v1", "nO": 16},
        "encode": ENCODE,
    },
    "HashEmbedCNN": {
        "@architectures": "vectorsuite.HashEmbedCNN.v1",
        "width": 16, "depth": 1, "embed_size": 50, "window_size": 1, "maxout_pieces": 2,
        "subword_features": True, "pretrained_vectors": True,
    },
    "CharacterEmbed": {
        "@architectures": "spacy.Tok2Vec.v2",
        "embed": {
            "@architectures": "vectorsuite.CharacterEmbed.v1",
            "width": 16, "rows": 50, "nM": 4, "nC": 4, "include_static_vectors": True,
        },
        "encode": ENCODE,
    },
}  # fmt: skip
TEXT, TAGS = ["the", "cat", "sees", "the", "dog"], ["D", "N", "V", "D", "N"]


@pytest.fixture
def path(tmp_path):
    data = np.random.default_rng(0).standard_normal((3, 5)).astype("f")
    write_pipeline(tmp_path / "t", Vectors(data=data, keys=["the", "cat", "dog"]), lang="en")
    return tmp_path / "t"


def test_spacy_knows_every_architecture_that_our_configs_may_name():
    ours, theirs = (
        {(point.name, point.value) for point in entry_points(group=group)}
        for group in ("vectorsuite_architectures", "spacy_architectures")
    )
    assert ours
    assert ours <= theirs


def make_tagger(path, tok2vec):
    from spacy.training import Example

    nlp = spacy.blank("en")
    nlp.config["initialize"]["vectors"] = str(path)
    model = {"@architectures": "spacy.Tagger.v2", "nO": None, "tok2vec": tok2vec}
    nlp.add_pipe("tagger", config={"model": model})
    doc = spacy.tokens.Doc(nlp.vocab, words=TEXT, tags=TAGS)
    examples = [Example(nlp.make_doc(" ".join(TEXT)), doc)]
    optimizer = nlp.initialize(lambda: examples)
    return nlp, optimizer, examples


@pytest.mark.parametrize("name", TOK2VECS)
def test_a_tagger_learns_and_is_saved(path, tmp_path, name):
    nlp, optimizer, examples = make_tagger(path, TOK2VECS[name])
    before = nlp.vocab.vectors.data.tobytes()
    for _ in range(60):  # some starting weights took 30
        nlp.update(examples, sgd=optimizer, losses={})
    assert [token.tag_ for token in nlp(" ".join(TEXT))] == TAGS
    assert nlp.vocab.vectors.data.tobytes() == before
    nlp.to_disk(tmp_path / "saved")
    again = spacy.load(tmp_path / "saved")
    assert [token.tag_ for token in again(" ".join(TEXT))] == TAGS
    assert nlp.update([], losses={}) is not None
    assert len(nlp("")) == 0


def test_another_table_at_load_is_an_error(path, tmp_path):
    nlp, _, _ = make_tagger(path, TOK2VECS["MultiHashEmbed"])
    nlp.to_disk(tmp_path / "saved")
    other = Vectors(data=np.ones((3, 5), "f"), keys=["the", "cat", "dog"])
    other.to_disk(tmp_path / "saved" / "vocab")
    with pytest.raises(ValueError, match="not the vectors table that the model was trained with"):
        spacy.load(tmp_path / "saved")("the cat")


def test_an_unknown_architecture_lists_what_there_is(path):
    nlp = spacy.load(path)
    tok2vec = {"@architectures": "vectorsuite.NoSuch.v1"}
    model = {"@architectures": "spacy.Tagger.v2", "tok2vec": tok2vec}
    with pytest.raises(Exception, match=r"vectorsuite.MultiHashEmbed.v1"):
        nlp.add_pipe("tagger", config={"model": model})
