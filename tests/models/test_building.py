"""Building a vocabulary: which words are chosen, and what is worked out of their counts."""

import numpy as np
import pytest
from small_models import ALL, SENTENCES

from vectorsuite.models import (
    RULE_DEFAULT,
    RULE_DISCARD,
    RULE_KEEP,
    Word2Vec,
)


def test_min_count_is_a_total_and_its_boundary_stays():
    assert set(Word2Vec(SENTENCES, **{**ALL, "min_count": 3}).wv.index_to_key) == {
        "system", "user", "trees", "graph",
    }  # fmt: skip


def test_trim_rule_discards_keeps_and_leaves_to_the_default():
    rules = {"system": RULE_DISCARD, "minors": RULE_KEEP}

    def rule(word, count, min_count):
        return rules.get(word, RULE_DEFAULT)

    model = Word2Vec(SENTENCES, trim_rule=rule, **{**ALL, "min_count": 3})
    assert set(model.wv.index_to_key) == {"user", "trees", "graph", "minors"}
    with pytest.raises(ValueError, match="answered 'yes'"):
        Word2Vec(SENTENCES, trim_rule=lambda *_: "yes", **ALL)


def test_max_final_vocab_raises_the_count_needed():
    model = Word2Vec(SENTENCES, max_final_vocab=5, **ALL)
    assert len(model.wv) == 4  # nine words share the next count
    assert model.effective_min_count == 3


def test_max_vocab_size_forgets_rare_words_while_counting():
    sentences = [["a", "b"], ["a", "b"], ["b", "c"], ["a", "b"]]
    model = Word2Vec(sentences, max_vocab_size=2, **ALL)
    assert set(model.wv.index_to_key) == {"a", "b"}


def test_null_word_comes_last():
    assert Word2Vec(SENTENCES, null_word=1, **ALL).wv.index_to_key[-1] == "\0"


def test_dry_run_only_reports():
    model = Word2Vec(**ALL)
    assert model.scan_vocab(SENTENCES) == (29, 9)
    report = model.scale_vocab(min_count=3, sample=0.1, dry_run=True)
    assert report["drop_unique"] == 8
    assert report["num_retained_words"] == 4
    assert report["retain_total"] == 13
    assert report["memory"]["total"] > 0
    assert (len(model.wv), model.min_count, model.sample) == (0, 1, 0)


@pytest.mark.parametrize("sample", [0, 1e-2, 0.3, 3])
def test_reports_equal_gensims(sample):
    gensim = pytest.importorskip("gensim")
    theirs = gensim.models.Word2Vec(min_count=2, sample=sample)
    ours = Word2Vec(min_count=2, sample=sample)
    theirs.scan_vocab(SENTENCES)
    ours.scan_vocab(SENTENCES)
    expected = theirs.prepare_vocab(dry_run=True)
    report = ours.prepare_vocab(dry_run=True)
    assert {name: report[name] for name in expected} == expected


def test_memory_is_that_of_the_tables():
    model = Word2Vec(SENTENCES, hs=1, **ALL)
    memory = model.estimate_memory()
    weights = model.weights()
    assert memory["vectors"] == weights.in_rows.nbytes
    assert memory["syn1"] == weights.tree_rows.nbytes
    assert memory["syn1neg"] == weights.out_rows.nbytes
    assert memory["total"] == sum(v for k, v in memory.items() if k != "total")


def test_cum_table_ends_at_its_domain_and_draws_by_count():
    model = Word2Vec(SENTENCES, **ALL)
    model.make_cum_table(domain=1000, power=1.0)
    assert model.cum_table[-1] == 1000
    assert np.diff(model.cum_table, prepend=0)[0] == pytest.approx(1000 * 4 / 29, abs=1)


def test_codes_are_those_of_a_huffman_tree():
    model = Word2Vec(SENTENCES, hs=1, **ALL)
    counts, codes = model.wv.expandos["count"], model.wv.expandos["code"]
    assert sum(2.0 ** -len(code) for code in codes) == 1
    assert len(codes[0]) < len(codes[-1])
    assert all(model.wv.get_vecattr(w, "point")[0] == len(counts) - 2 for w in ("graph", "eps"))
