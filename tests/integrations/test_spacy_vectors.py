"""Our table inside real spaCy pipelines."""

import copy
import importlib
import multiprocessing
import pickle

import numpy as np
import pytest

from vectorsuite import Vectors, write_pipeline
from vectorsuite.vectors.oov import HashRandom

spacy = pytest.importorskip("spacy")
SpacyVectors = importlib.import_module("vectorsuite.integrations.spacy_vectors").SpacyVectors

CONFIG = {"nlp": {"vectors": {"@vectors": "vectorsuite.Vectors.v1"}}}
WORDS = ["king", "queen", "apple", "LAW"]
DATA = np.array([[1, 2, 0], [1, 2.5, 0], [-3, 0, 1], [0, 0, 4]], dtype="f")


@pytest.fixture
def table_dir(tmp_path):
    table = Vectors(data=DATA, keys=WORDS, name="small")
    write_pipeline(tmp_path / "table", table, lang="en")
    return tmp_path / "table"


@pytest.fixture
def saved(table_dir, tmp_path):
    """A pipeline of spaCy that was saved with our table in it."""
    nlp = spacy.blank("en", config=CONFIG)
    nlp.config["initialize"]["vectors"] = str(table_dir)
    nlp.initialize()
    assert is_mapped(nlp)  # while it is trained, too
    nlp.to_disk(tmp_path / "saved")
    return tmp_path / "saved"


def is_mapped(nlp):
    return nlp.vocab.vectors.key2row.mapped and not nlp.vocab.vectors.data.flags.writeable


def test_found_by_entry_point_and_mapped(saved):
    nlp = spacy.load(saved)
    assert isinstance(nlp.vocab.vectors, Vectors)
    assert isinstance(nlp.vocab.vectors, spacy.vectors.BaseVectors)
    assert is_mapped(nlp)
    assert nlp.vocab.vectors.strings is nlp.vocab.strings
    assert nlp.meta["vectors"] == {
        "width": 3, "vectors": 4, "keys": 4, "name": "small", "mode": "default",
    }  # fmt: skip


def test_equal_to_spacys_own_table(saved, table_dir):
    ours, theirs = spacy.load(saved), spacy.load(table_dir)
    assert type(theirs.vocab.vectors) is spacy.vectors.Vectors
    text = "king and queen LAW apple"
    for ours_text, theirs_text in (
        (ours(text), theirs(text)),
        (ours(text)[1:3], theirs(text)[1:3]),
    ):
        np.testing.assert_allclose(ours_text.vector, theirs_text.vector)
        assert ours_text.vector_norm == pytest.approx(theirs_text.vector_norm)
        other_ours, other_theirs = ours("apple LAW"), theirs("apple LAW")
        assert ours_text.similarity(other_ours) == pytest.approx(
            theirs_text.similarity(other_theirs)
        )
    for token, their_token in zip(ours(text), theirs(text), strict=True):
        assert token.vector.tolist() == their_token.vector.tolist()
        assert token.has_vector == their_token.has_vector
        assert token.is_oov == their_token.is_oov
        assert token.lex.rank == their_token.lex.rank


def test_path_in_the_config(table_dir):
    vectors = {"@vectors": "vectorsuite.Vectors.v1", "path": str(table_dir)}
    nlp = spacy.blank("en", config={"nlp": {"vectors": vectors}})
    assert nlp("queen")[0].vector.tolist() == [1, 2.5, 0]
    assert "queen" in nlp.vocab.strings
    assert is_mapped(nlp)
    vectors["path"] = "nowhere"
    with pytest.warns(UserWarning, match="nowhere"):
        spacy.blank("en", config={"nlp": {"vectors": vectors}})


def test_set_vector_copies_and_saves(saved, tmp_path):
    nlp = spacy.load(saved)
    nlp.vocab.set_vector("new", np.array([7, 7, 7], dtype="f"))
    nlp.vocab.set_vector("king", np.array([8, 8, 8], dtype="f"))
    assert not is_mapped(nlp)
    assert spacy.load(saved)("king")[0].vector.tolist() == [1, 2, 0]
    nlp.to_disk(tmp_path / "changed")
    changed = spacy.load(tmp_path / "changed")
    assert changed("new king queen").vector.tolist() == pytest.approx([16 / 3, 17.5 / 3, 5])
    nlp.to_disk(saved)  # over the directory that it was mapped from
    assert spacy.load(saved)("new")[0].vector.tolist() == [7, 7, 7]


def test_bytes_and_pickle(saved):
    nlp = spacy.load(saved)
    again = spacy.blank("en", config=CONFIG).from_bytes(nlp.to_bytes())
    assert again("queen")[0].vector.tolist() == [1, 2.5, 0]
    vocab = pickle.loads(pickle.dumps(nlp.vocab))
    assert type(vocab.vectors) is type(nlp.vocab.vectors)
    assert vocab["queen"].vector.tolist() == [1, 2.5, 0]


def test_static_vectors_layer(saved, table_dir):
    from spacy.ml.staticvectors import StaticVectors

    outputs = []
    for path in (saved, table_dir):
        nlp = spacy.load(path)
        docs = [nlp("king unknown queen"), nlp("apple")]
        model = StaticVectors(nO=2, nM=3).initialize(docs)
        model.set_param("W", np.array([[1, 0, 2], [0, 1, 1]], dtype="f"))
        output, backprop = model(docs, is_train=True)
        backprop(output)
        outputs.append((output.data, model.get_grad("W")))
    for ours, theirs in zip(*outputs, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6)
    assert not outputs[0][0][1].any()  # the unknown word


def test_training_leaves_the_table_mapped(saved, tmp_path):
    from spacy.cli.train import train
    from spacy.tokens import DocBin

    docs = DocBin()
    for words, label in ((["king", "queen"], "ROYAL"), (["apple", "LAW"], "OTHER")) * 4:
        doc = spacy.tokens.Doc(spacy.blank("en").vocab, words=words)
        doc.cats = {"ROYAL": float(label == "ROYAL"), "OTHER": float(label == "OTHER")}
        docs.add(doc)
    docs.to_disk(tmp_path / "docs.spacy")
    nlp = spacy.blank("en", config=CONFIG)
    nlp.add_pipe("textcat", config={"model": {
        "@architectures": "spacy.TextCatReduce.v1", "exclusive_classes": True,
        "use_reduce_first": False, "use_reduce_last": False, "use_reduce_max": False,
        "use_reduce_mean": True,
        "tok2vec": {
            "@architectures": "spacy.HashEmbedCNN.v2", "width": 8, "depth": 1, "embed_size": 50,
            "window_size": 1, "maxout_pieces": 2, "subword_features": False,
            "pretrained_vectors": True,
        },
    }})  # fmt: skip
    config = nlp.config.merge(
        {
            "paths": {"train": str(tmp_path / "docs.spacy"), "dev": str(tmp_path / "docs.spacy")},
            "initialize": {"vectors": str(saved)},
            "training": {"max_steps": 3, "eval_frequency": 3},
        }
    )
    config.to_disk(tmp_path / "config.cfg")
    train(tmp_path / "config.cfg", tmp_path / "out")
    trained = spacy.load(tmp_path / "out" / "model-last")
    assert is_mapped(trained)
    assert trained("king").cats.keys() == {"ROYAL", "OTHER"}
    assert trained.vocab.vectors.data.tolist() == DATA.tolist()


@spacy.Language.component("vectorsuite_test_mapped")
def mark_mapped(doc):
    """Notes on a document whether the table of the process that made it is mapped."""
    vectors = doc.vocab.vectors
    doc.user_data["mapped"] = vectors.key2row.mapped and not vectors.data.flags.writeable
    return doc


def test_worker_processes_share_the_files(saved):
    nlp = spacy.load(saved)
    nlp.add_pipe("vectorsuite_test_mapped")
    docs = list(nlp.pipe(["king", "queen"] * 4, n_process=2, batch_size=2))
    assert [doc[0].vector.tolist() for doc in docs[:2]] == [[1, 2, 0], [1, 2.5, 0]]
    assert all(doc.user_data["mapped"] for doc in docs)


# In a file of its own: a spawned process imports it by name, and test files have none.
REPORT_TABLE = """
def report_table(table, strings, connection):
    word = table.strings[table.find(row=1)]
    seen = (table.key2row.mapped, table.data.flags.writeable, table["queen"].tolist(), word)
    connection.send((*seen, type(table).__name__, len(strings)))
"""


@pytest.mark.parametrize("changed", [False, True])
def test_a_spawned_process_opens_the_same_files(saved, changed, tmp_path, monkeypatch):
    (tmp_path / "report_table.py").write_text(REPORT_TABLE)
    monkeypatch.syspath_prepend(tmp_path)
    report_table = importlib.import_module("report_table").report_table
    table = spacy.load(saved).vocab.vectors
    if changed:
        table["king"] = [0, 0, 0]
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=report_table, args=(table, table.strings, theirs))
    process.start()
    assert ours.poll(60)
    n = len(table.strings)
    assert ours.recv() == (not changed, changed, [1, 2.5, 0], "queen", "SpacyVectors", n)
    process.join()


def test_pickles_outlive_the_files(saved, tmp_path):
    table = spacy.load(saved).vocab.vectors
    pickled = pickle.dumps(table)
    saved.rename(tmp_path / "elsewhere")
    assert pickle.loads(pickled)["queen"].tolist() == [1, 2.5, 0]


def test_floret_table(tmp_path):
    data = np.random.default_rng(0).normal(size=(20, 3)).astype("f")
    table = Vectors(data=data, mode="floret", minn=2, maxn=3, hash_count=2, name="f")
    write_pipeline(tmp_path / "table", table, lang="en")
    ours = spacy.blank("en", config=CONFIG)
    ours.config["initialize"]["vectors"] = str(tmp_path / "table")
    ours.initialize()
    theirs = spacy.load(tmp_path / "table")
    for text in ("any words at all", "é"):
        np.testing.assert_allclose(ours(text).vector, theirs(text).vector, atol=1e-6)
    assert ours("any")[0].has_vector


def test_copies_and_views(saved, tmp_path):
    table = spacy.load(saved).vocab.vectors
    other = copy.copy(table)
    assert type(other) is type(table)
    assert other == table == copy.deepcopy(table)
    write_pipeline(tmp_path / "again", table, lang="en")
    assert spacy.load(tmp_path / "again").vocab.vectors.shape == table.shape


def test_a_pickled_pipeline_knows_the_words_it_meets_later(saved):
    floret = Vectors(data=DATA, mode="floret", minn=2, maxn=3)
    nlp = spacy.load(saved)
    nlp.vocab.vectors.oov = HashRandom()
    for table in (nlp.vocab.vectors, floret, SpacyVectors(data=DATA, mode="floret", maxn=3)):
        nlp.vocab.vectors = table
        again = pickle.loads(pickle.dumps(nlp))
        word = f"unseen{type(table).__name__}{table.mode}"
        vector = again(word)[0].vector
        assert vector.any()
        assert again(word)[0].has_vector
        assert again.vocab.vectors.get_batch([again.vocab.strings[word]]).tolist() == [
            vector.tolist()
        ]
        assert nlp(word)[0].vector.tolist() == vector.tolist()


def test_words_may_be_added_to_a_trained_pipeline(saved, tmp_path):
    nlp = spacy.load(saved)
    model = {"@architectures": "vectorsuite.MultiHashEmbed.v1", "width": 4, "rows": 10,
             "include_static_vectors": True}  # fmt: skip
    nlp.add_pipe("tok2vec", config={"model": model})
    nlp.initialize()
    before = nlp("king apple").tensor
    nlp.to_disk(tmp_path / "trained")
    nlp = spacy.load(tmp_path / "trained")
    nlp.vocab.set_vector("pear", np.array([-3, 0, 2], "f"))
    nlp.to_disk(tmp_path / "with_pear")
    nlp = spacy.load(tmp_path / "with_pear")
    np.testing.assert_allclose(nlp("king apple").tensor, before, atol=1e-6)
    nlp("pear")


def test_words_that_a_policy_knows_may_be_given_vectors(saved):
    nlp = spacy.load(saved)
    nlp.vocab.vectors.oov = HashRandom()
    nlp.vocab.set_vector("pear", np.array([1, 2, 3], "f"))
    nlp.vocab["plum"].vector = np.array([4, 5, 6], "f")
    assert nlp("pear").vector.tolist() == [1, 2, 3]
    assert nlp("plum").vector.tolist() == [4, 5, 6]
    assert nlp("king").vector.tolist() == DATA[0].tolist()


@pytest.mark.parametrize("mode", ["default", "floret"])
def test_a_table_of_two_vocabs_knows_the_words_of_both(saved, mode):
    one, other = spacy.load(saved), spacy.blank("en")
    if mode == "floret":
        one.vocab.vectors = SpacyVectors(data=DATA, mode="floret", maxn=3)
    else:
        one.vocab.vectors.oov = HashRandom()
    other.vocab.vectors = one.vocab.vectors
    for nlp, word in ((one, "later"), (other, "later still"), (one, "last")):
        doc = nlp(word)
        assert all(token.has_vector for token in doc)
        assert doc[-1].vector.any()
