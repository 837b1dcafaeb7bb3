"""Evaluations on files, against gensim and by hand."""

import itertools

import numpy as np
import pytest

from vectorsuite.query import KeyedVectors
from vectorsuite.query.analogies import METHODS, answer_analogies
from vectorsuite.query.evaluation_sets import read_analogies, read_pairs

QUESTIONS = """\
: royal
man king woman queen
woman queen man king
man king woman apple
man king woman unicorn
: gram-fruit

apple cherry
king king apple cherry
"""


@pytest.fixture
def questions(tmp_path):
    path = tmp_path / "questions.txt"
    path.write_text(QUESTIONS, "utf8")
    return path


def test_sections_hold_right_and_wrong_questions(planted, questions):
    score, sections = planted.evaluate_word_analogies(questions)
    assert [s["section"] for s in sections] == ["royal", "gram-fruit", "Total accuracy"]
    assert sections[0]["correct"] == [
        ("MAN", "KING", "WOMAN", "QUEEN"),
        ("WOMAN", "QUEEN", "MAN", "KING"),
    ]
    assert sections[0]["incorrect"] == [("MAN", "KING", "WOMAN", "APPLE")]
    assert sections[1]["correct"] == [("KING", "KING", "APPLE", "CHERRY")]
    assert score == 3 / 4


def test_unknown_words_count_as_wrong_only_if_asked(planted, questions):
    score, sections = planted.evaluate_word_analogies(questions, dummy4unknown=True)
    assert score == 3 / 5
    assert ("MAN", "KING", "WOMAN", "UNICORN") in sections[0]["incorrect"]


def test_case_matters_if_asked(planted, tmp_path):
    path = tmp_path / "questions.txt"
    path.write_text(": a\nMAN KING woman queen\n", "utf8")
    assert planted.evaluate_word_analogies(path)[0] == 1
    assert planted.evaluate_word_analogies(path, case_insensitive=False)[1][-1]["incorrect"] == []


def test_answers_in_another_case_are_right(tmp_path):
    table = KeyedVectors(3)
    words = ["man", "king", "woman", "Queen", "QUEEN", "King"]
    rows = [[0, 1, 0], [1, 1, 0], [0, 0, 1], [1, 0, 1], [1, 0, 1.1], [1, 1, 0.1]]
    table.add_vectors(words, np.array(rows))
    path = tmp_path / "questions.txt"
    path.write_text(": a\nman king woman queen\n", "utf8")
    assert table.evaluate_word_analogies(path)[0] == 1


def test_restrict_vocab_hides_later_words(planted, questions):
    sections = planted.evaluate_word_analogies(questions, restrict_vocab=4)[1]
    assert len(sections[0]["correct"]) == 2
    assert sections[0]["incorrect"] == []


@pytest.mark.parametrize("function", ["most_similar", "most_similar_cosmul"])
def test_analogies_equal_gensim_asked_one_by_one(random_pair, function):
    ours, theirs = random_pair
    abc = np.random.default_rng(0).integers(0, 500, (60, 3))
    method = {"most_similar": "3CosAdd", "most_similar_cosmul": "3CosMul"}[function]
    answers = answer_analogies(ours.vectors, ours.inverse_norms, abc, 3, method=method)
    for (a, b, c), found in zip(abc.tolist(), answers.tolist(), strict=True):
        words = [theirs.index_to_key[row] for row in (a, b, c)]
        expected = getattr(theirs, function)(positive=words[1:], negative=words[:1], topn=3)
        assert [ours.index_to_key[row] for row in found] == [word for word, _ in expected]


def test_pair_direction_is_the_cosine_of_differences(random_pair):
    ours, _ = random_pair
    unit = ours.get_normed_vectors().astype(np.float64)
    abc = np.random.default_rng(1).integers(0, 500, (20, 3))
    answers = answer_analogies(ours.vectors, ours.inverse_norms, abc, method="PairDirection")
    for (a, b, c), (found,) in zip(abc, answers, strict=True):
        direction, candidates = unit[b] - unit[a], unit - unit[c]
        lengths = np.linalg.norm(candidates, axis=1)
        scores = candidates @ direction / np.where(lengths > 0, lengths, 1)
        scores[[a, b, c]] = -np.inf
        assert found == scores.argmax()


def test_methods_differ_and_are_really_used(planted, questions):
    asked = []

    def answer(table, positive, negative, topn, restrict_vocab):
        asked.append((positive, negative))
        return [("king", 1.0), ("apple", 0.5)]

    score, sections = planted.evaluate_word_analogies(questions, similarity_function=answer)
    assert (["king", "woman"], ["man"]) in asked
    assert sections[-1]["correct"] == [  # "king" is passed over where the question has it
        ("WOMAN", "QUEEN", "MAN", "KING"),
        ("MAN", "KING", "WOMAN", "APPLE"),
    ]
    assert score == 0.5
    for function in ("most_similar_cosmul", "pair_direction"):
        assert planted.evaluate_word_analogies(questions, similarity_function=function)[0] > 0
    with pytest.raises(ValueError, match=r"'cosine'; there are most_similar, most_similar_cosmul"):
        planted.evaluate_word_analogies(questions, similarity_function="cosine")


def test_unknown_method_is_refused(planted):
    with pytest.raises(ValueError, match="there are 3CosAdd, 3CosMul, PairDirection"):
        answer_analogies(planted.vectors, planted.inverse_norms, np.zeros((1, 3), int), method="x")


@pytest.mark.parametrize("method", METHODS)
def test_zero_rows_never_answer_and_few_rows_give_few_answers(planted, method):
    abc = np.array([[0, 1, 2]])
    answers = answer_analogies(planted.vectors, planted.inverse_norms, abc, 8, method=method)[0]
    assert sorted(answers.tolist()) == [-1, -1, -1, -1, 3, 4, 5, 7]


@pytest.mark.parametrize("dummy4unknown", [False, True])
@pytest.mark.parametrize("name", ["wordsim353.tsv", "simlex999.txt"])
def test_word_pairs_equal_gensim(shared_data, name, dummy4unknown):
    gensim = pytest.importorskip("gensim.models.keyedvectors")
    text = (shared_data / name).read_text("utf8")
    pairs = [line.split("\t")[:2] for line in text.splitlines() if not line.startswith("#")]
    words = [*sorted(set(itertools.chain.from_iterable(pairs)))[::2], "tiger", "Tiger"]
    words = list(dict.fromkeys(words))
    vectors = np.random.default_rng(0).standard_normal((len(words), 25)).astype(np.float32)
    ours, theirs = KeyedVectors(25), gensim.KeyedVectors(25)
    ours.add_vectors(words, vectors)
    theirs.add_vectors(words, vectors)
    result = ours.evaluate_word_pairs(shared_data / name, dummy4unknown=dummy4unknown)
    expected = theirs.evaluate_word_pairs(str(shared_data / name), dummy4unknown=dummy4unknown)
    for ours_value, theirs_value in zip(result, expected, strict=True):
        assert tuple(np.atleast_1d(ours_value)) == pytest.approx(
            tuple(np.atleast_1d(theirs_value)), abs=1e-5
        )


def test_word_pairs_by_hand(planted, tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_text("# w w s\nking\tQueen\t5\nman\twoman\t1\nking\tman\t7\nno\tman\t3\nbad line\n")
    linear, ranked, unknown = planted.evaluate_word_pairs(path)
    assert ranked.statistic == ranked.correlation == 1.0  # cosines 0.5, 0, 0.71
    assert linear.statistic == pytest.approx(np.corrcoef([5, 1, 7], [0.5, 0, 0.5**0.5])[0, 1])
    assert unknown == 25.0


def test_files_without_a_usable_line_are_named(planted, tmp_path):
    path = tmp_path / "file.txt"
    path.write_text("a b c d\n")
    with pytest.raises(ValueError, match=r"file.txt, line 1: a question before the first"):
        planted.evaluate_word_analogies(path)
    with pytest.raises(ValueError, match=r"file.txt holds no pair"):
        planted.evaluate_word_pairs(path)
    path.write_text(": empty\n")
    with pytest.raises(ValueError, match=r"file.txt holds no question"):
        planted.evaluate_word_analogies(path)
    path.write_text("a\tb\t1\n")
    with pytest.raises(ValueError, match="no pair of words that are both known"):
        planted.evaluate_word_pairs(path)


def test_test_sets_may_begin_with_a_byte_order_mark(tmp_path):
    (tmp_path / "pairs").write_bytes(b"\xef\xbb\xbfking\tqueen\t9\r\nman\twoman\t8\r\n")
    assert read_pairs(tmp_path / "pairs") == [("king", "queen", 9), ("man", "woman", 8)]
    (tmp_path / "analogies").write_bytes(b"\xef\xbb\xbf: one\r\na b c d\r\n")
    (section,) = read_analogies(tmp_path / "analogies")
    assert (section.name, section.questions) == ("one", [("a", "b", "c", "d")])


def test_a_score_that_is_no_number_is_skipped(tmp_path):
    (tmp_path / "pairs").write_text("a\tb\tnan\nc\td\tinf\ne\tf\t1\n")
    assert read_pairs(tmp_path / "pairs") == [("e", "f", 1)]
