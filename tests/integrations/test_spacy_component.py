"""The component "vectorsuite" in real spaCy pipelines."""

import pickle

import numpy as np
import pytest
import srsly

from vectorsuite import Vectors, write_pipeline

spacy = pytest.importorskip("spacy", reason="the component needs spaCy")

WORDS = ["heart", "attack", "king", "of"]


def table(scale=1.0):
    data = np.array([[1, 0, 0], [0, 1, 0], [1, 1, 1], [0, 0, 2]], "f") * np.float32(scale)
    made = Vectors(data=data, keys=WORDS)
    made.row_attrs["count"] = np.array([1, 1, 8, 90])
    return made


@pytest.fixture
def path(tmp_path):
    write_pipeline(tmp_path / "table", table())
    return str(tmp_path / "table")


@pytest.fixture
def nlp(path):
    nlp = spacy.blank("en")
    nlp.add_pipe("vectorsuite", config={"vectors": path})
    return nlp


def test_docs_spans_and_tokens_have_vectors_and_the_vocab_none(nlp):
    doc = nlp("heart attack unknown")
    assert doc.vector.tolist() == [0.5, 0.5, 0]
    assert doc[1:3].vector.tolist() == [0, 1, 0]
    assert doc[0].vector.tolist() == [1, 0, 0]
    assert [token.has_vector for token in doc] == [True, True, False]
    assert doc.vector_norm == pytest.approx(0.5**0.5)
    assert doc[0].similarity(doc) == pytest.approx(0.5**0.5)
    assert doc.similarity(nlp("king")) == pytest.approx((2 / 3) ** 0.5)
    assert doc[0:2].similarity(nlp.vocab["attack"]) == pytest.approx(0.5**0.5)
    assert nlp.vocab.vectors.shape == (0, 0)
    with pytest.raises(ValueError, match="read-only"):
        doc.vector[0] = 1


def test_the_table_is_mapped(nlp):
    nlp("heart").vector  # noqa: B018
    data = nlp.get_pipe("vectorsuite").table.data
    while data.base is not None and not isinstance(data, np.memmap):
        data = data.base
    assert not isinstance(data, np.ndarray) or isinstance(data, np.memmap)


def test_several_side_by_side(nlp, tmp_path):
    write_pipeline(tmp_path / "other", table(scale=3))
    nlp.add_pipe(
        "vectorsuite", name="tripled", config={"vectors": str(tmp_path / "other"), "oov": "hash"}
    )
    doc = nlp("heart attack")
    assert doc.vector.tolist() == doc._.vectorsuite.vector.tolist() == [0.5, 0.5, 0]
    assert doc._.tripled.vector.tolist() == [1.5, 1.5, 0]
    assert doc[0]._.tripled.vector_norm == 3
    assert doc[0:1]._.tripled.similarity(doc[0]._.tripled) == pytest.approx(1)
    assert doc._.tripled.similarity(doc[0]) == pytest.approx(0.5**0.5)
    assert nlp("unknown")._.tripled.has_vector
    assert not nlp("unknown")._.vectorsuite.has_vector


def test_pipelines_do_not_share_their_components(nlp, tmp_path):
    write_pipeline(tmp_path / "other", table(scale=3))
    other = spacy.blank("en")
    other.add_pipe("vectorsuite", config={"vectors": str(tmp_path / "other")})
    assert nlp("heart")._.vectorsuite.vector.tolist() == [1, 0, 0]
    assert other("heart")._.vectorsuite.vector.tolist() == [3, 0, 0]
    with pytest.raises(ValueError, match="No component 'vectorsuite' belongs to the vocab"):
        spacy.blank("en")("heart")._.vectorsuite  # noqa: B018


def test_pooling_and_policies_from_the_config(path):
    nlp = spacy.blank("en")
    config = {"vectors": path, "pooling": "max", "oov": {"MI": "heart attack"}}
    nlp.add_pipe("vectorsuite", config=config)
    assert nlp("heart attack")[0:2].vector.tolist() == [1, 1, 0]
    assert nlp("MI")[0].vector.tolist() == [0.5, 0.5, 0]
    config = {
        "vectors": path,
        "oov": {"@misc": "vectorsuite.NearestSpelling.v1", "max_distance": 1},
    }
    nlp.add_pipe("vectorsuite", name="spelling", config=config)
    assert nlp("hearrt")._.spelling.vector.tolist() == [1, 0, 0]


def test_sif_removes_what_the_examples_have_in_common(path):
    from spacy.training import Example

    nlp = spacy.blank("en")
    nlp.add_pipe("vectorsuite", config={"vectors": path, "pooling": "sif"})
    texts = ["heart of king", "attack of king", "king of heart"]
    nlp.initialize(lambda: [Example.from_dict(nlp.make_doc(text), {}) for text in texts])
    common = nlp.get_pipe("vectorsuite").texts.common
    assert common is not None
    assert nlp("heart attack").vector @ common == pytest.approx(0, abs=1e-6)


def test_a_saved_pipeline_has_its_own_table(nlp, path, tmp_path, monkeypatch):
    import shutil

    nlp.to_disk(tmp_path / "saved")
    shutil.rmtree(path)
    again = spacy.load(tmp_path / "saved")
    assert again("heart attack").vector.tolist() == [0.5, 0.5, 0]
    shutil.copytree(tmp_path / "saved", tmp_path / "moved")
    shutil.rmtree(tmp_path / "saved")
    assert spacy.load(tmp_path / "moved")("king").vector.tolist() == [1, 1, 1]


def test_bytes(nlp, path):
    data = nlp.to_bytes()
    again = spacy.blank("en")
    again.add_pipe("vectorsuite", config={"vectors": path})
    again.from_bytes(data)
    assert again("king").vector.tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"rubbish", "These 7 bytes are not a component"),
        (srsly.msgpack_dumps([1]), "These 2 bytes are not a component"),
        (srsly.msgpack_dumps({"table": b""}), "'vectorsuite' was saved without its state"),
    ],
)
def test_other_bytes_are_refused(nlp, data, message):
    with pytest.raises(ValueError, match=message):
        nlp.get_pipe("vectorsuite").from_bytes(data)


@pytest.mark.parametrize("content", ["{torn", "[]", "{}"])
def test_a_damaged_file_is_named(nlp, tmp_path, content):
    (tmp_path / "component.json").write_text(content)
    with pytest.raises(ValueError, match=r"component\.json|'vectorsuite' was saved without"):
        nlp.get_pipe("vectorsuite").from_disk(tmp_path)


def test_another_table_is_refused_at_load(nlp, tmp_path):
    nlp.to_disk(tmp_path / "saved")
    table(scale=2).to_disk(tmp_path / "saved" / "vectorsuite" / "vocab")
    with pytest.raises(ValueError, match=r"not the vectors table.*hash"):
        spacy.load(tmp_path / "saved")


def test_pipe_and_pickle(nlp):
    texts = ["heart attack", "king"] * 5
    vectors = [doc.vector.tolist() for doc in nlp.pipe(texts, batch_size=3)]
    assert vectors == [[0.5, 0.5, 0], [1, 1, 1]] * 5
    component = pickle.loads(pickle.dumps(nlp.get_pipe("vectorsuite")))
    assert component._texts is None, "the table is mapped again, not sent"
    assert component.table.n_keys == 4


@pytest.mark.slow
def test_two_processes(nlp):
    component = nlp.get_pipe("vectorsuite")
    docs = list(nlp.pipe(["heart attack", "king of"] * 4, n_process=2, batch_size=2))
    assert [doc._.vectorsuite.vector.tolist() for doc in docs] == [
        [0.5, 0.5, 0],
        [0.5, 0.5, 1.5],
    ] * 4
    assert component(docs[0]).vector.tolist() == [0.5, 0.5, 0], "hooks can be set again"


def test_bad_settings(nlp, path, tmp_path):
    nlp = spacy.blank("en")
    with pytest.raises(ValueError, match="no pooling 'median'"):
        nlp.add_pipe("vectorsuite", config={"vectors": path, "pooling": "median"})
    with pytest.raises(ValueError, match="no policy 'x'"):
        nlp.add_pipe("vectorsuite", config={"vectors": path, "oov": "x"})
    nlp.add_pipe("vectorsuite", name="none")
    with pytest.raises(ValueError, match="'none' has no vectors"):
        nlp("heart").vector  # noqa: B018
    nlp.add_pipe("vectorsuite", name="gone", config={"vectors": str(tmp_path / "gone")})
    with pytest.raises(FileNotFoundError, match="gone"):
        nlp("heart")._.gone.vector  # noqa: B018
    spacy.tokens.Doc.set_extension("taken", default=1, force=True)
    with pytest.raises(ValueError, match=r"Doc._.taken is taken"):
        nlp.add_pipe("vectorsuite", name="taken", config={"vectors": path})


def test_spans_have_a_norm_in_spite_of_spacys_hook(nlp):
    doc = nlp("heart attack")
    assert float(doc[0:2].vector_norm) == pytest.approx(0.5**0.5)


def test_it_answers_to_the_name_in_the_pipeline(nlp):
    nlp.rename_pipe("vectorsuite", "renamed")
    assert nlp("heart")._.renamed.vector.tolist() == [1, 0, 0]


@pytest.mark.parametrize("hooks", [True, False])
def test_sourced_from_another_pipeline(path, hooks):
    source, nlp = spacy.blank("en"), spacy.blank("en")
    source.add_pipe("vectorsuite", config={"vectors": path, "hooks": hooks})
    nlp.add_pipe("vectorsuite", source=source)
    nlp.add_pipe("vectorsuite", source=source, name="sourced")
    doc = nlp("heart")
    assert doc._.sourced.vector.tolist() == doc[0]._.sourced.vector.tolist() == [1, 0, 0]
    assert source("heart")._.vectorsuite.vector.tolist() == [1, 0, 0]
    assert doc[0:1].as_doc()._.sourced.has_vector


@pytest.mark.parametrize("hooks", [True, False])
def test_two_pipelines_with_one_vocab(path, tmp_path, hooks):
    write_pipeline(tmp_path / "other", table(scale=3))
    one = spacy.blank("en")
    other = spacy.blank("en", vocab=one.vocab)
    one.add_pipe("vectorsuite", config={"vectors": path, "hooks": hooks})
    other.add_pipe("vectorsuite", config={"vectors": str(tmp_path / "other"), "hooks": hooks})
    assert one("heart")._.vectorsuite.vector.tolist() == [1, 0, 0]
    assert other("heart")._.vectorsuite.vector.tolist() == [3, 0, 0]


def test_a_pickled_doc_has_its_component(nlp):
    doc = pickle.loads(pickle.dumps(nlp("heart")))
    assert doc._.vectorsuite.vector.tolist() == doc.vector.tolist() == [1, 0, 0]


def test_pickles_have_the_table_that_is_in_use(nlp):
    component = nlp.get_pipe("vectorsuite")
    assert nlp("heart").has_vector
    component.table.add("heart", vector=[0, 5, 0])
    assert pickle.loads(pickle.dumps(nlp))("heart").vector.tolist() == [0, 5, 0]
    component.set_table(Vectors(data=np.eye(2, dtype="f"), keys=["heart", "king"]))
    assert pickle.loads(pickle.dumps(nlp))("heart").vector.tolist() == [1, 0]


def test_relative_paths_are_those_of_the_start(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    nlp = spacy.blank("en")
    nlp.add_pipe("vectorsuite", config={"vectors": "table"})
    monkeypatch.chdir("/")
    assert nlp("heart").vector.tolist() == [1, 0, 0]
    assert nlp.config["components"]["vectorsuite"]["vectors"] == "table"
