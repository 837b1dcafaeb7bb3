"""The life of a model: more words, locked rows, others' vectors, checkpoints, changed corpora."""

import numpy as np
import pytest
from small_models import ALL, ARCHITECTURES, SENTENCES, bits

from vectorsuite.models import (
    CallbackAny2Vec,
    Doc2Vec,
    FastText,
    LineSentence,
    TaggedDocument,
    Word2Vec,
)


def test_words_can_be_added_to_a_trained_model():
    model = Word2Vec(SENTENCES, hs=1, **ALL)
    before = model.wv["graph"].copy()
    model.build_vocab([["graph", "new", "newer"], ["new"]], update=True)
    assert model.wv.index_to_key[-2:] == ["new", "newer"]
    assert (model.wv["graph"] == before).all()
    assert model.wv.get_vecattr("graph", "count") == 4
    assert not model.syn1neg[-2:].any() and model.syn1neg[:-2].any()
    new = model.wv["new"].copy()
    assert new.any() and (new != model.wv["newer"]).any()
    model.train([["graph", "new"]], total_examples=1, epochs=2)
    assert (model.wv["new"] != new).any()
    with pytest.raises(RuntimeError, match="no vocabulary yet"):
        Word2Vec(**ALL).build_vocab(SENTENCES, update=True)


@pytest.mark.parametrize("kind", [Word2Vec, FastText, Doc2Vec])
@pytest.mark.parametrize("outputs", [{}, {"hs": 1, "negative": 0}], ids=str)
def test_a_model_whose_wv_was_given_words_is_trained_and_saved_on(kind, outputs, tmp_path):
    settings = {**ALL, **outputs, **({"bucket": 50} if kind is FastText else {})}
    corpus = SENTENCES
    if kind is Doc2Vec:
        corpus = [TaggedDocument(words, [row]) for row, words in enumerate(SENTENCES)]
    model = kind(corpus, **settings)
    given = np.linspace(-1, 1, model.vector_size, dtype=np.float32)
    model.wv.add_vector("given", given)
    np.testing.assert_array_equal(model.wv["given"], given)
    model.train(corpus, total_examples=len(corpus), epochs=1)
    model.save(tmp_path / "model")
    loaded = kind.load(tmp_path / "model")
    for learned in (model, loaded):
        np.testing.assert_allclose(learned.wv["given"], given, atol=0.05)
    loaded.build_vocab(corpus[:1], update=True)
    np.testing.assert_allclose(loaded.wv["given"], given, atol=0.05)


def test_a_model_whose_wv_lost_words_says_so():
    model = Word2Vec(SENTENCES, **ALL)
    model.wv.index_to_key, model.wv.vectors = model.wv.index_to_key[:2], model.wv.vectors[:2]
    model.wv.key_to_index = {word: row for row, word in enumerate(model.wv.index_to_key)}
    model.wv.expandos = {}
    with pytest.raises(RuntimeError, match=r"wv has 2 words and syn1neg has .* taken out of wv"):
        model.weights()


@pytest.mark.parametrize("kind", ARCHITECTURES, ids=str)
def test_locked_rows_keep_their_bits_and_half_locked_ones_move_half(kind):
    models = [Word2Vec(**ALL, **kind) for _ in range(2)]
    for model in models:
        model.build_vocab(SENTENCES)
    before = models[0].wv.vectors.copy()
    models[1].wv.vectors_lockf[1] = 0
    for model in models:
        model.train(SENTENCES, total_examples=9, epochs=1)
    assert (models[1].wv.vectors[1] == before[1]).all()
    changed = (models[1].wv.vectors != before).any(axis=1)
    assert changed[0] and changed.sum() >= len(before) - 2


def test_one_lock_factor_holds_for_all():
    model = Word2Vec(**ALL)
    model.build_vocab(SENTENCES)
    before = model.wv.vectors.copy()
    model.wv.vectors_lockf = np.zeros(len(model.wv), dtype=np.float32)
    model.train(SENTENCES, total_examples=9, epochs=1)
    assert (model.wv.vectors == before).all()


@pytest.mark.parametrize("binary", [False, True])
def test_training_starts_from_published_vectors_which_stay_if_locked(tmp_path, binary):
    published = Word2Vec(SENTENCES[:4], **ALL).wv
    published.save_word2vec_format(tmp_path / "vectors", binary=binary)
    for lockf in (0.0, 1.0):
        model = Word2Vec(**ALL)
        model.build_vocab(SENTENCES)
        model.intersect_word2vec_format(tmp_path / "vectors", lockf=lockf, binary=binary)
        assert (model.wv["system"] == published["system"]).all()
        model.train(SENTENCES, total_examples=9, epochs=2)
        assert (model.wv["system"] == published["system"]).all() == (lockf == 0)
        assert model.wv["graph"].any()


def test_vectors_put_in_place_are_trained_on():
    model = Word2Vec(**ALL)
    model.build_vocab(SENTENCES)
    own = np.full((len(model.wv), 8), 0.25, dtype=np.float32)
    model.wv.vectors = own
    model.train(SENTENCES, total_examples=9, epochs=1)
    assert (own == 0.25).all()
    assert abs(model.wv.vectors - 0.25).max() < 0.1


def test_the_table_under_wv_shares_the_memory_that_is_trained():
    model = Word2Vec(SENTENCES, **{**ALL, "vector_size": 16})
    table = model.wv.table
    norms = model.wv.norms.copy()
    model.train(SENTENCES, total_examples=9, epochs=1)
    assert np.shares_memory(table.data, model.weights().in_rows)
    assert (table["graph"] == model.wv["graph"]).all()
    assert (model.wv.norms != norms).any()


def test_reset_from_takes_over_the_words():
    model, other = Word2Vec(SENTENCES, **ALL), Word2Vec([["x", "y"]], **ALL)
    other.reset_from(model)
    assert other.wv.index_to_key == model.wv.index_to_key
    assert other.wv.vectors.shape == model.wv.vectors.shape
    other.train(SENTENCES, total_examples=9, epochs=1)


def test_seeded_vectors_are_those_words_start_with():
    model = Word2Vec(**ALL)
    model.build_vocab(SENTENCES)
    assert (model.seeded_vector("graph") == model.wv["graph"]).all()
    assert (model.reset_weights(), model.wv["graph"])[1] is not None


def test_a_second_training_draws_other_windows_and_noise():
    models = [Word2Vec(**{**ALL, "window": 9}) for _ in range(2)]
    for train_count, model in enumerate(models):
        model.build_vocab(SENTENCES)
        model.train_count = train_count
        model.train(SENTENCES, total_examples=9, epochs=1)
    assert bits(models[0]) != bits(models[1])


def test_training_that_was_stopped_goes_on_from_its_checkpoint(tmp_path):
    corpus = [[f"w{i * j % 97}" for j in range(50)] for i in range(400)]
    settings = {"min_count": 1, "vector_size": 4, "workers": 1, "hs": 1}
    how = {"total_examples": 400, "epochs": 3}

    class Stop(Exception):  # noqa: N818
        pass

    class Stopper(CallbackAny2Vec):
        epochs = 0

        def on_epoch_end(self, model):
            self.epochs += 1
            if self.epochs == 2:
                raise Stop

    whole, stopped, again = (Word2Vec(**settings) for _ in range(3))
    for model in (whole, stopped, again):
        model.build_vocab(corpus)
    whole.train(corpus, **how)
    saving = {"checkpoint": tmp_path / "c", "checkpoint_every": 8192, **how}
    with pytest.raises(Stop):
        stopped.train(corpus, callbacks=[Stopper()], **saving)
    with pytest.raises(ValueError, match=r"training\.epochs is 3, here 4"):
        again.train(corpus, **{**saving, "epochs": 4})
    again.train(corpus, **saving)
    assert bits(again) == bits(whole)
    assert again.epoch_losses == pytest.approx(whole.epoch_losses, rel=1e-12)
    assert not (tmp_path / "c").exists()


def test_training_needs_a_vocabulary_and_a_schedule():
    model = Word2Vec(**ALL)
    with pytest.raises(RuntimeError, match="build_vocab first"):
        model.train(SENTENCES, total_examples=9, epochs=1)
    model.build_vocab(SENTENCES)
    with pytest.raises(ValueError, match="total_examples or total_words"):
        model.train(SENTENCES, epochs=1)
    with pytest.raises(ValueError, match="epochs is None"):
        model.train(SENTENCES, total_examples=9)
    with pytest.raises(ValueError, match="None of the corpus's 2 different words"):
        model.train([["not", "here"]], total_examples=1, epochs=1)


@pytest.mark.parametrize(
    ("totals", "message"),
    [
        ({"total_examples": 9}, "has 5 sentences; when the vocabulary was built it had 9"),
        ({"total_words": 29}, "has 20 words; when the vocabulary was built it had 29"),
        ({"total_examples": 5, "total_words": 29}, r"new number: total_words=20"),
    ],
)
@pytest.mark.parametrize("as_reader", [False, True])
def test_a_file_that_changed_is_an_error(totals, message, as_reader, tmp_path):
    path = tmp_path / "corpus.txt"
    corpus = {"corpus_iterable": LineSentence(path)} if as_reader else {"corpus_file": path}
    model = Word2Vec(**ALL)
    path.write_text("\n".join(map(" ".join, SENTENCES)))
    model.build_vocab(**corpus)
    before = bits(model)
    path.write_text("\n".join(map(" ".join, SENTENCES[:5])))
    with pytest.raises(ValueError, match=message):
        model.train(**corpus, **totals, epochs=1)
    assert bits(model) == before
    assert model.train_count == 0


def test_another_corpus_is_trained_on_by_its_own_numbers(caplog):
    model = Word2Vec(SENTENCES, **ALL)
    before = bits(model)
    model.train(SENTENCES[:5], total_examples=5, total_words=20, epochs=1)
    assert "announced" not in caplog.text
    assert bits(model) != before
    model.train(SENTENCES[:5], total_examples=model.corpus_count, epochs=1)  # as in gensim
    assert "The corpus has 5 sentences and total_examples=9 was announced" in caplog.text


def test_an_iterable_is_read_once_and_what_it_gives_later_counts_for_nothing():
    class Changing:
        passes = 0

        def __iter__(self):
            yield from SENTENCES if self.passes < 2 else [["graph", "trees"]]
            self.passes += 1

    model, expected = Word2Vec(**ALL), Word2Vec(SENTENCES, **ALL)
    corpus = Changing()
    model.build_vocab(corpus)
    model.train(corpus, total_examples=9, epochs=5)
    assert bits(model) == bits(expected)


def test_lock_factors_of_another_length_are_refused():
    model = Word2Vec(**ALL)
    model.build_vocab(SENTENCES)
    with pytest.raises(ValueError, match="3"):
        model.wv.vectors_lockf = np.ones(3)
        model.train(SENTENCES, total_examples=9, epochs=1)
