"""Policies for words that a table lacks."""

import pickle

import numpy as np
import pytest

from vectorsuite import Doc, Vectors, Vocab
from vectorsuite.layers import StaticVectors
from vectorsuite.vectors.gather import gather
from vectorsuite.vectors.oov import (
    NAMED,
    DefaultRow,
    FirstOf,
    HashRandom,
    NearestSpelling,
    OtherTable,
    SubWords,
    Zeros,
    as_policy,
)
from vectorsuite.vectors.spelling import edit_distance

WORDS = ["snow", "boarding", "heart", "attack", "king", "kings", "board"]


@pytest.fixture
def table():
    """Row i is i + 1 everywhere."""
    data = np.repeat(np.arange(1, len(WORDS) + 1, dtype="f")[:, None], 3, axis=1)
    return Vectors(data=data, keys=WORDS)


def value_of(policy, table, *words):
    """The number that each word's vector repeats; None where there is no vector."""
    vectors, found = as_policy(policy)(list(words), table)
    assert vectors.shape == (len(words), 3)
    assert not vectors[~found].any()
    return [float(v[0]) if f else None for v, f in zip(vectors, found, strict=True)]


def test_zeros_are_no_vectors(table):
    assert value_of("zeros", table, "x", "y") == [None, None]
    assert not Zeros().counted
    assert as_policy("spacy").counted


def test_default_row(table):
    assert value_of("default_row", table, "x") == [1]
    assert value_of(DefaultRow(4), table, "x", "y") == [5, 5]
    with pytest.raises(ValueError, match="Row 7 is not in this table of 7 rows"):
        value_of(DefaultRow(7), table, "x")


def test_hash_random_depends_on_word_and_seed_only():
    wide = Vectors(shape=(1, 4000))
    vectors, found = HashRandom(scale=0.5)(["x", "y", "x"], wide)
    assert found.all()
    np.testing.assert_array_equal(vectors[0], vectors[2])
    assert abs(np.corrcoef(vectors[0], vectors[1])[0, 1]) < 0.06
    assert -0.5 <= vectors.min() < -0.49
    assert 0.49 < vectors.max() < 0.5
    assert abs(vectors[0].mean()) < 0.03
    other = HashRandom(scale=0.5, seed=1)(["x"], wide)[0]
    assert abs(np.corrcoef(vectors[0], other[0])[0, 1]) < 0.06
    # the very numbers, so that they stay the same between versions and machines
    assert HashRandom()(["x"], Vectors(shape=(1, 2)))[0] == pytest.approx(
        np.array([[-0.18460283, 0.06916830]])
    )


def test_nearest_spelling(table):
    assert value_of("spelling", table, "snwo", "hearth", "knigs", "zzzzzz") == [1, 3, 6, None]
    assert value_of(NearestSpelling(1), table, "atackk", "atack") == [None, 4]
    assert value_of("spelling", table, "sn", "") == [None, None], "too short to be sure"


def test_nearest_spelling_prefers_the_first_in_the_table(table):
    # one edit from king and from kings
    assert value_of(NearestSpelling(1), table, "kingz", "kinsg") == [5, 5]


def test_nearest_spelling_sees_new_words(table):
    policy = NearestSpelling()
    assert value_of(policy, table, "quenn") == [None]
    table.resize((8, 3))
    table.add("queen", vector=[9, 9, 9])
    assert value_of(policy, table, "quenn") == [9]


@pytest.mark.parametrize(
    ("a", "b", "distance"),
    [("ab", "ab", 0), ("ab", "ba", 1), ("ab", "b", 1), ("abc", "axc", 1), ("kitten", "sitting", 3)],
)
def test_edit_distance(a, b, distance):
    assert edit_distance(a, b, 5) == edit_distance(b, a, 5) == distance
    assert edit_distance(a, b, 0) == min(distance, 1)


def test_dictionary(table):
    meanings = {"MI": "heart attack", "K": ["king"], "none": "x y", "half": "x king"}
    assert value_of(meanings, table, "MI", "mi", "K", "none", "half", "other") == [
        3.5, 3.5, 5, None, 5, None,
    ]  # fmt: skip


def test_sub_words(table):
    assert value_of("subwords", table, "snowboarding") == [1.5], "snow + boarding, not board"
    assert value_of("subwords", table, "kingsnow") == [6], "kings, as now is unknown"
    assert value_of(SubWords(min_cover=1.0), table, "snowking", "snowkingx") == [3, None]
    assert value_of("subwords", table, "xx", "") == [None, None]


def test_other_table(table):
    other = Vectors(data=np.full((1, 3), 8, "f"), keys=["x"])
    assert value_of(OtherTable(other), table, "x", "y") == [8, None]
    with pytest.raises(ValueError, match="width 2; this one has 3"):
        value_of(OtherTable(Vectors(shape=(1, 2))), table, "x")


def test_any_function_of_a_word(table):
    assert value_of(lambda word: [len(word)] * 3 if word != "y" else None, table, "xx", "y") == [
        2, None,
    ]  # fmt: skip
    with pytest.raises(ValueError, match=r"shape \(2,\) for 'x'; the table has width 3"):
        value_of(lambda word: [1, 2], table, "x")


def test_the_first_that_answers(table):
    policy = [{"MI": "heart attack"}, "spelling", "zeros"]
    assert value_of(policy, table, "MI", "snwo", "zzzzzz") == [3.5, 1, None]
    assert FirstOf(["spelling", "spacy"]).counted


def test_unknown_names_and_things():
    with pytest.raises(ValueError, match=r"no policy 'speling'. There are: zeros, spacy"):
        as_policy("speling")
    with pytest.raises(TypeError, match="not 5"):
        as_policy(5)


@pytest.mark.parametrize("name", list(NAMED))
def test_policies_can_be_pickled(name, table):
    policy = as_policy(name)
    before = policy(["snwo"], table)[0].tolist()
    assert pickle.loads(pickle.dumps(policy))(["snwo"], table)[0].tolist() == before


def test_one_policy_serves_table_containers_and_layers(table):
    policy = as_policy({"MI": "heart attack"})
    vocab = Vocab(vectors=table, oov=policy)
    doc = Doc(vocab, words=["MI", "x", "king"])
    assert doc.vector.tolist() == [4.25] * 3
    assert [token.has_vector for token in doc] == [True, False, True]
    assert [token.is_oov for token in doc] == [True, True, False]
    assert doc[0].similarity(vocab["king"]) == pytest.approx(1)
    table.oov = policy
    assert table.get_batch(["MI", "x"]).tolist() == [[3.5] * 3, [0] * 3]
    assert gather(table, doc.to_array("ORTH"))[1].tolist() == [True, False, True]
    layer = StaticVectors(3, oov={"MI": "heart attack"}).initialize(X=[doc])
    layer.set_param("W", np.eye(3, dtype="f"))
    assert layer.predict([doc]).data.tolist() == [[3.5] * 3, [0] * 3, [5] * 3]
