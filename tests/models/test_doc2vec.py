"""Doc2Vec: documents near those of their kind, tags of all sorts, and vectors for new documents."""

import logging
import lzma
import re
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

import vectorsuite
from vectorsuite import Doc2Vec, KeyedVectors, TaggedDocument
from vectorsuite.models.saving import ModelFileError

KINDS = [[f"{kind}{i}" for i in range(12)] for kind in "xyz"]


def make_documents(n=60, tags=lambda i: [i]):
    random = np.random.default_rng(0)
    return [
        TaggedDocument([str(word) for word in random.choice(KINDS[i % 3], size=30)], tags(i))
        for i in range(n)
    ]


def make_model(documents=None, corpus_file=None, **settings):
    defaults = {
        "vector_size": 16, "min_count": 1, "epochs": 15, "alpha": 0.05, "sample": 0, "workers": 1,
        "window": 3,
    }  # fmt: skip
    if corpus_file is None and documents is None:
        documents = make_documents()
    return Doc2Vec(documents, corpus_file, **(defaults | settings))


@pytest.fixture(scope="module")
def model():
    return make_model()


ALL = {
    "mean": {},
    "sum": {"dm_mean": 0},
    "end to end": {"dm_concat": 1},
    "bag of words": {"dm": 0},
    "bag of words and words": {"dm": 0, "dbow_words": 1},
    "mean, paths": {"hs": 1, "negative": 0},
    "end to end, paths": {"dm_concat": 1, "hs": 1, "negative": 0},
    "bag of words, both": {"dm": 0, "hs": 1},
}


def spread(words):
    """The words with others between them: within a window of 1 nothing tells of their kind."""
    return [part for word in words for part in (word, "of")]


@pytest.mark.parametrize("kind", ALL)
def test_documents_and_new_ones_are_near_those_of_their_kind(kind):
    documents = [TaggedDocument(spread(words), tags) for words, tags in make_documents()]
    model = make_model(documents, window=1, epochs=40, **ALL[kind])
    assert model.epoch_losses[-1] < model.epoch_losses[0]
    near = [model.dv.most_similar(i, topn=1)[0][0] for i in range(12)]
    assert [tag % 3 for tag in near] == [i % 3 for i in range(12)]
    new = model.infer_vectors([spread(words) for words in KINDS])
    assert [model.dv.similar_by_vector(v, topn=1)[0][0] % 3 for v in new] == [0, 1, 2]


@pytest.mark.parametrize("kind", ALL)
def test_inference_is_the_same_bits_alone_among_others_and_on_threads(kind):
    model = make_model(**ALL[kind], epochs=2)
    documents = [document.words for document in make_documents()]
    tables = [model.wv.vectors.copy(), model.dv.vectors.copy()]
    together = model.infer_vectors(documents, workers=4)
    np.testing.assert_array_equal(together, model.infer_vectors(documents, workers=1))
    for i in (0, 7, 59):
        np.testing.assert_array_equal(together[i], model.infer_vector(documents[i]))
    np.testing.assert_array_equal(model.wv.vectors, tables[0])
    np.testing.assert_array_equal(model.dv.vectors, tables[1])
    assert together.dtype == np.float32 and together.shape == (60, 16)


def test_unknown_words_change_nothing_and_order_does(model):
    words = ["x1", "x2", "y3", "x4"]
    vector = model.infer_vector(words)
    np.testing.assert_array_equal(vector, model.infer_vector([*words[:2], "unknown", *words[2:]]))
    np.testing.assert_array_equal(vector, model.infer_vector(iter(words)))
    assert not np.array_equal(vector, model.infer_vector(words[::-1]))
    assert not np.array_equal(vector, model.infer_vector(words, epochs=3))
    assert not np.array_equal(vector, model.infer_vector(words, alpha=0.01))


def test_documents_with_the_same_words_have_nearly_the_same_vectors():
    documents = make_documents()
    documents += [TaggedDocument(document.words, [60 + i]) for i, document in enumerate(documents)]
    model = make_model(documents, epochs=100)
    cosines = [model.dv.similarity(i, 60 + i) for i in range(60)]
    assert np.mean(cosines) > 0.95


def test_several_tags_each_have_a_vector(model):
    documents = make_documents(tags=lambda i: [f"doc{i}", "xyz"[i % 3], i % 3 == 0])
    model = make_model(documents)
    assert model.dv.index_to_key[:4] == [0, 1, "doc0", "x"]  # numbers, then others as they come
    assert model.dv.get_vecattr("x", "doc_count") == 20
    assert model.dv.get_vecattr("x", "word_count") == 600
    assert model.dv.get_vecattr("doc5", "doc_count") == 1
    assert model.dv.similarity("doc0", "x") > model.dv.similarity("doc0", "y")
    np.testing.assert_array_equal(model["x"], model.dv["x"])
    np.testing.assert_array_equal(model["x1"], model.wv["x1"])
    assert model[["x1", "x"]].shape == (2, 16)
    assert "doc3" in model and "x3" in model and "nothing" not in model


def test_numbers_are_rows_and_those_never_used_stay_random(caplog):
    model = make_model([TaggedDocument(KINDS[0], [2]), TaggedDocument(KINDS[1], [9])])
    assert len(model.dv) == 10 and model.dv.key_to_index == {}
    assert "The highest tag that is a number is 9" in caplog.text
    start = model.dv.vectors[5].copy()
    model.train([TaggedDocument(KINDS[0], [2])], total_examples=1, epochs=1)
    np.testing.assert_array_equal(start, model.dv[5])


def test_empty_documents_keep_their_places(caplog):
    documents = make_documents()
    documents[3] = TaggedDocument([], [3])
    documents[4] = TaggedDocument(["rare"], [4])
    model = make_model(documents, min_count=2, dm=0, epochs=40)
    assert "2 documents have no word of the vocabulary, such as document 3; a tag" in caplog.text
    near = [model.dv.most_similar(i, topn=1)[0][0] for i in (0, 1, 2, 5, 59)]
    assert [tag % 3 for tag in near] == [0, 1, 2, 2, 2]


def test_a_file_is_a_document_a_line_with_empty_lines_counted(tmp_path):
    documents = make_documents()
    documents[1] = TaggedDocument([], [1])
    path = tmp_path / "text.txt"
    path.write_text("\n".join(" ".join(document.words) for document in documents))
    from_file, from_lists = make_model(corpus_file=path), make_model(documents)
    np.testing.assert_array_equal(from_file.dv.vectors, from_lists.dv.vectors)
    by_steps = Doc2Vec(vector_size=16, min_count=1, alpha=0.05, sample=0, workers=1, window=3)
    by_steps.build_vocab(corpus_file=path)
    by_steps.train(corpus_file=path, total_examples=by_steps.corpus_count, epochs=15)
    np.testing.assert_array_equal(by_steps.dv.vectors, from_lists.dv.vectors)


def test_words_of_any_kind_and_generators_for_the_vocabulary():
    documents = [TaggedDocument([(i % 5, j) for j in range(6)], [i]) for i in range(40)]
    model = make_model(documents)
    assert (1, 2) in model.wv.key_to_index
    assert model.infer_vector([(1, 2), (1, 3)]).shape == (16,)
    model = Doc2Vec(min_count=1)
    model.build_vocab(document for document in make_documents())
    assert (len(model.dv), model.corpus_count, len(model.wv)) == (60, 60, 36)


def test_update_adds_words_and_tags_and_keeps_vectors(model):
    model = make_model(make_documents(tags=lambda i: [i, "all"]))
    vectors = {tag: model.dv[tag].copy() for tag in (0, 59, "all")}
    more = [TaggedDocument(["new", "x1"], [61, "all", "more"])]
    model.build_vocab(more, update=True)
    assert model.dv.index_to_key[59:] == [59, 60, 61, "all", "more"]
    for tag, vector in vectors.items():
        np.testing.assert_array_equal(model.dv[tag], vector)
    assert model.dv.get_vecattr("all", "doc_count") == 61
    assert model.dv["more"].any() and model.dv[60].any()
    model.train(more, total_examples=1, epochs=2)
    assert model.infer_vector(["new"]).shape == (16,)


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("mmap", [None, "r"])
def test_a_saved_model_infers_and_trains_on_with_the_same_bits(kind, mmap, tmp_path):
    documents = make_documents(12, tags=lambda i: [i, f"t{i % 2}"][: 1 + (kind[:3] != "end")])
    model = make_model(documents, **ALL[kind], epochs=2)
    model.save(tmp_path / "model")
    loaded = Doc2Vec.load(tmp_path / "model", mmap=mmap)
    assert str(loaded) == str(model)
    assert list(loaded.dv.index_to_key) == list(model.dv.index_to_key)
    assert loaded.dv.key_to_index == model.dv.key_to_index
    assert loaded.dv.expandos.keys() == model.dv.expandos.keys()
    np.testing.assert_array_equal(loaded.infer_vector(KINDS[0]), model.infer_vector(KINDS[0]))
    for one in (model, loaded):
        one.train(documents, total_examples=12, epochs=2)
    np.testing.assert_array_equal(loaded.dv.vectors, model.dv.vectors)
    np.testing.assert_array_equal(loaded.wv.vectors, model.wv.vectors)


def test_the_words_of_a_saved_model_open_like_any_other(model, tmp_path):
    model.save(tmp_path / "model")
    words = vectorsuite.load(tmp_path / "model")
    assert words.most_similar("x1") == model.wv.most_similar("x1")
    model.dv.save(tmp_path / "documents")
    documents = vectorsuite.load(tmp_path / "documents")
    np.testing.assert_array_equal(documents.vectors, model.dv.vectors)


def test_a_damaged_file_is_refused(model, tmp_path):
    path = tmp_path / "model"
    model.save(path)
    data = bytearray(path.read_bytes())
    data[-100] ^= 1
    path.write_bytes(data)
    with pytest.raises(ModelFileError, match="damaged"):
        Doc2Vec.load(path)
    with pytest.raises(FileNotFoundError):
        Doc2Vec.load(tmp_path / "none")


def test_vectors_in_word2vecs_format(tmp_path):
    model = make_model(make_documents(tags=lambda i: [i, "xyz"[i % 3]]))
    for doctags, words in ((True, True), (True, False), (False, True)):
        path = tmp_path / "vectors.txt"
        model.save_word2vec_format(path, doctag_vec=doctags, word_vec=words)
        read = KeyedVectors.load_word2vec_format(path)
        assert len(read) == 63 * doctags + 36 * words
        if doctags:
            np.testing.assert_allclose(read["*dt_x"], model.dv["x"], rtol=1e-5)


def test_sums_and_means_and_counts_of_tags_shape_the_name_and_memory():
    model = make_model(dm_concat=1, dm_tag_count=1)
    assert model.layer1_size == (1 + 2 * 3) * 16
    assert model.syn1neg.shape == (37, 112)
    assert str(model) == "Doc2Vec<dm/c,d16,n5,w3>"
    report = model.estimate_memory()
    assert report["doctag_syn0"] == 60 * 16 * 4 and report["syn1neg"] == 37 * 112 * 4
    names = {
        "Doc2Vec<dm/m,d100,n5,w5,mc5,s0.001,t3>": {},
        'Doc2Vec<"note",dm/s,d100,n5,w5,mc5,s0.001,t3>': {"dm_mean": 0, "comment": "note"},
        "Doc2Vec<dbow,d100,hs,mc5,s0.001,t3>": {"dm": 0, "hs": 1, "negative": 0},
        "Doc2Vec<dbow+w,d100,n5,w5,mc5,s0.001,t3>": {"dm": 0, "dbow_words": 1},
    }
    for name, settings in names.items():
        assert str(Doc2Vec(**settings)) == name


def test_names_of_older_gensim():
    documents = make_documents()
    model = Doc2Vec(size=8, iter=3, min_count=1)
    model.build_vocab(documents=documents)
    model.train(documents=documents, total_examples=60, iter=3)
    assert model.docvecs is model.dv and len(model.docvecs) == 60
    model.init_sims(replace=True)
    np.testing.assert_allclose(np.linalg.norm(model.dv.vectors, axis=1), 1, rtol=1e-5)
    other = Doc2Vec(vector_size=8, min_count=1)
    other.reset_from(model)
    assert len(other.dv) == 60 and other.dv.vectors.any(axis=1).all()


def test_similarity_of_documents_never_seen(model):
    same = model.similarity_unseen_docs(KINDS[0], KINDS[0])
    assert same == pytest.approx(1)
    assert same > model.similarity_unseen_docs(KINDS[0], KINDS[1])


# ---- bad input ----


def test_tags_that_the_model_does_not_know_are_named(model):
    for documents, message in (
        (
            [TaggedDocument(KINDS[0], [0]), TaggedDocument(KINDS[0], [60])],
            "Document 1 has the tag 60",
        ),
        (
            [TaggedDocument(KINDS[0], ["who"])],
            "Document 0 has the tag 'who', which is none of the 60",
        ),
    ):
        with pytest.raises(ValueError, match=re.escape(message)):
            model.train(documents, total_examples=1, epochs=1)
    with pytest.raises(KeyError, match="who"):
        model.dv["who"]
    with pytest.raises(KeyError, match="60"):
        model[60]


@pytest.mark.parametrize(
    ("document", "error", "message"),
    [
        (["a", "b"], TypeError, r"Document 0 is \['a', 'b'\]; a document is a TaggedDocument"),
        (TaggedDocument(["a"], "tag"), TypeError, "tags of document 0 are 'tag'; tags are a list"),
        (TaggedDocument(["a"], 5), TypeError, "The tags of document 0 are 5"),
        (TaggedDocument(["a"], [-1]), ValueError, "has the tag -1; whole numbers are rows"),
        (TaggedDocument(["a"], [2**40]), ValueError, "Document 0 has the tag 1099511627776"),
    ],
)  # fmt: skip
def test_what_is_no_document_is_refused(document, error, message):
    with pytest.raises(error, match=message):
        Doc2Vec(min_count=1).build_vocab([document])


def test_documents_without_known_words_cannot_be_inferred(model):
    with pytest.raises(ValueError, match="Document 0 has no word that the model knows"):
        model.infer_vector(["unknown"])
    documents = [KINDS[0], [], KINDS[1], ["unknown"]]
    with pytest.raises(ValueError, match="Document 1 has no word"):
        model.infer_vectors(documents)
    vectors = model.infer_vectors(documents, empty="zero")
    assert vectors.any(axis=1).tolist() == [True, False, True, False]
    np.testing.assert_array_equal(vectors[2], model.infer_vector(KINDS[1]))
    assert model.infer_vectors([]).shape == (0, 16)
    assert not model.infer_vector(["unknown"], empty="zero").any()


def test_inference_says_what_is_wrong(model, tmp_path):
    with pytest.raises(TypeError, match="is the string 'a text'"):
        model.infer_vector("a text")
    with pytest.raises(TypeError, match=r"Document 1 is 'a text'.*use \.split"):
        model.infer_vectors([KINDS[0], "a text"])
    for name in ("alpha", "min_alpha", "epochs"):
        with pytest.raises(ValueError, match=f"{name} is -1"):
            model.infer_vector(KINDS[0], **{name: -1})
    with pytest.raises(ValueError, match="'error' and 'zero'"):
        model.infer_vectors([KINDS[0]], empty="none")
    with pytest.raises(RuntimeError, match="no words"):
        Doc2Vec().infer_vector(KINDS[0])


def test_a_model_without_output_tables_cannot_infer_but_be_asked(tmp_path):
    model = make_model()
    model.delete_temporary_training_data(keep_inference=False)
    with pytest.raises(RuntimeError, match="no table syn1neg, so it cannot be trained, nor infer"):
        model.infer_vector(KINDS[0])
    model.save(tmp_path / "model")
    loaded = Doc2Vec.load(tmp_path / "model")
    assert loaded.dv.most_similar(0)
    with pytest.raises(RuntimeError, match="syn1neg"):
        loaded.infer_vector(KINDS[0])


def test_end_to_end_takes_documents_with_one_number_of_tags():
    documents = make_documents(tags=lambda i: [i, f"t{i % 2}"])
    model = make_model(documents, dm_concat=1, dm_tag_count=2, epochs=2)
    assert model.layer1_size == (2 + 2 * 3) * 16
    with pytest.raises(ValueError, match="one cannot be inferred without the others"):
        model.infer_vector(KINDS[0])
    with pytest.raises(ValueError, match="one cannot be inferred without the others"):
        model.held_out(documents)
    with pytest.raises(
        ValueError, match=r"Document 0 has 2 tags; with dm_concat=1 .*dm_tag_count=1"
    ):
        make_model(documents, dm_concat=1)


def test_training_that_could_teach_nothing_is_refused(model):
    with pytest.raises(ValueError, match="No document has a tag"):
        make_model(make_documents(tags=lambda i: []), dm=0)
    with pytest.raises(RuntimeError, match="no vocabulary"):
        Doc2Vec([])
    with pytest.raises(ValueError, match="dm_tag_count is 0"):
        Doc2Vec(dm_tag_count=0)
    with pytest.raises(ValueError, match="dv holds vectors of width 3"):
        Doc2Vec(dv=KeyedVectors(3))


@pytest.mark.parametrize("kind", [{}, {"dm": 0}, {"dm": 0, "dbow_words": 1}, {"dm_concat": 1}])
def test_tags_are_held_back_by_their_factors(kind):
    documents = make_documents(tags=lambda i: [i])
    model = make_model(documents, **kind)
    before = model.dv.vectors.copy()
    model.dv.vectors_lockf = np.ones(len(model.dv), dtype=np.float32)
    model.dv.vectors_lockf[::2] = 0
    model.train(documents, total_examples=len(documents), epochs=2)
    same = (model.dv.vectors == before).all(axis=1)
    assert same.tolist() == [i % 2 == 0 for i in range(len(same))]


def test_words_that_are_one_string_are_warned_of(caplog):
    with caplog.at_level(logging.WARNING):
        Doc2Vec(min_count=1).build_vocab([TaggedDocument("abc", [0])])
    assert "Each 'words' should be a list of words" in caplog.text


# ---- a real corpus ----

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "data" / "wiki17m.txt.xz"


@pytest.fixture(scope="module")
def paragraphs():
    if not CORPUS.is_file():
        pytest.skip(f"there is no corpus {CORPUS}")
    with lzma.open(CORPUS, "rt", encoding="utf8") as lines:
        split = (line.split() for line in lines)
        texts = list(islice((words for words in split if len(words) >= 20), 3000))
    return [TaggedDocument(words, [i]) for i, words in enumerate(texts)]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["mean", "bag of words", "bag of words and words"])
def test_the_vector_nearest_to_one_inferred_for_a_paragraph_is_its_own(paragraphs, kind):
    model = Doc2Vec(paragraphs, min_count=2, epochs=50, workers=2, **ALL[kind])
    table = model.dv.get_normed_vectors()
    nearest = (model.infer_vectors(paragraphs) @ table.T).argmax(axis=1)
    assert np.mean(nearest == np.arange(3000)) >= 0.95
