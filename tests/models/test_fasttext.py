"""FastText: words never seen have vectors, and files are those of Facebook's own program."""

import warnings

import numpy as np
import pytest

import vectorsuite
from vectorsuite import FastText, KeyedVectors
from vectorsuite.io.fasttext_binary import read_model, write
from vectorsuite.io.fasttext_model import CODES, QuantizedMatrix, Quantizer
from vectorsuite.io.source import Source
from vectorsuite.io.word_vectors import WordVectors
from vectorsuite.models.fasttext_files import (
    load_facebook_model,
    load_facebook_vectors,
    save_facebook_model,
)
from vectorsuite.models.fasttext_vectors import FastTextKeyedVectors

KINDS = [["walk", "walked", "walker", "walks"], ["green", "greener", "greenest", "greens"]]
NEAR = [[f"{c}{i}" for i in range(8)] for c in "xy"]


def make_sentences(n=1500):
    random = np.random.default_rng(0)
    return [
        [str(random.choice(KINDS[i % 2])), *map(str, random.choice(NEAR[i % 2], size=4))]
        for i in range(n)
    ]


def make_model(**settings):
    defaults = {
        "vector_size": 16, "min_count": 1, "min_n": 2, "max_n": 4, "bucket": 3000, "epochs": 4,
        "alpha": 0.05, "sample": 0, "workers": 1, "sg": 1,
    }  # fmt: skip
    return FastText(make_sentences(), **(defaults | settings))


@pytest.fixture(scope="module")
def model():
    return make_model()


def test_deterministic_gives_the_same_bits_for_any_number_of_workers():
    corpus = [[f"w{i * j % 97}" for j in range(50)] for i in range(100)]
    settings = {"min_count": 1, "vector_size": 4, "epochs": 2, "bucket": 300, "deterministic": True}
    one, three = (FastText(corpus, workers=n, **settings).wv for n in (1, 3))
    np.testing.assert_array_equal(one.vectors, three.vectors)
    np.testing.assert_array_equal(one["unseen"], three["unseen"])


@pytest.mark.parametrize(
    "settings",
    [{}, {"sg": 0}, {"hs": 1, "negative": 0}, {"workers": 2}, {"deterministic": True, "epochs": 6}],
)
def test_unseen_forms_are_near_the_words_they_come_from(settings):
    wv = make_model(**settings).wv
    assert "walking" in wv and not wv.has_index_for("walking")
    assert wv.similarity("walking", "walk") > wv.similarity("walking", "green")
    assert wv.most_similar("greenish", topn=1)[0][0] in [*KINDS[1], *NEAR[1]]


def test_vector_is_the_mean_of_own_row_and_ngram_rows(model):
    wv = model.wv
    row = wv.key_to_index["walk"]
    ngrams = wv.vectors_ngrams[wv.buckets_word[row]]
    mean = np.vstack([wv.vectors_vocab[row], ngrams]).mean(axis=0)
    np.testing.assert_allclose(wv["walk"], mean, atol=1e-6)
    assert len(ngrams) == 5 + 4 + 3  # of "<walk>"


def test_buckets_take_memory_when_they_are_asked_for_and_training_goes_on_with_them():
    plain, asked = make_model(), make_model()
    assert not plain.wv.bucket_rows.is_whole
    assert plain.wv.vectors_vocab.base is plain.wv.bucket_rows.rows.base  # one table is trained
    assert asked.wv.vectors_ngrams.shape == (3000, 16)
    for model in (plain, asked):
        model.train(make_sentences(), total_examples=1500, epochs=1)
    np.testing.assert_array_equal(plain.wv.vectors, asked.wv.vectors)
    np.testing.assert_array_equal(plain.wv.vectors_ngrams, asked.wv.vectors_ngrams)


def test_memory_is_estimated_with_that_of_buckets():
    model = make_model(epochs=1)
    assert model.estimate_memory()["syn0_ngrams"] == 64 * len(model.wv.bucket_rows.rows)
    assert model.estimate_memory(10)["syn0_ngrams"] == 64 * 60
    report = model.estimate_memory()
    assert report["total"] == sum(size for name, size in report.items() if name != "total")


def test_rows_put_in_place_are_what_is_trained(model):
    changed = make_model()
    changed.wv.vectors_vocab = np.zeros_like(changed.wv.vectors_vocab)
    changed.wv.vectors_ngrams = np.zeros_like(changed.wv.vectors_ngrams)
    changed.wv.adjust_vectors()
    assert not changed.wv.vectors.any() and not changed.wv["walking"].any()
    changed.train(make_sentences(), total_examples=1500, epochs=1, start_alpha=1e-6, end_alpha=1e-6)
    assert 0 < np.abs(changed.wv.vectors).max() < np.abs(model.wv.vectors).max() / 10


def test_any_way_of_keeping_them_gives_unseen_words_the_same_vectors(model, tmp_path):
    model.save(tmp_path / "model")
    save_facebook_model(model, tmp_path / "model.bin")
    model.wv.save(tmp_path / "vectors")
    for path in ("model", "model.bin", "vectors"):
        loaded = vectorsuite.load(tmp_path / path)
        assert "walking" in loaded and "walking" not in loaded.key_to_index
        np.testing.assert_allclose(loaded["walking"], model.wv["walking"], atol=1e-6)
        np.testing.assert_allclose(loaded("walking").vector, loaded["walking"], atol=1e-6)
        found = [word for word, _ in model.wv.most_similar("walking")]
        assert [word for word, _ in loaded.most_similar("walking")] == found
        assert not loaded.vectors_for_all(["walking"], allow_inference=False)


def test_vectors_saved_alone_have_all_their_parts_again(model, tmp_path):
    model.wv.save(tmp_path / "vectors")
    again = FastTextKeyedVectors.load(tmp_path / "vectors")
    np.testing.assert_array_equal(again.vectors_ngrams, model.wv.vectors_ngrams)
    np.testing.assert_allclose(again.vectors_vocab, model.wv.vectors_vocab, atol=1e-5)
    assert again.get_vecattr("walk", "count") == model.wv.get_vecattr("walk", "count")
    KeyedVectors(2).save(tmp_path / "words")
    with pytest.raises(ValueError, match="no vectors of n-grams"):
        FastTextKeyedVectors.load(tmp_path / "words")


def test_the_table_follows_training(model):
    wv = make_model(epochs=1).wv
    table = wv.table
    np.testing.assert_allclose(table.get_batch(["walking"])[0], wv["walking"])
    wv.vectors_ngrams[:] = 1
    np.testing.assert_allclose(wv.table.get_batch(["walking"])[0], np.ones(16))


def test_the_table_is_up_to_date_whoever_is_asked_first():
    model = make_model(epochs=1)
    table = model.wv.table
    before = table["walk"].copy()
    model.train(make_sentences(), total_examples=1500, epochs=1)
    assert (model.wv.table["walk"] != before).any()
    assert (model.wv.table["walk"] == model.wv["walk"]).all() and model.wv.table is table


def test_all_searches_take_unseen_words(model):
    wv = model.wv
    assert wv.distances("walking", ["walk", "greenish"])[0] < wv.distance("walking", "greenish")
    assert wv.most_similar_cosmul("walking", topn=1)[0][0] in [*KINDS[0], *NEAR[0]]
    assert wv.rank("walking", "walk") < wv.rank("walking", "green")
    with pytest.raises(KeyError, match="present"):
        FastText(max_n=0).wv.most_similar_cosmul("walking")


def test_one_worker_gives_the_same_bits_and_so_does_a_saved_model(model, tmp_path):
    np.testing.assert_array_equal(make_model().wv.vectors, model.wv.vectors)
    model.save(tmp_path / "model")
    loaded = FastText.load(tmp_path / "model")
    np.testing.assert_array_equal(loaded.wv["walking"], model.wv["walking"])
    for each in (loaded, again := make_model()):
        each.train(make_sentences(), total_examples=1500, epochs=1)
    np.testing.assert_array_equal(loaded.wv.vectors, again.wv.vectors)
    assert not np.array_equal(loaded.wv.vectors, model.wv.vectors)


def test_words_added_later_are_learned_and_others_keep_theirs():
    model = make_model()
    before = model.wv["walk"].copy()
    model.build_vocab([["walkathon", "x1", "x2"]] * 5, update=True)
    np.testing.assert_allclose(model.wv["walk"], before, atol=1e-6)
    model.train([["walkathon", "x1", "x2"]] * 50, total_examples=50, epochs=5)
    assert model.wv.similarity("walkathon", "x1") > model.wv.similarity("walkathon", "y1")


def test_without_ngrams_it_is_word2vec_with_unknown_words():
    model = make_model(max_n=0)
    assert "walking" not in model.wv
    with pytest.raises(KeyError, match="walking"):
        model.wv["walking"]
    assert model.wv.similarity("walk", "x1") > model.wv.similarity("walk", "y1")


def test_sentence_vector_is_the_mean_of_unit_vectors(model):
    words = ["walk", "walking"]
    units = [model.wv.get_vector(word, norm=True) for word in words]
    np.testing.assert_allclose(
        model.wv.get_sentence_vector(words), np.mean(units, axis=0), atol=1e-6
    )


def test_fasttext_and_gensim_read_our_file(model, tmp_path):
    fasttext = pytest.importorskip("fasttext")
    gensim = pytest.importorskip("gensim.models.fasttext")
    path = tmp_path / "model.bin"
    save_facebook_model(model, path)
    theirs = fasttext.load_model(str(path))
    gensims = gensim.load_facebook_model(str(path))
    for word in ("walk", "walking", "日本語", "x"):
        np.testing.assert_allclose(theirs.get_word_vector(word), model.wv[word], atol=1e-6)
        np.testing.assert_allclose(gensims.wv[word], model.wv[word], atol=1e-6)


@pytest.mark.parametrize("program", ["fasttext", "gensim"])
def test_we_read_their_files_and_train_on(program, tmp_path):
    path = tmp_path / "model.bin"
    text = tmp_path / "text"
    text.write_text("\n".join(map(" ".join, make_sentences(300))))
    if program == "fasttext":
        fasttext = pytest.importorskip("fasttext")
        theirs = fasttext.train_unsupervised(
            str(text), dim=8, minCount=1, bucket=500, epoch=1, thread=1, verbose=0
        )
        theirs.save_model(str(path))
        vector_of = theirs.get_word_vector
    else:
        gensim = pytest.importorskip("gensim.models.fasttext")
        theirs = gensim.FastText(
            make_sentences(300), vector_size=8, min_count=1, bucket=500, epochs=1, workers=1
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            gensim.save_facebook_model(theirs, str(path))
        vector_of = theirs.wv.get_vector
    ours = load_facebook_model(path)
    vectors = load_facebook_vectors(path)
    for word in ("walk", "walking", "y1"):
        np.testing.assert_allclose(ours.wv[word], vector_of(word), atol=1e-6)
        np.testing.assert_array_equal(vectors[word], ours.wv[word])
    before = ours.wv["walk"].copy()
    ours.train(make_sentences(300), total_examples=300, epochs=1)
    assert not np.array_equal(ours.wv["walk"], before)


def test_a_quantised_file_is_read(model, tmp_path):
    path = tmp_path / "model.bin"
    save_facebook_model(model, path)
    with Source(path) as source:
        file = read_model(source)
    n_rows = len(file.input)
    centroids = np.arange(16 * CODES, dtype=np.float32)  # two parts of 8 numbers each
    codes = np.random.default_rng(0).integers(0, 256, size=2 * n_rows).astype(np.uint8)
    file.input = QuantizedMatrix(n_rows, 16, codes, Quantizer(16, 2, 8, 8, centroids))
    write(path, WordVectors(file.entries, model.wv.vectors, extras={"fasttext": file}))
    wv = load_facebook_vectors(path)
    np.testing.assert_array_equal(
        wv.vectors_vocab[0, :8], centroids[:2048].reshape(256, 8)[codes[0]]
    )


@pytest.mark.parametrize(
    "wrong", [{"min_n": 5, "max_n": 4}, {"bucket": 0}, {"word_ngrams": 2}, {"min_n": -1}]
)
def test_settings_that_mean_nothing_are_refused(wrong):
    with pytest.raises(ValueError, match=r"n-?grams"):
        FastText(**wrong)


def test_a_model_without_words_is_not_saved_and_foreign_files_are_named(tmp_path):
    with pytest.raises(ValueError, match="no words"):
        save_facebook_model(FastText(), tmp_path / "model.bin")
    (tmp_path / "other").write_bytes(b"no model at all, but long enough")
    with pytest.raises(ValueError, match="fastText models begin with"):
        load_facebook_model(tmp_path / "other")
