"""From a file to a table: what is cut, what is pruned, in which order words stay."""

import numpy as np
import pytest

from vectorsuite.vectors.importing import import_vectors

# the file of finding 4: spaCy 3.8 prunes it to "rarer" and "rare"
TEXT = "the 1 0\nof 0 1\nrare 0.6 0.8\nrarer 0.8 0.6\ndup 0.6 0.8\n"


@pytest.fixture
def text(tmp_path):
    (tmp_path / "v.txt").write_text(TEXT)
    return tmp_path / "v.txt"


def test_equal_rows_become_one_in_the_order_of_the_file(text):
    table, report = import_vectors(text)
    assert table.shape == (4, 2)
    assert (report.words, report.equal_rows) == (5, 1)
    assert [table.find(key=word) for word in ("the", "of", "rare", "rarer", "dup")] == [
        0,
        1,
        2,
        3,
        2,
    ]


def test_pruning_keeps_the_first_words_of_the_file(text):
    table, report = import_vectors(text, prune_to=2)
    np.testing.assert_array_equal(table.data, [[1, 0], [0, 1]])
    assert report.pruning.removed == {
        "rare": ("of", pytest.approx(0.8)),
        "rarer": ("the", pytest.approx(0.8)),
        "dup": ("of", pytest.approx(0.8)),
    }


def test_probabilities_decide_where_they_are_given(text):
    table, _ = import_vectors(text, prune_to=2, probabilities={"dup": -3.0, "of": -2.0, "x": -1.0})
    np.testing.assert_allclose(table.data, [[0, 1], [0.6, 0.8]], atol=1e-7)
    np.testing.assert_array_equal(table["rare"], table["dup"])


def test_truncating_reads_the_first_rows(text):
    table, report = import_vectors(text, truncate=2)
    assert (len(table), report.words) == (2, 2)


def test_a_directory_is_a_source_too(text, tmp_path):
    from vectorsuite.vectors.pipeline import write_pipeline

    write_pipeline(tmp_path / "dir", import_vectors(text)[0])
    table, report = import_vectors(tmp_path / "dir", prune_to=1)
    assert (len(table), report.words) == (1, 5)


@pytest.mark.parametrize(
    "content, options, message",
    [
        (TEXT, {"mode": "floret"}, "holds vectors of words, not floret's"),
        ("1 1 2 3 1 7 < >\n0 1\n", {"mode": "default"}, "read it in floret mode"),
        ("1 1 2 3 1 7 < >\n0 1\n", {"mode": "floret", "truncate": 1}, "cannot be truncated"),
        (TEXT, {"mode": "flore"}, "there are default and floret"),
    ],
)
def test_modes_that_do_not_fit_are_refused(tmp_path, content, options, message):
    (tmp_path / "v.txt").write_text(content)
    with pytest.raises(ValueError, match=message):
        import_vectors(tmp_path / "v.txt", **options)


def test_an_unknown_attribute_is_refused_before_anything_is_read(tmp_path):
    with pytest.raises(ValueError, match="no token attribute 'LOWERCASE'"):
        import_vectors(tmp_path / "nothing", attr="LOWERCASE")


def test_without_a_mode_it_is_that_of_the_file(tmp_path):
    (tmp_path / "v.floret").write_text("1 2 2 3 1 7 < >\n0 1 2\n")
    table, report = import_vectors(tmp_path / "v.floret", prune_to=1)
    assert (table.mode, table["any"].tolist(), report.format) == ("floret", [1, 2], "floret text")
