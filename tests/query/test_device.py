"""Queries of words whose table is on a device: the answers of the CPU, and no table copied."""

import numpy as np
import pytest

from vectorsuite import KeyedVectors
from vectorsuite.kernels import device_search

WORDS = [f"word{i}" for i in range(60)]


def make_words():
    words = KeyedVectors(8)
    words.add_vectors(WORDS, np.random.default_rng(0).standard_normal((60, 8)).astype(np.float32))
    words["word7"] = np.zeros(8)
    return words


@pytest.fixture
def host():
    return make_words()


@pytest.fixture
def there(device_ops):
    words = make_words()
    words.to_ops(device_ops)
    assert isinstance(words.stored, device_ops.xp.ndarray)
    return words


QUESTIONS = {
    "most_similar": lambda kv: kv.most_similar("word1", topn=5),
    "most_similar of more": lambda kv: kv.most_similar(["word1", ("word2", 0.5)], ["word3"]),
    "restricted": lambda kv: kv.most_similar("word1", topn=5, restrict_vocab=20),
    "clipped": lambda kv: kv.most_similar("word1", topn=5, clip_start=10, clip_end=30),
    "filtered": lambda kv: kv.most_similar("word1", among=WORDS[:9], exclude=["word2"]),
    "all": lambda kv: kv.most_similar("word1", topn=None),
    "vector": lambda kv: kv.similar_by_vector(np.arange(8.0), topn=3),
    "cosmul": lambda kv: kv.most_similar_cosmul(["word1", "word2"], ["word3"], topn=5),
    "cosmul of all": lambda kv: kv.most_similar_cosmul(["word1"], topn=None),
    "similarity": lambda kv: kv.similarity("word1", "word2"),
    "distances": lambda kv: kv.distances("word1"),
    "distances of some": lambda kv: kv.distances("word1", ["word2", "word7"]),
    "n_similarity": lambda kv: kv.n_similarity(["word1", "word2"], ["word3"]),
    "mean": lambda kv: kv.get_mean_vector(["word1", "word2"]),
    "rank": lambda kv: kv.rank("word1", "word5"),
    "closer_than": lambda kv: kv.closer_than("word1", "word5"),
    "doesnt_match": lambda kv: kv.doesnt_match(["word1", "word2", "word3"]),
    "relaxed_wmdistance": lambda kv: kv.relaxed_wmdistance(["word1", "word2"], ["word3"]),
    "norms": lambda kv: kv.norms,
    "vectors": lambda kv: kv.vectors,
    "one": lambda kv: kv["word3"],
    "several": lambda kv: kv[["word3", "word4"]],
    "unit": lambda kv: kv.get_vector("word3", norm=True),
    "normed": lambda kv: kv.get_normed_vectors(),
    "chosen": lambda kv: kv.vectors_for_all(["word3", "word4"]).vectors,
}


LISTS = ["most_similar", "most_similar of more", "restricted", "clipped", "filtered", "vector"]
LISTS.append("cosmul")


@pytest.mark.parametrize("ask", QUESTIONS.values(), ids=QUESTIONS)
def test_answers_are_those_of_the_cpu(host, there, ask):
    found, expected = ask(there), ask(host)
    if ask in (QUESTIONS[name] for name in LISTS):
        assert [word for word, _ in found] == [word for word, _ in expected]
        found, expected = ([score for _, score in pairs] for pairs in (found, expected))
    assert isinstance(found, type(expected))
    if isinstance(expected, np.ndarray):
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)
    else:
        assert found == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("method", ["most_similar", "most_similar_cosmul", "pair_direction"])
def test_analogies(host, there, method, tmp_path, monkeypatch):
    monkeypatch.setattr(device_search, "SCORES_PER_TILE", 1)
    random = np.random.default_rng(2)
    lines = [": some", *(" ".join(random.choice(WORDS, 4, replace=False)) for _ in range(40))]
    # questions that are answered right: d is what the CPU finds
    lines += [": known"]
    for a, b, c in (random.choice(WORDS[:6] + WORDS[8:], 3, replace=False) for _ in range(20)):
        lines.append(f"{a} {b} {c} {host.most_similar([b, c], [a], topn=1)[0][0]}")
    (tmp_path / "questions.txt").write_text("\n".join(lines) + "\n")
    found, expected = (
        kv.evaluate_word_analogies(tmp_path / "questions.txt", similarity_function=method)
        for kv in (there, host)
    )
    assert found == expected
    assert expected[0] > 0


def test_word_pairs(host, there, tmp_path):
    random = np.random.default_rng(3)
    pairs = [[*random.choice(WORDS, 2), str(random.integers(10))] for _ in range(30)]
    pairs.append(["word1", "absent", "3"])
    (tmp_path / "pairs.tsv").write_text("\n".join("\t".join(pair) for pair in pairs))
    for dummy in (False, True):
        found, expected = (
            kv.evaluate_word_pairs(tmp_path / "pairs.tsv", dummy4unknown=dummy)
            for kv in (there, host)
        )
        np.testing.assert_allclose(np.hstack(found), np.hstack(expected), rtol=1e-6)


def test_a_query_copies_no_table(strict_ops, traffic, tmp_path):
    words = make_words()
    words.to_ops(strict_ops)
    words.most_similar("word1")  # makes norms
    (tmp_path / "pairs.tsv").write_text("word1\tword2\t3\nword3\tword2\t1\nword4\tword2\t2\n")
    counts = traffic()
    words.most_similar("word1", topn=3)
    words.similarity("word1", "word2")
    words.evaluate_word_pairs(tmp_path / "pairs.tsv")
    assert counts.largest_to_host < 8 * 60


def test_edits_reach_the_device(there):
    assert there.vectors.shape == (60, 8)  # a copy, out of date from the next line on
    there["word3"] = np.arange(8)
    assert there.vectors[3].tolist() == list(range(8))
    there.add_vectors(["new", "word4"], np.ones((2, 8)), replace=True)
    assert there["new"].tolist() == there["word4"].tolist() == [1] * 8
    assert there.most_similar("new", topn=1) == [("word4", 1.0)]
    assert there.vectors[3].tolist() == list(range(8))
    assert not there.vectors.flags.writeable
    there.vectors = there.vectors * 2
    assert there["new"].tolist() == [2] * 8


def test_saving(there, host, tmp_path):
    import pickle

    there.save_word2vec_format(tmp_path / "words.txt")
    loaded = KeyedVectors.load_word2vec_format(tmp_path / "words.txt")
    np.testing.assert_allclose(loaded.vectors, host.vectors, rtol=1e-6)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(there)).vectors, host.vectors)


def test_keys_that_are_no_words_stay_on_the_host(strict_ops):
    words = KeyedVectors(2)
    words.add_vectors([("a", "b")], np.ones((1, 2)))
    with pytest.raises(ValueError, match="keys are not strings"):
        words.to_ops(strict_ops)
