"""Tables of what files hold, and back."""

import numpy as np
import pytest

from vectorsuite.io import FloretSettings, WordVectors
from vectorsuite.packed import PackedStrings
from vectorsuite.strings import StringStore
from vectorsuite.vectors import Vectors
from vectorsuite.vectors.interchange import from_table, to_table
from vectorsuite.vectors.oov import Zeros


def test_words_become_keys_in_order():
    data = np.arange(6, dtype=np.float32).reshape(3, 2)
    table = to_table(WordVectors.from_words(["a", "", "a"], data), attr="LOWER")
    assert table.shape == (2, 2)
    np.testing.assert_array_equal(table["a"], [0, 1])
    np.testing.assert_array_equal(table[""], [2, 3])
    assert table.attr == 66  # LOWER
    back = from_table(table)
    assert list(back.words) == ["a", ""]
    np.testing.assert_array_equal(back.data, data[:2])


def test_counts_follow_their_words():
    vectors = WordVectors.from_words(["a", "b"], np.ones((2, 1)), counts=np.array([7, 3]))
    table = to_table(vectors)
    assert table.row_attrs["count"].tolist() == [7, 3]
    assert from_table(table).counts.tolist() == [7, 3]


def test_unknown_attributes_are_refused():
    with pytest.raises(ValueError, match="no token attribute 'LOWERCASE'"):
        to_table(WordVectors.from_words(["a"], np.ones((1, 1))), attr="LOWERCASE")


def test_floret_settings_survive():
    settings = FloretSettings(2, 3, 2, 7, "[", "]")
    data = np.ones((4, 2), np.float32)
    table = to_table(WordVectors(PackedStrings.pack([]), data, floret=settings))
    assert table.mode == "floret"
    assert from_table(table).floret == settings


@pytest.mark.parametrize("minn", [1, 2])
def test_floret_vectors_are_those_of_floret_itself(tmp_path, minn):
    floret = pytest.importorskip("floret")
    from vectorsuite.io.open import load_any

    (tmp_path / "c.txt").write_text("alpha beta gamma delta\n" * 2000)
    model = floret.train_unsupervised(
        str(tmp_path / "c.txt"), dim=4, bucket=20, minn=minn, maxn=3, minCount=1, epoch=5, lr=0.5,
        thread=1, mode="floret", hashCount=2, verbose=0,
    )  # fmt: skip
    model.save_floret_vectors(str(tmp_path / "t.floret"))
    table = to_table(load_any(tmp_path / "t.floret"))
    words = ["betas", "unknown", "é"]  # none of the text: floret adds a row to those
    expected = np.array([model.get_word_vector(word) for word in words])
    assert np.abs(expected).max() > 0.01
    np.testing.assert_allclose(table.get_batch(words), expected, atol=1e-5)


def test_what_only_a_table_has_comes_back():
    table = Vectors(data=np.eye(2, dtype=np.float32), keys=["a", "b"])
    table.oov = Zeros()
    assert to_table(from_table(table)).oov is table.oov
    assert to_table(from_table(table).head(1)).oov is table.oov
    floret = Vectors(
        data=np.eye(3, dtype=np.float32), mode="floret", strings=StringStore(["b", "a"])
    )
    assert list(to_table(from_table(floret)).strings) == ["b", "a"]
