"""floret tables: the same rows and vectors as spaCy's, and as floret's own where those differ."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorsuite import Vectors
from vectorsuite.packed import PackedStrings
from vectorsuite.vectors.floret import FloretSettings

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SEED = 2166136261


@pytest.fixture
def table():
    data = np.random.default_rng(0).normal(size=(10, 4)).astype("f")
    return Vectors(
        data=data,
        mode="floret",
        minn=2,
        maxn=3,
        hash_count=2,
        hash_seed=SEED,
        name="f",
        attr="NORM",
    )


def test_rows_of_a_word():
    """The word and rows of spaCy's own test."""
    settings = FloretSettings(minn=2, maxn=3, hash_count=2, hash_seed=SEED)
    assert settings.get_ngrams("der") == ["<der>", "<d", "de", "er", "r>", "<de", "der", "er>"]
    rows, offsets = settings.get_rows(PackedStrings.pack(["der", "", "der"]), 10)
    assert rows[:16].tolist() == [5, 6, 7, 5, 8, 2, 8, 9, 3, 3, 4, 6, 7, 3, 0, 2]
    assert offsets.tolist() == [0, 16, 16, 32]


SETTINGS = st.builds(
    lambda minn, more, **rest: FloretSettings(minn=minn, maxn=minn + more, **rest),
    st.integers(0, 4),
    st.integers(0, 3),
    hash_count=st.integers(1, 4),
    hash_seed=st.integers(0, 2**32 - 1),
    bow=st.sampled_from(["<", "«", "BOW"]),
    eow=st.sampled_from([">", ""]),
    lone_boundaries=st.booleans(),
)


@given(SETTINGS, st.lists(TEXT, max_size=4))
def test_compiled_rows_equal_the_readable_twin(settings, words):
    rows, offsets = settings.get_rows(PackedStrings.pack(words), 977)
    for i, word in enumerate(words):
        expected = [
            row % 977
            for ngram in (settings.get_ngrams(word) if word else [])
            for row in settings.get_hashes(ngram)
        ]
        assert rows[offsets[i] : offsets[i + 1]].tolist() == expected


@settings(deadline=None)
@given(SETTINGS, st.lists(TEXT, min_size=1, max_size=4))
def test_vectors_equal_spacys(settings, words):
    spacy_vectors = pytest.importorskip("spacy.vectors")
    data = np.random.default_rng(1).normal(size=(50, 3)).astype("f")
    config = FloretSettings(**{**settings.to_config(), "lone_boundaries": True}).to_config()
    ours = Vectors(data=data, mode="floret", **config)
    theirs = spacy_vectors.Vectors(data=data, mode="floret", **config)
    np.testing.assert_allclose(ours.get_batch(words), theirs.get_batch(words), atol=1e-6)


def test_vectors_equal_florets_for_n_grams_of_one_character(tmp_path):
    floret = pytest.importorskip("floret")
    (tmp_path / "text").write_text("the queen saw the king\n" * 20, "utf8")
    options = {"dim": 5, "minn": 1, "maxn": 3, "minCount": 1, "epoch": 1, "thread": 2}
    model = floret.train_unsupervised(
        str(tmp_path / "text"), mode="floret", hashCount=2, bucket=100, verbose=0, **options
    )
    data = model.get_input_matrix()[len(model.get_words()) :]  # rows of words come first, unused
    words = ["then", "queens", "é", "a"]  # none of the text: floret adds a row to those
    expected = np.array([model.get_word_vector(word) for word in words])
    arguments = {"minn": 1, "maxn": 3, "hash_count": 2, "hash_seed": SEED}
    table = Vectors(data=data, mode="floret", lone_boundaries=False, **arguments)
    np.testing.assert_allclose(table.get_batch(words), expected, atol=1e-6)
    spacys = Vectors(data=data, mode="floret", **arguments)
    assert not np.allclose(spacys.get_batch(words), expected, atol=1e-3)
    opened = Vectors().from_bytes(table.to_bytes())
    np.testing.assert_allclose(opened.get_batch(words), expected, atol=1e-6)


def test_strings_and_their_keys(table):
    keys = table.strings.add_many(["king", "queen", "LAW"])
    expected = [table[word].tolist() for word in ("queen", "king", "LAW", "king", "")]
    wanted = np.array([*keys[[1, 0, 2, 0]], 0], dtype=np.uint64)
    assert table.get_batch(wanted).tolist() == expected
    assert table.get_batch(["queen", "king", keys[2], "king", ""]).tolist() == expected
    assert expected[-1] == [0, 0, 0, 0]
    with pytest.raises(KeyError, match="12345"):
        table[12345]


def test_many_words_on_several_threads(table):
    words = [f"word{i}" for i in range(5000)]
    batch = table.get_batch(words)
    assert batch.shape == (5000, 4)
    assert batch[4321].tolist() == table["word4321"].tolist()


@pytest.mark.parametrize("dtype", ["float16", "float64"])
def test_other_float_types(table, dtype):
    other = Vectors(data=table.data.astype(dtype), mode="floret", **table._floret.to_config())
    assert other.get_batch(["king"]).dtype == np.float32
    np.testing.assert_allclose(other["king"], table["king"], atol=2e-3)


def test_empty_batch(table):
    assert table.get_batch([]).shape == (0, 4)
    assert table.get_batch([""]).dtype == np.float32


def test_what_a_floret_table_is(table):
    assert table.is_full
    assert table.n_keys == -1
    assert len(table) == 10
    assert "anything" in table
    assert list(table) == []
    assert len(list(table.values())) == 10


def test_changes_only_warn(table):
    before = table.to_bytes()
    with pytest.warns(UserWarning, match=r"Vectors\.add"):
        assert table.add("king", row=3) == -1
    with pytest.warns(UserWarning, match=r"Vectors\.resize"):
        assert table.resize((3, 3)) == -1
    with pytest.warns(UserWarning, match="__setitem__"):
        table["king"] = np.zeros(4)
    with pytest.raises(ValueError, match="cleared"):
        table.clear()
    with pytest.raises(ValueError, match="no key"):
        table.find(key="king")
    assert table.to_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"data": None}, "data"),
        ({"keys": ["a"]}, "no keys"),
        ({"minn": 3, "maxn": 2}, "3 to 2"),
        ({"hash_count": 0}, "hash_count"),
        ({"hash_count": 5}, "hash_count"),
        ({"hash_seed": -1}, "hash_seed"),
    ],
)
def test_bad_settings(arguments, message):
    with pytest.raises(ValueError, match=message):
        Vectors(mode="floret", **{"data": np.zeros((2, 2)), **arguments})


def test_round_trips_also_through_spacy(table, tmp_path):
    table.to_disk(tmp_path / "ours")
    for opened in (
        Vectors().from_disk(tmp_path / "ours"),
        pickle.loads(pickle.dumps(table)),
        Vectors().from_bytes(table.to_bytes()),
    ):
        assert opened == table
        assert (opened.mode, opened.name, opened.attr) == ("floret", "f", table.attr)
    theirs = pytest.importorskip("spacy.vectors").Vectors().from_disk(tmp_path / "ours")
    np.testing.assert_allclose(theirs["king"], table["king"], atol=1e-6)
    theirs.to_disk(tmp_path / "theirs")
    assert (tmp_path / "ours" / "key2row").read_bytes() == b"\x80"
    assert Vectors().from_disk(tmp_path / "theirs") == table


def test_a_table_without_words_says_what_a_search_needs():
    table = Vectors(data=np.ones((4, 2), dtype=np.float32), mode="floret", hash_count=1)
    assert repr(table) == "Vectors(4 × 2, floret)"
    with pytest.raises(ValueError, match="no list of words to search: name them, words="):
        table.most_similar(np.ones((1, 2)))
