"""Names of gensim 1.x."""

import numpy as np
import pytest

from vectorsuite.query.older_names import ALIASES


@pytest.mark.parametrize("older", ALIASES)
def test_every_alias_is_its_name_of_today(planted, older):
    value, today = getattr(planted, older), getattr(planted, ALIASES[older])
    assert value == today if callable(value) or isinstance(value, list) else value is today


def test_arrays_can_be_set_by_their_older_name(planted):
    planted.syn0 = np.ones((8, 5), dtype=np.float32)
    assert planted["king"].tolist() == [1] * 5
    planted.syn0_lockf = np.zeros(1)
    assert planted.vectors_lockf.tolist() == [0] * 8


def test_records_of_words(planted):
    planted.set_vecattr("queen", "count", 7)
    records = planted.vocab
    assert (records["queen"].index, records["queen"].count) == (1, 7)
    assert records["king"] < records["queen"]
    assert repr(records["queen"]) == "WordRecord(count=7, index=1)"
    assert "unicorn" not in records


def test_init_sims_normalises_only_if_asked(planted):
    planted.init_sims()
    assert planted["New York"].tolist() == [0, 0, 0, 0, 2]
    assert planted.syn0norm[7].tolist() == [0, 0, 0, 0, 1]
    planted.init_sims(replace=True)
    assert planted["New York"].tolist() == [0, 0, 0, 0, 1]


def test_accuracy_uses_the_function_it_is_given(planted, tmp_path):
    path = tmp_path / "questions.txt"
    path.write_text(": royal\nman king woman queen\n")
    sections = planted.accuracy(path)
    assert [s["section"] for s in sections] == ["royal", "total"]
    assert sections[-1]["correct"] == [("MAN", "KING", "WOMAN", "QUEEN")]
    wrong = planted.accuracy(path, most_similar=lambda *_, **__: [("apple", 1.0)])
    assert wrong[-1]["correct"] == []


def test_what_only_remains_to_be_called(planted):
    planted.enable_keyed_vectors_warnings()
    planted.disable_keyed_vectors_warnings()
    planted.log_accuracy({"section": "x", "correct": [1], "incorrect": []})
    planted.log_evaluate_word_pairs((0.5, 0), (0.5, 0), 0.0, "file")
    with pytest.raises(NotImplementedError, match="Doc2Vec"):
        planted.similarity_unseen_docs()
