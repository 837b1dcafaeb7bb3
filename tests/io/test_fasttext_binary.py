"""fastText's .bin: its vectors to the bit, the same bytes again, quantised and pruned models."""

import numpy as np
import pytest

from vectorsuite.io import WordVectors
from vectorsuite.io.open import load_any, save_any
from vectorsuite.packed import PackedStrings

WORDS = ["alpha", "beta", "gamma", "delta", "été", "日本語", "x"]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    path = tmp_path_factory.mktemp("corpus") / "c.txt"
    rng = np.random.default_rng(0)
    path.write_text("\n".join(" ".join(rng.choice(WORDS, 8)) for _ in range(200)), "utf8")
    return path


@pytest.fixture(scope="module", params=[(2, 4), (1, 2), (0, 0)], ids=str)
def model(request, corpus):
    fasttext = pytest.importorskip("fasttext")
    minn, maxn = request.param
    return fasttext.train_unsupervised(
        str(corpus),
        dim=6,
        bucket=50,
        minn=minn,
        maxn=maxn,
        minCount=1,
        epoch=2,
        thread=1,
        verbose=0,
    )


def test_vectors_are_fasttexts_own(model, tmp_path):
    model.save_model(str(tmp_path / "m.bin"))
    vectors = load_any(tmp_path / "m.bin")
    assert vectors.format == "fastText binary"
    assert list(vectors.words) == model.words
    expected = np.array([model.get_word_vector(word) for word in model.words])
    np.testing.assert_array_equal(vectors.data, expected)
    assert vectors.counts.tolist() == model.get_words(include_freq=True)[1].tolist()


def test_unknown_words_are_composed_of_ngrams(model, tmp_path):
    model.save_model(str(tmp_path / "m.bin"))
    unknown = ["alphabet", "日本", "zz", "ß"]
    stored = load_any(tmp_path / "m.bin").extras["fasttext"]
    found = stored.compose(PackedStrings.pack(unknown), np.full(4, -1))
    np.testing.assert_array_equal(found, [model.get_word_vector(word) for word in unknown])


def test_the_same_bytes_are_written_again(model, tmp_path):
    model.save_model(str(tmp_path / "m.bin"))
    save_any(tmp_path / "n.bin", load_any(tmp_path / "m.bin"), file_format="fastText binary")
    assert (tmp_path / "n.bin").read_bytes() == (tmp_path / "m.bin").read_bytes()


@pytest.mark.parametrize("qnorm", [False, True])
@pytest.mark.parametrize("cutoff", [0, 300])
def test_quantised_classifiers(corpus, tmp_path, qnorm, cutoff):
    fasttext = pytest.importorskip("fasttext")
    rng = np.random.default_rng(0)
    words = ["".join(rng.choice(list("abcdefgh"), 4)) for _ in range(500)]
    lines = [f"__label__{i % 2} " + " ".join(rng.choice(words, 8)) for i in range(400)]
    (tmp_path / "c.txt").write_text("\n".join(lines))
    model = fasttext.train_supervised(
        str(tmp_path / "c.txt"), dim=7, bucket=400, minn=2, maxn=3, epoch=1, thread=1, verbose=0
    )
    model.quantize(str(tmp_path / "c.txt"), qnorm=qnorm, cutoff=cutoff, retrain=False, dsub=2)
    model.save_model(str(tmp_path / "m.ftz"))
    vectors = load_any(tmp_path / "m.ftz")
    assert list(vectors.words) == model.words
    expected = np.array([model.get_word_vector(word) for word in model.words])
    np.testing.assert_allclose(vectors.data, expected, atol=1e-7)
    save_any(tmp_path / "n.ftz", vectors)
    assert (tmp_path / "n.ftz").read_bytes() == (tmp_path / "m.ftz").read_bytes()
    for damaged in ((0, 10_000), (400, 0), (-1, 0), (0, -1)) if cutoff else ():
        vectors.extras["fasttext"].pruned[0] = damaged
        save_any(tmp_path / "n.ftz", vectors)
        with pytest.raises(ValueError, match="a pruned bucket has a row that is not there"):
            load_any(tmp_path / "n.ftz")


def test_fasttext_opens_vectors_without_a_model(tmp_path):
    fasttext = pytest.importorskip("fasttext")
    data = np.random.default_rng(0).normal(size=(2, 3)).astype(np.float32)
    save_any(tmp_path / "m.ftz", WordVectors.from_words(["a", "été"], data))
    model = fasttext.load_model(str(tmp_path / "m.ftz"))
    np.testing.assert_array_equal(model.get_word_vector("été"), data[1])
    np.testing.assert_array_equal(load_any(tmp_path / "m.ftz").data, data)


def test_gensim_reads_the_same_vectors(model, tmp_path):
    gensim = pytest.importorskip("gensim.models.fasttext")
    if model.f.getArgs().maxn == 0:
        pytest.skip("gensim needs n-grams")
    model.save_model(str(tmp_path / "m.bin"))
    theirs = gensim.load_facebook_vectors(str(tmp_path / "m.bin"))
    ours = load_any(tmp_path / "m.bin")
    assert theirs.index_to_key == list(ours.words)
    # gensim gives n-grams to the end of sentence, and counts the lone "<" and ">" as n-grams
    words = [i for i, word in enumerate(ours.words) if word != "</s>"]
    if model.f.getArgs().minn > 1:
        np.testing.assert_allclose(ours.data[words], theirs.vectors[words], atol=1e-6)


def test_every_cut_is_noticed(corpus, tmp_path):
    fasttext = pytest.importorskip("fasttext")
    model = fasttext.train_unsupervised(
        str(corpus), dim=2, bucket=5, minn=2, maxn=2, minCount=1, epoch=1, thread=1, verbose=0
    )
    model.save_model(str(tmp_path / "m.bin"))
    content = (tmp_path / "m.bin").read_bytes()
    cut = tmp_path / "cut.bin"
    for size in range(len(content)):
        cut.write_bytes(content[:size])
        with pytest.raises(ValueError, match=r"cut\.bin"):
            load_any(cut, file_format="fastText binary")
    cut.write_bytes(content + b"\0")
    with pytest.raises(ValueError, match="bytes follow the model"):
        load_any(cut)


def test_floret_binaries_are_refused(corpus, tmp_path):
    floret = pytest.importorskip("floret")
    model = floret.train_unsupervised(
        str(corpus), dim=2, bucket=5, minn=2, maxn=2, minCount=1, epoch=1, thread=1, verbose=0,
        mode="floret", hashCount=2,
    )  # fmt: skip
    model.save_model(str(tmp_path / "m.bin"))
    with pytest.raises(ValueError, match=r"m\.bin"):
        load_any(tmp_path / "m.bin")


@pytest.mark.parametrize("place, value", [(8, -1), (8, 1 << 30), (64, 1 << 30), (68, -1)])
def test_damaged_headers_are_refused(corpus, tmp_path, place, value):
    save_any(tmp_path / "m.ftz", WordVectors.from_words(["a", "b"], np.ones((2, 3), np.float32)))
    content = bytearray((tmp_path / "m.ftz").read_bytes())
    content[place : place + 4] = value.to_bytes(4, "little", signed=True)
    (tmp_path / "m.ftz").write_bytes(content)
    with pytest.raises(ValueError, match=r"m\.ftz"):
        load_any(tmp_path / "m.ftz")
