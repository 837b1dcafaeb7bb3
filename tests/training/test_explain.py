"""The data sets are those of the illustrated page; the traced step is the trainer's."""

import numpy as np
import pytest

from vectorsuite.kernels import _core, compiled, reference
from vectorsuite.kernels.job import TrainingJob, padded_rows
from vectorsuite.training.explain import explain_dataset, trace_step

DUNE = "Thou shalt not make a machine in the likeness of a human mind"


def test_data_sets_of_the_page():
    data = explain_dataset(DUNE, window=2)
    assert [(*row.inputs, row.output) for row in data.sliding_window[:3]] == [
        ("thou", "shalt", "not"),
        ("shalt", "not", "make"),
        ("not", "make", "a"),
    ]
    assert len(data.sliding_window) == 11
    assert data.cbow[0].inputs == ("thou", "shalt", "make", "a")
    assert data.cbow[0].output == "not"
    assert [(*row.inputs, row.output) for row in data.skip_gram[:8]] == [
        ("not", "thou"), ("not", "shalt"), ("not", "make"), ("not", "a"),
        ("make", "shalt"), ("make", "not"), ("make", "a"), ("make", "machine"),
    ]  # fmt: skip
    assert len(data.skip_gram) == 4 * 9


def test_every_true_pair_is_followed_by_its_noise():
    data = explain_dataset(DUNE, window=2, negative=3, vocabulary=["aaron", "taco", "thou"])
    groups = np.array(data.negative_sampling, dtype=object).reshape(-1, 4)
    assert [group[0].output for group in groups] == [row.output for row in data.skip_gram]
    for true, *noise in groups:
        assert true.target == 1
        assert {row.target for row in noise} == {0}
        assert {row.input for row in noise} == {true.input}
        assert true.output not in {row.output for row in noise}
        assert {row.output for row in noise} <= {"aaron", "taco", "thou"}
    assert data == explain_dataset(DUNE, window=2, negative=3, vocabulary=["aaron", "taco", "thou"])
    all_ones = explain_dataset(DUNE, negative=0)
    assert {row.target for row in all_ones.negative_sampling} == {1}


def test_cut_windows_at_the_ends_on_demand():
    data = explain_dataset(["a", "b", "c"], window=2, negative=0, edges=True)
    assert [row.inputs for row in data.cbow] == [("b", "c"), ("a", "c"), ("a", "b")]
    assert len(data.skip_gram) == 6


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"window": 0}, "window is 0"),
        ({"negative": -1}, "negative is -1"),
        ({"window": 7}, "needs 15 or more"),
        ({"vocabulary": ["thou"]}, "no noise word"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        explain_dataset(DUNE, **arguments)


def test_step_by_hand():
    # scores 0: every sigmoid is 1/2, errors +1/2 and -1/2; the noise word was drawn twice
    trace = trace_step(np.array([[1.0, 2.0]]), np.zeros((2, 2)), 0, 0, [1, 1], learn_rate=0.1)
    np.testing.assert_allclose(trace.sigmoids, 0.5)
    np.testing.assert_allclose(trace.errors, [0.5, -0.5])
    np.testing.assert_allclose(trace.new_contexts, [[0.05, 0.1], [-0.1, -0.2]])
    np.testing.assert_allclose(trace.new_embedding, [1, 2])
    assert trace.loss == pytest.approx(3 * np.log(2))
    with pytest.raises(ValueError, match="cannot be noise"):
        trace_step(np.ones((2, 2)), np.ones((2, 2)), 0, 1, [1])


def make_job(negative):
    random = np.random.default_rng(3)
    tables = [padded_rows(9, 20), padded_rows(9, 20)]
    for table in tables:
        table[:, :20] = random.normal(size=(9, 20))
    return TrainingJob(
        ids=np.array([4, 2], dtype=np.int32), offsets=np.array([0, 2]), in_rows=tables[0],
        out_rows=tables[1], width=20, keep=np.full(9, 0xFFFFFFFF, dtype=np.uint32), window=1,
        negative=negative, noise=compiled.alias_table(np.arange(1.0, 10)), seed=6,
        learn_rate=0.05, min_learn_rate=0.05, epochs=1,
    )  # fmt: skip


@pytest.mark.parametrize("negative", [1, 5, 12])
def test_step_is_that_of_the_reference_and_of_the_compiled_trainer(negative):
    job = make_job(negative)
    before_in, before_out = job.in_rows[:, :20].copy(), job.out_rows[:, :20].copy()
    centre = reference.kept_tokens(job, 0, 0, 2)[0]
    noise = reference.noise_words(job, 0, [centre])
    drawn = [word for word, times in noise.items() for _ in range(times)]
    # the trainer predicts the centre word (4) from each word of its window (2)
    trace = trace_step(before_in, before_out, 2, 4, drawn, learn_rate=0.05)

    contexts = before_out.copy()
    m = np.array([[1, *(-times for times in noise.values())]], dtype=np.float32)
    row, loss = reference.pair_step(before_in[[2]], contexts, [4, *noise], m, 0.05)
    np.testing.assert_allclose(row[0], trace.new_embedding, atol=1e-6)
    np.testing.assert_allclose(contexts[list(trace.outputs)], trace.new_contexts, atol=1e-6)
    assert loss == pytest.approx(trace.loss, abs=1e-5)

    best = _core.cpu_level()
    for level in _core.cpu_levels():
        _core.set_cpu_level(level)
        job = make_job(negative)
        totals = compiled.train(job, 0, 0, 1)  # the first token's step only
        assert totals.pairs == 1
        np.testing.assert_allclose(job.in_rows[2, :20], trace.new_embedding, atol=1e-6)
        np.testing.assert_allclose(
            job.out_rows[list(trace.outputs), :20], trace.new_contexts, atol=1e-6
        )
        assert np.abs(job.in_rows[2, :20] - before_in[2]).max() > 1e-3
    _core.set_cpu_level(best)
