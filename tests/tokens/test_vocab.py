"""Vocab: words, and the vectors they have."""

import pickle

import numpy as np
import pytest

from vectorsuite import Doc, Lexeme, Vectors, Vocab


def test_the_documents_loop():
    rng = np.random.default_rng(0)
    data = {word: rng.uniform(-1, 1, (300,)) for word in ("dog", "cat", "orange")}
    vocab = Vocab()
    for word, vector in data.items():
        vocab.set_vector(word, vector)
    assert vocab.vectors_length == 300
    for word, vector in data.items():
        np.testing.assert_allclose(vocab.get_vector(word), vector, rtol=1e-6)
        assert vocab.has_vector(word)
        assert not vocab[word].is_oov


def test_growing_is_rare():
    vocab = Vocab()
    sizes = set()
    for number in range(2000):
        vocab.set_vector(f"w{number}", np.full(4, number))
        sizes.add(len(vocab.vectors))
    assert len(sizes) < 16
    assert vocab.get_vector("w1999").tolist() == [1999] * 4
    assert vocab.get_vector("w0").tolist() == [0] * 4


def test_lexemes_and_words(vocab):
    lexeme = vocab["new"]
    assert lexeme == vocab[vocab.strings["new"]]
    assert "new" in vocab
    assert "other" not in vocab
    assert [lexeme.text for lexeme in vocab] == ["new"]
    Doc(vocab, words=["one", "new"])
    assert len(vocab) == 2
    with pytest.raises(KeyError):
        vocab[12345]


def test_prob_and_rank(vocab):
    assert vocab["a"].prob == -20
    vocab["a"].prob = -3
    assert vocab["a"].prob == Doc(vocab, words=["a"])[0].prob == -3
    assert vocab["b"].rank == 1
    assert vocab["x"].rank == 2**64 - 1


def test_a_lexeme_sets_its_vector(vocab):
    vocab["a"].vector = [7, 7, 7]
    assert vocab.get_vector("a").tolist() == [7, 7, 7]


@pytest.mark.parametrize("vector", [[1, 2], [[1, 2, 3]], 5])
def test_a_vector_of_another_width_is_refused(vocab, vector):
    with pytest.raises(ValueError, match=r"vector for 'a' has shape.*width 3"):
        vocab.set_vector("a", vector)


def test_missing_words(vocab):
    assert vocab.get_vector("x").tolist() == [0, 0, 0]
    assert not vocab.has_vector("x")
    assert not vocab.has_vector(987654321)


def test_vectors_share_the_vocabs_strings():
    vocab = Vocab(strings=["before"])
    table = Vectors(data=np.ones((1, 2), "f"), keys=["word"])
    vocab.vectors = table
    assert table.strings is vocab.strings
    assert "before" in vocab.strings
    assert "word" in vocab.strings


def test_strings_go_into_the_larger_store():
    table = Vectors(data=np.ones((3, 2), "f"), keys=["one", "two", "three"])
    vocab = Vocab(strings=["before"])
    norm = vocab["before"].norm
    mapped = table.strings
    vocab.vectors = table
    assert vocab.strings is mapped
    assert vocab["before"].norm == norm
    assert Doc(vocab, words=["before", "One"])[1].lower_ == "one"


def test_reset_vectors(vocab):
    vocab.reset_vectors(width=5)
    assert vocab.vectors.shape == (4, 5)
    assert vocab.vectors.n_keys == 0
    vocab.reset_vectors(shape=(2, 3))
    assert vocab.vectors.shape == (2, 3)
    with pytest.raises(ValueError, match="not both"):
        vocab.reset_vectors(width=1, shape=(1, 1))


def test_files_are_spacys(vocab, tmp_path):
    vocab.to_disk(tmp_path / "vocab")
    again = Vocab().from_disk(tmp_path / "vocab")
    assert again.get_vector("ab").tolist() == [1, 1, 0]
    spacy = pytest.importorskip("spacy")
    theirs = spacy.vocab.Vocab().from_disk(tmp_path / "vocab")
    assert theirs.get_vector("ab").tolist() == [1, 1, 0]
    theirs.set_vector("new", np.array([1, 2, 3], "f"))
    theirs.to_disk(tmp_path / "theirs")
    assert Vocab().from_disk(tmp_path / "theirs").get_vector("new").tolist() == [1, 2, 3]


def test_bytes(vocab):
    again = Vocab().from_bytes(vocab.to_bytes())
    assert again.get_vector("ab").tolist() == [1, 1, 0]
    again = Vocab().from_bytes(vocab.to_bytes(exclude=["vectors"]))
    assert "ab" in again.strings
    assert again.vectors.n_keys == 0


def test_words_of_a_memory_zone_are_forgotten(vocab):
    vocab["kept"].norm_ = "k"
    with vocab.memory_zone():
        doc = Doc(vocab, words=["kept", "passing", "a"])
        assert [token.norm_ for token in doc] == ["k", "passing", "a"]
        assert len(vocab) == 3
    assert len(vocab) == 1
    assert "passing" not in vocab.strings
    again = Doc(vocab, words=["new", "kept"])
    assert [token.norm_ for token in again] == ["new", "k"]
    assert again.to_array("LENGTH").tolist() == [3, 4]


def test_words_of_a_memory_zone_that_were_given_vectors_stay():
    vocab = Vocab(vectors=Vectors(shape=(3, 2), attr="LOWER"))
    with vocab.memory_zone():
        Doc(vocab, words=["FIRST", "passing"])
        vocab.set_vector("FIRST", [1, 0])
        vocab.vectors.add("second", vector=[0, 1])
        assert list(vocab.strings).count("first") == 1
    assert vocab.has_vector("First")
    assert vocab.prune_vectors(1)["second"] == ("first", 0)
    assert "passing" not in vocab.strings


def test_docs_outlive_what_their_vocab_loads(vocab, tmp_path):
    doc = Doc(vocab, words=["b", "a"])
    vocab["a"].norm_ = "n"
    vocab.to_disk(tmp_path)
    for again in (vocab.from_disk(tmp_path), vocab.from_bytes(vocab.to_bytes())):
        Doc(again, words=["x", "y", "z"])
        assert doc.text == "b a "
        assert doc[1].norm_ == "a"
        assert doc.vector.tolist() == [0.5, 0.5, 0]


def test_other_bytes_are_refused(vocab):
    with pytest.raises(ValueError, match="These 7 bytes are not a vocab"):
        vocab.from_bytes(b"rubbish")


def test_it_prints_what_it_holds(vocab):
    assert repr(vocab) == f"Vocab({len(vocab.strings)} strings, {vocab.vectors!r})"


def test_a_lexeme_of_a_word_or_a_key_and_of_nothing_else():
    vocab = Vocab()
    assert Lexeme(vocab, "king") == Lexeme(vocab, vocab.strings["king"]) == vocab["king"]
    with pytest.raises(KeyError, match="No string has the key 12345678"):
        Lexeme(vocab, 12345678)
    assert [lexeme.lower_ for lexeme in vocab] == ["king"]


def test_a_pickled_vocab_and_its_table_share_their_strings(vocab):
    again = pickle.loads(pickle.dumps(vocab))
    assert again.strings is again.vectors.strings
    again.set_vector("new", [1, 2, 3])
    again.prune_vectors(1)
    assert again.strings["new"] in again.vectors


def test_a_table_of_spacys_can_be_pruned():
    tables = pytest.importorskip("spacy.vectors")
    theirs = tables.Vectors(shape=(4, 2), name="theirs", attr="LOWER")
    vocab = Vocab(vectors=theirs)
    for word, vector in {"a": [1, 0], "b": [1, 0.1], "c": [1, 0]}.items():
        vocab.set_vector(word, vector)
    vocab.deduplicate_vectors()
    assert vocab.vectors.shape == (2, 2)
    assert vocab.prune_vectors(1)["b"][0] == "a"
    assert (vocab.vectors.name, vocab.vectors.attr) == ("theirs", 66)
    assert vocab.get_vector("B").tolist() == [1, 0]
    assert theirs.shape == (4, 2)
