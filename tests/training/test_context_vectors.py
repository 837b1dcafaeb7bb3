"""Context vectors of a job: thrown away, kept beside the word vectors, or added to them."""

import numpy as np
import pytest

from vectorsuite import load
from vectorsuite.training.job import _train, run_job
from vectorsuite.training.settings import read_config, read_settings

TEXT = "a b c d\nb c\nc d a\n" * 3


@pytest.fixture
def job(tmp_path, monkeypatch):
    """Runs a small job; returns its output directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.txt").write_text(TEXT)
    (tmp_path / "job.cfg").write_text(
        '[paths]\ncorpus = "text.txt"\n[vocabulary]\nmin_count = 1\n'
        "[training]\nepochs = 2\nworkers = 1\n"
    )

    def run(name, **overrides):
        values = {key.replace("__", "."): value for key, value in overrides.items()}
        values |= {"paths.output": name, "model.vector_size": 4, "model.sample": 0}
        report = run_job(read_settings(read_config("job.cfg", values)))
        return tmp_path / name, report

    return run


def test_contexts_are_thrown_away_unless_asked_for(job):
    output, _ = job("out")
    assert not (output / "contexts").exists()


def test_contexts_kept_are_a_directory_of_their_own(job):
    plain, _ = job("plain")
    output, _ = job("out", output__keep_context=True, output__name="mine")
    words, contexts = load(output), load(output / "contexts")
    assert np.array_equal(words.vectors, load(plain).vectors)
    assert contexts.index_to_key == words.index_to_key
    assert contexts.get_vecattr("a", "count") == words.get_vecattr("a", "count") == 6
    assert contexts.table.name == "mine.contexts"
    assert contexts.vectors.shape == (4, 4)
    assert 0 < np.abs(contexts.vectors).max() < 1
    assert not np.array_equal(contexts.vectors, words.vectors)


def test_added_contexts_make_the_sum_of_both_tables(job):
    kept, _ = job("kept", output__keep_context=True)
    added, _ = job("added", output__add_context=True)
    words, contexts = load(kept), load(kept / "contexts")
    np.testing.assert_array_equal(load(added).vectors, words.vectors + contexts.vectors)
    assert not (added / "contexts").exists()


def test_kept_contexts_stay_as_they_are_where_they_are_added_too(job):
    kept, _ = job("kept", output__keep_context=True)
    both, _ = job("both", output__keep_context=True, output__add_context=True)
    contexts = load(kept / "contexts").vectors
    assert np.array_equal(load(both / "contexts").vectors, contexts)
    assert np.array_equal(load(both).vectors, load(kept).vectors + contexts)


def test_scores_are_of_the_vectors_that_are_written(job, tmp_path):
    (tmp_path / "pairs.tsv").write_text("a\tb\t1\na\tc\t2\nb\td\t3\n")
    of_sets = {"evaluation__@evaluators": "vectorsuite.TestFiles.v1"}
    of_sets["evaluation__pairs"] = str(tmp_path / "pairs.tsv")
    output, report = job("out", output__add_context=True, training__learn_rate=0.5, **of_sets)
    statistic = load(output).evaluate_word_pairs(tmp_path / "pairs.tsv")[1].statistic
    assert report.scores[-1]["pairs"] == pytest.approx(statistic, abs=1e-12)
    _, plain = job("plain", training__learn_rate=0.5, **of_sets)
    assert plain.scores != report.scores


def test_what_a_model_writes_itself_is_written_too(job, monkeypatch):
    def train(*arguments):
        trained = _train(*arguments)
        trained.also = lambda folder: (folder / "notes").touch()
        return trained

    monkeypatch.setattr("vectorsuite.training.job._train", train)
    output, _ = job("out", output__keep_context=True)
    assert (output / "notes").is_file()
    assert (output / "contexts").is_dir()


def test_floret_and_fasttext_keep_contexts_of_words(job):
    for name in ("FastText", "Floret"):
        model = {"model__@models": f"vectorsuite.{name}.v1", "model__bucket": 50}
        output, _ = job(name, output__keep_context=True, **model)
        assert load(output / "contexts").index_to_key == ["c", "a", "b", "d"]


@pytest.mark.parametrize(
    ("key", "model", "message"),
    [
        ("keep_context", {"hierarchical_softmax": True, "negative": 0}, "negative sampling"),
        ("add_context", {"hierarchical_softmax": True, "negative": 0}, "negative sampling"),
        ("keep_context", {"@models": "vectorsuite.Doc2Vec.v1"}, "negative sampling"),
        ("add_context", {"@models": "vectorsuite.FastText.v1"}, "come from n-grams"),
    ],
)
def test_contexts_that_there_will_not_be_are_refused_before_any_work(
    job, monkeypatch, key, model, message
):
    monkeypatch.setattr("vectorsuite.training.job.count_and_encode", None)  # not to be called
    overrides = {f"model__{name}": value for name, value in model.items()}
    with pytest.raises(ValueError, match=message):
        job("out", **{f"output__{key}": True, **overrides})
