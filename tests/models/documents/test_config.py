"""Config runs of Doc2Vec: a pipeline of words with the whole model beside it."""

from pathlib import Path

import numpy as np
import pytest

import vectorsuite
from vectorsuite import Doc2Vec
from vectorsuite.config import Config
from vectorsuite.training.job import run_job
from vectorsuite.training.settings import read_settings

KINDS = [[f"{kind}{i}" for i in range(9)] for kind in "xy"]


def make_settings(folder, model=None, tags="number", training=None, evaluation=None):
    random = np.random.default_rng(0)
    lines = [" ".join(random.choice(KINDS[i % 2], size=12)) for i in range(40)]
    lines[5] = ""
    if tags == "column":
        lines = [f"{'xy'[i % 2]} {1990 + i % 4}\t{line}" for i, line in enumerate(lines)]
    path = folder / "text.txt"
    path.write_text("\n".join(lines))
    config = {
        "paths": {"corpus": str(path), "output": str(folder / "out")},
        "corpus": {"@readers": "vectorsuite.TaggedLines.v1", "path": str(path), "tags": tags},
        "vocabulary": {"min_count": 1},
        "model": {
            "@models": "vectorsuite.Doc2Vec.v1", "vector_size": 8, "kind": "dbow", "sample": 0,
            "dbow_words": True, **(model or {}),
        },
        "training": {"epochs": 30, "learn_rate": 0.05, "workers": 1, **(training or {})},
    }  # fmt: skip
    if evaluation:
        config["evaluation"] = {
            "@evaluators": "vectorsuite.TestFiles.v1", "pairs": [str(evaluation)],
        }  # fmt: skip
    return read_settings(Config(config))


def test_words_open_as_a_pipeline_and_documents_as_a_model(tmp_path):
    report = run_job(make_settings(tmp_path))
    assert (report.n_words, report.sentences, len(report.losses)) == (18, 40, 30)
    words = vectorsuite.load(tmp_path / "out")
    model = Doc2Vec.load(tmp_path / "out" / "doc2vec")
    np.testing.assert_array_equal(words["x1"], model.wv["x1"])
    assert len(model.dv) == 40
    near = [tag for tag, _ in model.dv.most_similar([model.infer_vector(KINDS[1])], topn=5)]
    assert all(tag % 2 == 1 for tag in near)


def test_tags_of_a_column_are_shared_by_documents(tmp_path):
    run_job(make_settings(tmp_path, tags="column"))
    model = Doc2Vec.load(tmp_path / "out" / "doc2vec")
    assert model.dv.index_to_key == ["x", "1990", "y", "1991", "1992", "1993"]
    assert model.dv.get_vecattr("y", "doc_count") == 20
    assert model.dv.most_similar([model.infer_vector(KINDS[0])], topn=1)[0][0] in {
        "x",
        "1990",
        "1992",
    }


def test_the_result_is_that_of_the_class(tmp_path):
    settings = make_settings(tmp_path, {"kind": "dm", "dbow_words": False, "dm_concat": True})
    run_job(settings)
    ours = Doc2Vec.load(tmp_path / "out" / "doc2vec")
    assert "\0" not in vectorsuite.load(tmp_path / "out")
    model = Doc2Vec(
        corpus_file=tmp_path / "text.txt", vector_size=8, sample=0, epochs=30, alpha=0.05,
        min_count=1, workers=1, dm_concat=1,
    )  # fmt: skip
    assert ours.wv.index_to_key == model.wv.index_to_key
    np.testing.assert_array_equal(ours.dv.vectors, model.dv.vectors)
    np.testing.assert_array_equal(ours.infer_vector(KINDS[0]), model.infer_vector(KINDS[0]))


@pytest.mark.parametrize("tags", ["number", "column"])
def test_held_out_documents_end_a_run_and_get_inferred_vectors(tmp_path, tags, caplog):
    training = {"held_out": 0.2, "patience": 2, "epochs": 100}
    report = run_job(make_settings(tmp_path, tags=tags, training=training))
    assert report.held_out_losses[report.kept_epoch - 1] == min(report.held_out_losses)
    assert report.kept_epoch < len(report.losses) < 100
    assert not caplog.records  # nor is a number of a tag called too high
    model = Doc2Vec.load(tmp_path / "out" / "doc2vec")
    assert len(model.dv) == (40 if tags == "number" else 6)
    assert model.dv.get_vecattr(0 if tags == "number" else "x", "doc_count") == (
        1 if tags == "number" else 20
    )
    if tags == "number":  # those of a document that was held out, too
        vectors = model.dv.vectors / np.linalg.norm(model.dv.vectors, axis=1, keepdims=True)
        near = np.argsort(-vectors @ vectors.T)[:, 1:6]
        alike = (near - np.arange(40)[:, None]) % 2 == 0
        assert np.delete(alike.mean(axis=1), 5).min() > 0.5  # document 5 has no word


def test_words_that_are_not_trained_are_not_scored(tmp_path):
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("x1\tx2\t5\nx1\ty2\t1\nx2\ty3\t1\nx3\tx4\t4\n")
    settings = make_settings(tmp_path, evaluation=pairs)
    report = run_job(settings)
    assert len(report.scores) == 31
    settings = make_settings(tmp_path, {"dbow_words": False}, evaluation=pairs)
    with pytest.raises(ValueError, match=r"set dbow_words = true"):
        run_job(settings, force=True)


def test_a_corpus_without_tags_is_refused(tmp_path):
    settings = make_settings(tmp_path)
    object.__setattr__(settings, "corpus", [["a", "b"], ["a", "b"]])
    with pytest.raises(ValueError, match=r"Doc2Vec needs documents.*TaggedLines"):
        run_job(settings)


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ({"kind": "pv"}, "expected 'dm' or 'dbow'"),
        ({"negative": 0}, "negative is 0"),
        ({"vector_size": 0}, "vector_size is 0"),
        ({"dm_tag_count": 0}, "dm_tag_count is 0"),
    ],
)
def test_settings_are_checked_before_anything_is_read(tmp_path, model, message):
    with pytest.raises((TypeError, ValueError), match=message):
        make_settings(tmp_path, model)


def test_a_reader_of_no_file_says_so(tmp_path):
    from vectorsuite.training.tagged_readers import TaggedLines

    with pytest.raises(FileNotFoundError, match="no corpus"):
        TaggedLines(tmp_path / "none")


def test_a_model_that_cannot_be_written_leaves_nothing(tmp_path, monkeypatch):
    def full(self, path):
        Path(path).write_bytes(b"torn")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Doc2Vec, "save", full)
    with pytest.raises(OSError, match=r"No space left on device: '.*out'"):
        run_job(make_settings(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["text.txt"]
