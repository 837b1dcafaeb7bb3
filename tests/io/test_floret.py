"""floret's text tables: written by floret, read, written again; damaged ones refused."""

import numpy as np
import pytest

from vectorsuite.io import FloretSettings, WordVectors
from vectorsuite.io.open import load_any, save_any
from vectorsuite.packed import PackedStrings

HEADER = "2 3 2 4 2 2166136261 < >\n"


def test_tables_of_floret_itself(tmp_path):
    floret = pytest.importorskip("floret")
    (tmp_path / "c.txt").write_text("alpha beta gamma\n" * 100)
    model = floret.train_unsupervised(
        str(tmp_path / "c.txt"), dim=4, bucket=20, minn=2, maxn=3, minCount=1, epoch=1, thread=1,
        mode="floret", hashCount=2, verbose=0,
    )  # fmt: skip
    model.save_floret_vectors(str(tmp_path / "t.floret"))
    table = load_any(tmp_path / "t.floret")
    assert table.floret == FloretSettings(2, 3, 2, 2166136261, "<", ">")
    assert table.data.shape == (20, 4)
    rows = [line.split()[1:] for line in (tmp_path / "t.floret").read_text().splitlines()[1:]]
    np.testing.assert_array_equal(table.data, np.array(rows, np.float32))
    save_any(tmp_path / "again.floret", table)
    np.testing.assert_array_equal(load_any(tmp_path / "again.floret").data, table.data)


def test_the_header_tells_the_format_whatever_the_name(tmp_path):
    (tmp_path / "t.txt").write_text(HEADER + "0 1 2 3\n1 4 5 6\n")
    assert load_any(tmp_path / "t.txt").floret == FloretSettings(2, 4, 2)


def test_second_writing_gives_the_same_bytes(tmp_path):
    data = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    table = WordVectors(PackedStrings.pack([]), data, floret=FloretSettings(2, 4, 2))
    save_any(tmp_path / "a.floret", table)
    save_any(tmp_path / "b.floret", load_any(tmp_path / "a.floret"))
    assert (tmp_path / "a.floret").read_bytes() == (tmp_path / "b.floret").read_bytes()


@pytest.mark.parametrize(
    "text, message",
    [
        ("2 3\n0 1 2 3\n", "not a floret header"),
        (HEADER + "0 1 2 3\n2 4 5 6\n", "line 3: bucket 1 was expected"),
        (HEADER + "0 1 2 3\n0 4 5 6\n", "line 3: bucket 1 was expected"),
        (HEADER + "0 1.25 2.25 3.25\n", "ends after 1 rows"),
        (HEADER.replace("2 4 2", "2 4 9") + "0 1 2 3\n1 1 2 3\n", "hash_count 9"),
        (HEADER.replace("2 3", "1000000000000 3", 1), "1,000,000,000,000 rows"),
    ],
)
def test_wrong_files_get_one_clear_error(tmp_path, text, message):
    (tmp_path / "t.floret").write_text(text)
    with pytest.raises(ValueError) as error:
        load_any(tmp_path / "t.floret")
    assert message in str(error.value)


def test_words_and_buckets_are_not_mixed_up(tmp_path):
    words = WordVectors.from_words(["a"], np.ones((1, 2), np.float32))
    with pytest.raises(ValueError, match="vectors of words"):
        save_any(tmp_path / "t.floret", words)
    buckets = WordVectors(PackedStrings.pack([]), words.data, floret=FloretSettings(2, 4, 2))
    with pytest.raises(ValueError, match="are of buckets"):
        save_any(tmp_path / "t.txt", buckets)
    (tmp_path / "t.floret").write_text("1 1 2 4 2 2166136261 < >\n0 1\n")
    with pytest.raises(ValueError, match="cannot be cut to 1 rows"):
        load_any(tmp_path / "t.floret", limit=1)


@pytest.mark.parametrize(
    ("mode", "way"), [("floret", "save_floret_vectors"), ("fasttext", "save_vectors")]
)
def test_models_of_floret_say_what_to_do(tmp_path, mode, way):
    floret = pytest.importorskip("floret")
    (tmp_path / "c.txt").write_text("alpha beta gamma\n" * 9)
    model = floret.train_unsupervised(
        str(tmp_path / "c.txt"), dim=4, bucket=20, minCount=1, epoch=1, thread=1, mode=mode,
        verbose=0,
    )  # fmt: skip
    model.save_model(str(tmp_path / "m.bin"))
    with pytest.raises(ValueError, match=rf"of the program floret.*model\.{way}\("):
        load_any(tmp_path / "m.bin")
