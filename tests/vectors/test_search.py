"""Vectors.most_similar: spaCy's shapes, exact scores, filters, all keys of a row."""

import numpy as np
import pytest

from vectorsuite import Vectors, hash_string


@pytest.fixture
def table():
    """Rows north, east, zero, south, free, north again; "up" is another key of north's row."""
    rows = [[0, 2], [3, 0], [0, 0], [0, -1], [1, 1], [0, 5]]
    table = Vectors(data=np.array(rows, dtype="f"))
    for row, word in [(0, "north"), (1, "east"), (2, "zero"), (3, "south"), (5, "top"), (0, "up")]:
        table.add(word, row=row)
    return table


def keys_of(*words):
    return [hash_string(word) for word in words]


def test_shapes_and_types_are_spacys(table):
    keys, rows, scores = table.most_similar(np.ones((3, 2), dtype="f"), n=2)
    for array, dtype in ((keys, np.uint64), (rows, np.int32), (scores, np.float32)):
        assert array.shape == (3, 2) and array.dtype == dtype


def test_best_rows_by_hand(table):
    keys, rows, scores = table.most_similar(np.array([[0.0, 9.0]]), n=4)
    assert rows.tolist() == [[0, 5, 1, 3]]  # the lower of equal rows; never the zero or free one
    assert scores.tolist() == [[1, 1, 0, -1]]
    assert keys.tolist() == [keys_of("north", "top", "east", "south")]


def test_equal_to_spacy():
    spacy_vectors = pytest.importorskip("spacy.vectors")
    data = np.random.default_rng(0).standard_normal((300, 16)).astype("f")
    words = [f"w{i}" for i in range(300)]
    ours = Vectors(data=data, keys=words)
    theirs = spacy_vectors.Vectors(data=data.copy(), keys=words)
    queries = np.random.default_rng(1).standard_normal((40, 16)).astype("f")
    keys, rows, scores = ours.most_similar(queries, n=5)
    expected = theirs.most_similar(queries.copy(), n=5, batch_size=7)
    np.testing.assert_array_equal(keys, expected[0])
    np.testing.assert_array_equal(rows, expected[1])
    np.testing.assert_allclose(scores, expected[2], atol=6e-5)  # theirs have four decimals


def test_scores_have_full_precision():
    table = Vectors(data=np.array([[1, 0]], dtype="f"), keys=["x"])
    score = table.most_similar(np.array([[1, 0.001]]))[2][0, 0]
    assert score == pytest.approx(0.9999995, abs=6e-8) and score < 1


def test_identical_vectors_score_exactly_1():
    data = np.random.default_rng(2).standard_normal((50, 7)).astype("f")
    table = Vectors(data=data, keys=[str(i) for i in range(50)])
    _, rows, scores = table.most_similar(data * np.float32(1.7))
    assert rows[:, 0].tolist() == list(range(50))
    assert (scores == 1).all()


def test_queries_are_left_alone_and_may_be_integers(table):
    queries = np.array([[0, 3]])
    queries.flags.writeable = False
    assert table.most_similar(queries)[1].tolist() == [[0]]
    assert queries.tolist() == [[0, 3]]
    assert table.most_similar([[0, 3]])[1].tolist() == [[0]]


def test_all_keys_of_a_row_when_asked(table):
    keys, rows, _ = table.most_similar(np.array([[0, 1], [1, 0]]), n=2, aliases=True)
    assert rows.tolist() == [[0, 5], [1, 0]]
    assert keys == [
        [keys_of("north", "up"), keys_of("top")],
        [keys_of("east"), keys_of("north", "up")],
    ]


def test_filters(table):
    north = np.array([[0, 1]])
    assert table.most_similar(north, exclude=[["up", "unknown"]])[1].tolist() == [[5]]
    assert table.most_similar(north, among=["south", "east", "unknown"])[1].tolist() == [[1]]
    assert table.most_similar(north, where=lambda rows: rows >= 3)[1].tolist() == [[5]]
    assert table.most_similar(north, first=4, n=2)[1].tolist() == [[0, 1]]
    keys, rows, scores = table.most_similar(north, among=["south"], n=2)
    assert (rows.tolist(), keys.tolist()) == ([[3, -1]], [[hash_string("south"), 0]])
    assert scores.tolist() == [[-1, -np.inf]]
    assert table.most_similar(north, among=["south"], n=2, aliases=True)[0][0][1] == []


def test_edits_are_seen(table):
    query = np.array([[1, 1]])
    assert table.most_similar(query)[1].tolist() == [[0]]
    table["zero"] = [2, 2]
    assert table.most_similar(query)[1].tolist() == [[2]]
    table.add("free", row=4)
    assert table.most_similar(query, n=2)[1].tolist() == [[2, 4]]
    table.data[2] = -1
    table.touch()
    assert table.most_similar(query)[1].tolist() == [[4]]


def test_too_many_or_none_asked(table):
    with pytest.raises(ValueError, match="Cannot find 6 rows per query: 5 rows"):
        table.most_similar(np.ones((1, 2)), n=6)
    with pytest.raises(ValueError, match="n must be at least 1"):
        table.most_similar(np.ones((1, 2)), n=0)
    with pytest.raises(ValueError, match=r"shape \(2,\); this table needs \(Q, 2\)"):
        table.most_similar(np.ones(2))


def test_no_queries(table):
    keys, rows, scores = table.most_similar(np.zeros((0, 2)))
    assert keys.shape == rows.shape == scores.shape == (0, 1)


def test_floret_tables_find_known_words():
    data = np.random.default_rng(0).standard_normal((60, 8)).astype("f")
    table = Vectors(data=data, mode="floret", minn=2, maxn=3, hash_count=2)
    words = ["walking", "walked", "xyz", "talking"]
    keys, rows, scores = table.most_similar(table.get_batch(["walking"]), n=2, words=words)
    assert keys[0, 0] == hash_string("walking")
    assert rows[0, 0] == 0 and scores[0, 0] == 1
    vectors = table.get_batch(words)
    cosines = vectors @ vectors[0] / np.linalg.norm(vectors, axis=1) / np.linalg.norm(vectors[0])
    assert rows[0, 1] == 1 + np.argmax(cosines[1:])
    table.strings.add("walked")
    assert table.most_similar(table.get_batch(["walking"]))[0].tolist() == [[hash_string("walked")]]
    with pytest.raises(TypeError, match="words is the string 'walking'; give a list"):
        table.most_similar(table.get_batch(["walking"]), words="walking")
