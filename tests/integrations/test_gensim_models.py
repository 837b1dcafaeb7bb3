"""Models of gensim taken over."""

import numpy as np
import pytest

from vectorsuite.integrations.gensim_models import from_gensim
from vectorsuite.models.fasttext_files import save_facebook_model
from vectorsuite.models.phrases import FrozenPhrases

models = pytest.importorskip("gensim.models", reason="models of gensim are taken over")

TEXTS = [
    ["human", "interface", "computer"], ["survey", "user", "computer", "system", "time"],
    ["eps", "user", "interface", "system"], ["system", "human", "system", "eps"],
    ["user", "response", "time"], ["trees"], ["graph", "trees"], ["graph", "minors", "trees"],
    ["graph", "minors", "survey"],
] * 5  # fmt: skip
SETTINGS = {"vector_size": 8, "min_count": 1, "seed": 3, "workers": 1, "sample": 0}


def opened_again(ours, tmp_path):
    ours.save(tmp_path / "model")
    return type(ours).load(tmp_path / "model")


def assert_training_goes_on(ours, theirs, table):
    """The same texts change a table of both models alike, but for their random draws."""
    start = getattr(theirs.wv, table).copy()
    changes = []
    for model in (ours, theirs):
        model.train(TEXTS, total_examples=45, epochs=3)
        changes.append(np.ravel(getattr(model.wv, table) - start))
    assert np.corrcoef(changes)[0, 1] > 0.7


@pytest.mark.parametrize("sg", [0, 1])
def test_word2vec_has_the_same_vectors_and_goes_on(sg, tmp_path):
    theirs = models.Word2Vec(TEXTS, sg=sg, window=3, **SETTINGS)
    ours = opened_again(from_gensim(theirs), tmp_path)
    assert list(ours.wv.index_to_key) == theirs.wv.index_to_key
    np.testing.assert_array_equal(ours.wv.vectors, theirs.wv.vectors)
    np.testing.assert_array_equal(ours.syn1neg, theirs.syn1neg)
    assert (ours.window, ours.sg, ours.corpus_count) == (3, sg, 45)
    assert ours.wv.get_vecattr("graph", "count") == theirs.wv.get_vecattr("graph", "count")
    context = ["user", "interface"]
    for mine, other in zip(
        ours.predict_output_word(context), theirs.predict_output_word(context), strict=True
    ):
        assert mine[1] == pytest.approx(other[1], rel=1e-4)
    assert_training_goes_on(ours, theirs, "vectors")


def test_a_model_that_was_not_trained_can_be(tmp_path):
    theirs = models.Word2Vec(**SETTINGS)
    theirs.build_vocab(TEXTS)
    ours = from_gensim(theirs)
    np.testing.assert_array_equal(ours.wv.vectors, theirs.wv.vectors)
    ours.train(TEXTS, total_examples=ours.corpus_count, epochs=1)
    assert ours.syn1neg.any()


def test_vectors_keep_their_attributes():
    theirs = models.Word2Vec(TEXTS, **SETTINGS).wv
    theirs.set_vecattr("graph", "weight", 2.5)
    ours = from_gensim(theirs)
    assert ours.get_vecattr("graph", "weight") == 2.5
    assert ours.most_similar("graph")[0][0] == theirs.most_similar("graph")[0][0]
    assert "sample_int" not in ours.expandos


def test_copies_are_taken_not_views():
    theirs = models.Word2Vec(TEXTS, **SETTINGS)
    before = theirs.wv.vectors.copy()
    from_gensim(theirs).wv.vectors[:] = 0
    from_gensim(theirs.wv).vectors[:] = 0
    np.testing.assert_array_equal(theirs.wv.vectors, before)


def test_fasttext_has_the_same_vectors_of_words_unseen_too(tmp_path):
    theirs = models.FastText(TEXTS, min_n=2, max_n=4, bucket=200, **SETTINGS)
    model = opened_again(from_gensim(theirs), tmp_path)
    for wv in (model.wv, from_gensim(theirs.wv)):
        for word in ("graph", "graphs", "xyz"):
            np.testing.assert_allclose(wv[word], theirs.wv[word], atol=1e-7)
    assert (model.min_n, model.max_n, model.bucket) == (2, 4, 200)
    assert_training_goes_on(model, theirs, "vectors_ngrams")


def test_fasttext_with_another_hash_is_refused():
    theirs = models.FastText(TEXTS, bucket=200, **SETTINGS)
    theirs.wv.compatible_hash = False
    for model in (theirs, theirs.wv):
        with pytest.raises(ValueError, match="hashes n-grams as gensim did before"):
            from_gensim(model)


@pytest.mark.parametrize("kind", [{"dm": 1}, {"dm": 0}, {"dm": 1, "dm_mean": 0}, {"dm_concat": 1}])
def test_doc2vec_has_the_same_vectors_of_words_and_tags(kind, tmp_path):
    documents = [
        models.doc2vec.TaggedDocument(words, [number, f"part{number % 2}"])
        for number, words in enumerate(TEXTS)
    ]
    kind = {"dm_tag_count": 2, "window": 2} | kind
    theirs = models.Doc2Vec(documents, epochs=60, alpha=0.1, **kind, **SETTINGS)
    ours = opened_again(from_gensim(theirs), tmp_path)
    np.testing.assert_array_equal(ours.wv.vectors, theirs.wv.vectors)
    np.testing.assert_array_equal(ours.dv.vectors, theirs.dv.vectors)
    for tag in (7, "part1"):
        np.testing.assert_array_equal(ours.dv[tag], theirs.dv[tag])
    assert ours.dv.get_vecattr("part1", "doc_count") == 22
    assert (ours.dm, ours.dm_mean, ours.dm_concat) == (
        bool(theirs.dm), theirs.cbow_mean, theirs.dm_concat,
    )  # fmt: skip
    fresh = type(ours)(documents, epochs=1, compute_loss=True, **kind, **SETTINGS)
    ours.train(documents, total_examples=45, epochs=1, compute_loss=True)
    assert ours.epoch_losses[0] < 0.9 * fresh.epoch_losses[0]  # the tables are put together alike


@pytest.mark.parametrize("kind", [models.Word2Vec, models.FastText, models.Doc2Vec])
@pytest.mark.parametrize("negative", [0, 5])
def test_hierarchical_softmax_goes_on_from_the_same_tree(kind, negative, tmp_path):
    texts = TEXTS
    if kind is models.Doc2Vec:
        texts = [models.doc2vec.TaggedDocument(text, [str(i)]) for i, text in enumerate(TEXTS)]
    settings = {**SETTINGS, "epochs": 40, "alpha": 0.1, "hs": 1, "negative": negative}
    theirs = kind(texts, **settings)
    ours = from_gensim(theirs)
    np.testing.assert_array_equal(ours.syn1, theirs.syn1)
    for word in theirs.wv.index_to_key:
        code = ours.wv.get_vecattr(word, "code").tolist()
        assert code == list(theirs.wv.get_vecattr(word, "code"))
    ours = opened_again(ours, tmp_path)  # the tree is still gensim's
    fresh = type(ours)(texts, compute_loss=True, **{**settings, "epochs": 1})
    ours.train(texts, total_examples=len(texts), epochs=1, compute_loss=True)
    assert ours.epoch_losses[0] < 0.8 * fresh.epoch_losses[0]


def test_fasttext_files_do_not_take_gensims_tree(tmp_path):
    ours = from_gensim(models.FastText(TEXTS, hs=1, negative=0, bucket=50, **SETTINGS))
    with pytest.raises(ValueError, match="another one"):
        save_facebook_model(ours, tmp_path / "model.bin")
    assert not (tmp_path / "model.bin").exists()


def test_a_tree_of_other_counts_is_refused_and_its_vectors_are_not():
    theirs = models.Word2Vec(TEXTS, hs=1, **SETTINGS)
    for number, word in enumerate(theirs.wv.index_to_key):
        theirs.wv.set_vecattr(word, "count", 1 + number**3)
    with pytest.raises(ValueError, match=r"from_gensim\(model\.wv\)"):
        from_gensim(theirs)
    np.testing.assert_array_equal(from_gensim(theirs.wv).vectors, theirs.wv.vectors)


SENTENCES = [
    ["new", "york", "times", "of", "new", "york"], ["bank", "of", "america", "in", "new", "york"],
    ["new", "york", "times"], ["bank", "of", "america", "bank"], ["times", "of", "change"],
] * 4  # fmt: skip


@pytest.mark.parametrize("scoring", ["default", "npmi"])
def test_phrases_join_the_same_words(scoring, tmp_path):
    settings = {"min_count": 1, "threshold": 0.1, "scoring": scoring}
    settings["connector_words"] = frozenset(["of", "in"])
    first = models.Phrases(SENTENCES, **settings)
    second = models.Phrases(first[SENTENCES], **settings)
    for theirs in (first, first.freeze(), second, second.freeze()):
        ours = opened_again(from_gensim(theirs), tmp_path)
        assert type(ours) is FrozenPhrases
        exported = ours.export_phrases()
        frozen = type(theirs).__name__ == "FrozenPhrases"
        expected = theirs.phrasegrams if frozen else theirs.export_phrases()
        assert exported == expected or theirs is second
        assert exported.keys() >= expected.keys()  # of chained passes gensim leaves some out
        assert ours.threshold == 0.1
        for text in (SENTENCES, list(first[SENTENCES])):
            assert list(ours[text]) == list(theirs[text])
    assert "new_york_times" in from_gensim(second).export_phrases()


def test_a_model_without_phrases_is_taken_over():
    theirs = models.Phrases(SENTENCES, threshold=1e9).freeze()
    assert from_gensim(theirs).export_phrases() == {}


def test_what_is_none_of_gensims_models_is_refused():
    with pytest.raises(TypeError, match=r"builtins\.dict is none of gensim's Doc2Vec, "):
        from_gensim({})


def test_models_that_gensim_itself_opens_are_taken_over(tmp_path):
    theirs = models.Word2Vec(TEXTS, **SETTINGS)
    theirs.save(str(tmp_path / "old.model"))
    ours = from_gensim(models.Word2Vec.load(str(tmp_path / "old.model")))
    np.testing.assert_array_equal(ours.wv.vectors, theirs.wv.vectors)
