"""Norms and what else follows from vectors, also while another thread adds some."""

import sys
import threading

import numpy as np
import pytest

import vectorsuite.query.word_table as word_table
from vectorsuite.query import KeyedVectors


def add(words, number):
    name = f"new{number}"
    words.add_vectors([name], np.full((1, 5), 1 + number), extras={"count": [number]})


@pytest.mark.parametrize("backed", [False, True])
def test_what_was_worked_out_before_an_edit_is_not_kept_after_it(planted, backed, monkeypatch):
    if backed:
        planted.table  # noqa: B018
    work_out = word_table.inverse_norms

    def edited_meanwhile(vectors):
        monkeypatch.setattr(word_table, "inverse_norms", work_out)
        add(planted, 1)
        return work_out(vectors)

    monkeypatch.setattr(word_table, "inverse_norms", edited_meanwhile)
    assert planted.most_similar("king", topn=1)[0][1] > 0.7
    assert "new1" in dict(planted.most_similar("king", topn=9))
    assert len(planted.norms) == len(planted.distances("king")) == 9


@pytest.mark.parametrize("kind", ["own", "table", "mapped"])
def test_threads_may_ask_while_another_adds(planted, kind, tmp_path):
    planted.set_vecattr("king", "count", 7)
    if kind == "table":
        planted.table  # noqa: B018
    if kind == "mapped":
        planted.save(tmp_path / "words")
        planted = KeyedVectors.load(tmp_path / "words", mmap="r")
    failures, done = [], threading.Event()

    def ask():
        try:
            while not done.is_set():
                planted.most_similar("king", topn=3)
                planted.most_similar_cosmul("king", topn=3)
                planted.most_similar("king", restrict_vocab=6)
                planted.distances("king")
                planted.get_normed_vectors()
                last = planted.index_to_key[len(planted.vectors) - 1]
                assert last is None or planted[last].shape == (5,)
        except Exception as failure:
            failures.append(failure)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    often = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for thread in threads:
            thread.start()
        for number in range(150):
            add(planted, number)
    finally:
        done.set()
        for thread in threads:
            thread.join()
        sys.setswitchinterval(often)
    assert failures == []
    assert planted.get_vecattr("king", "count") == 7
    assert [planted.get_vecattr(f"new{n}", "count") for n in (1, 149)] == [1, 149]


def test_norms_may_be_set_to_none_to_be_worked_out_anew(planted):
    assert planted.norms[2] == 1
    planted.vectors[2] = 2
    planted.norms = None
    assert planted.norms[2] == np.float32(np.sqrt(20))
