"""Reports on files of pairs and analogies, worked out by hand."""

import json

import numpy as np
import pytest

from vectorsuite.evaluation import evaluate_analogies, evaluate_pairs
from vectorsuite.query import KeyedVectors


@pytest.fixture
def vectors():
    words = {"king": [1, 1, 0], "queen": [1, 0, 1], "man": [0, 1, 0], "woman": [0, 0, 1]}
    table = KeyedVectors(3)
    table.add_vectors(list(words), np.array(list(words.values())))
    return table


def test_analogies_by_section_and_group(vectors, tmp_path):
    path = tmp_path / "questions.txt"
    path.write_text(
        ": people\nman king woman queen\nman king woman unicorn\nman king woman man\n"
        ": gram1-x\nwoman queen man king\n: gram2-y\n"
    )
    scores = evaluate_analogies(vectors, path)
    assert [(s.name, s.correct, s.answered, s.questions) for s in scores.sections] == [
        ("people", 1, 2, 3),
        ("gram1-x", 1, 1, 1),
        ("gram2-y", 0, 0, 0),
    ]
    assert scores.semantic.accuracy == 1 / 2
    assert scores.syntactic.accuracy == 1
    assert scores.total.accuracy == 2 / 3
    assert scores.sections[2].accuracy == 0
    as_json = json.loads(json.dumps(scores.as_dict()))
    assert as_json["total"] == {
        "name": "total", "correct": 2, "answered": 3, "questions": 4, "accuracy": 2 / 3,
    }  # fmt: skip
    assert as_json["method"] == "3CosAdd" and as_json["name"] == "questions.txt"


def test_other_methods_and_an_unknown_one(vectors, tmp_path):
    path = tmp_path / "questions.txt"
    path.write_text(": people\nman king woman queen\n")
    for method in ("3CosMul", "PairDirection"):
        assert evaluate_analogies(vectors, path, method=method).total.correct == 1
    with pytest.raises(ValueError, match="there are 3CosAdd, 3CosMul, PairDirection"):
        evaluate_analogies(vectors, path, method="cosine")


def test_questions_words_has_its_known_groups(vectors, shared_data):
    path = shared_data / "questions-words.txt"
    scores = evaluate_analogies(vectors, path)
    assert len(scores.sections) == 14
    assert scores.semantic.questions == 8869
    assert scores.syntactic.questions == 10675
    assert scores.total.questions == 19544


def test_pairs(vectors, tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_text("king\tqueen\t5\nman\twoman\t1\nking\tman\t7\nking\tunicorn\t2\n")
    scores = evaluate_pairs(vectors, path)
    assert (scores.name, scores.pairs, scores.unknown) == ("pairs.tsv", 4, 25.0)
    assert scores.spearman.statistic == 1.0
    as_json = json.loads(json.dumps(scores.as_dict()))
    assert as_json["spearman"] == {"statistic": 1.0, "pvalue": 0.0}


def test_restrict_vocab(vectors, tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_text("king\tqueen\t5\nman\twoman\t1\nking\tqueen\t7\n")
    assert evaluate_pairs(vectors, path, restrict_vocab=2).unknown == pytest.approx(100 / 3)
