"""Facebook's files: what fastText kept there, whatever its version, is what models here have."""

import struct

import numpy as np
import pytest

from vectorsuite import FastText, Word2Vec, load
from vectorsuite.io.fasttext_binary import HEADLESS, read_model
from vectorsuite.io.source import Source
from vectorsuite.models.fasttext_files import (
    ClassifierError,
    load_facebook_model,
    load_facebook_vectors,
    save_facebook_model,
)

SENTENCES = [["walk", "walked", "été"], ["green", "greens", "walk"]] * 40


@pytest.fixture(scope="module")
def model():
    return FastText(
        SENTENCES, vector_size=6, min_count=1, min_n=2, max_n=3, bucket=50, epochs=1, workers=1,
        sg=1, hs=1, negative=0, sample=0,
    )  # fmt: skip


@pytest.fixture
def path(model, tmp_path):
    save_facebook_model(model, tmp_path / "model.bin")
    return tmp_path / "model.bin"


def fasttext_tree(counts):
    """Nodes and codes from each word to the root as fastText's buildTree makes them."""
    n = len(counts)
    weight = [*counts, *[10**15] * (n - 1)]
    parent, code = [0] * (2 * n - 1), [False] * (2 * n - 1)
    leaf, node = n - 1, n
    for made in range(n, 2 * n - 1):
        pair = []
        for _ in "12":
            if leaf >= 0 and weight[leaf] < weight[node]:
                pair.append(leaf)
                leaf -= 1
            else:
                pair.append(node)
                node += 1
        weight[made] = weight[pair[0]] + weight[pair[1]]
        parent[pair[0]] = parent[pair[1]] = made
        code[pair[1]] = True
    paths = []
    for word in range(n):
        at, path = word, []
        while at < 2 * n - 2:
            path.append((parent[at] - n, code[at]))
            at = parent[at]
        paths.append(path)
    return paths


@pytest.mark.parametrize("counts", [[9, 5, 5, 5, 2, 2, 1, 1, 1], [1] * 7, [8, 4, 2, 1]])
def test_trees_are_those_of_fasttext_ties_included(counts):
    words = [[f"w{i}"] * count for i, count in enumerate(counts)]
    model = FastText(min_count=1, hs=1, negative=0, vector_size=2, bucket=5)
    model.build_vocab(words)
    assert model.wv.expandos["count"].tolist() == counts
    for row, path in enumerate(fasttext_tree(counts)):
        nodes, codes = zip(*reversed(path), strict=True)
        assert model.wv.get_vecattr(row, "point").tolist() == list(nodes)
        assert model.wv.get_vecattr(row, "code").tolist() == list(codes)


def test_nodes_of_fasttexts_softmax_give_its_probabilities(tmp_path):
    fasttext = pytest.importorskip("fasttext")
    text = tmp_path / "text"
    text.write_text("\n".join(map(" ".join, SENTENCES)))
    theirs = fasttext.train_unsupervised(
        str(text), dim=4, minCount=1, minn=2, maxn=3, bucket=50, loss="hs", epoch=5, thread=1,
        lr=0.5, verbose=0,
    )  # fmt: skip
    theirs.save_model(str(tmp_path / "m.bin"))
    ours, output = load_facebook_model(tmp_path / "m.bin"), theirs.get_output_matrix()
    assert ours.hs and not ours.negative and np.abs(output).max() > 0.01
    hidden = np.ones(4, np.float32)
    paths = fasttext_tree(ours.wv.expandos["count"].tolist())
    for row, path in enumerate(paths):
        # fastText: sigmoid(score) is the chance of code 1; word2vec: of code 0
        expected = [(2 * code - 1) * (output[node] @ hidden) for node, code in reversed(path)]
        signs = 1.0 - 2.0 * ours.wv.get_vecattr(row, "code")
        scores = signs * (ours.syn1[ours.wv.get_vecattr(row, "point")] @ hidden)
        np.testing.assert_allclose(scores, expected, atol=1e-6)


def test_nodes_survive_a_file_and_training_goes_on(model, path):
    loaded = load_facebook_model(path)
    np.testing.assert_array_equal(loaded.syn1, model.syn1)
    np.testing.assert_array_equal(FastText.load_fasttext_format(path).syn1, model.syn1)
    np.testing.assert_allclose(loaded.wv["walking"], model.wv["walking"], atol=1e-6)
    loaded.train(SENTENCES, total_examples=len(SENTENCES), epochs=1)
    assert not np.array_equal(loaded.wv["walk"], model.wv["walk"])


def headless(path):
    """The same model as fastText wrote it before version 11."""
    content = path.read_bytes()
    with Source(path) as source:
        file = read_model(source)
    n, width = file.input.shape
    at = 8 + 56 + 12 + 8  # after the head, the arguments, three sizes and the number of tokens
    end = content.index(struct.pack("<?qq", False, n, width), at)
    body = content[end + 1 : end + 17 + 4 * n * width]
    return content[8:at] + content[at + 8 : end] + body + content[end + 17 + 4 * n * width + 1 :]


def test_files_without_a_head_are_read(model, path, tmp_path):
    old = tmp_path / "old.bin"
    old.write_bytes(headless(path))
    with Source(old) as source:
        assert read_model(source).version == HEADLESS
    loaded = load_facebook_model(old)
    np.testing.assert_allclose(loaded.wv["walking"], model.wv["walking"], atol=1e-6)
    np.testing.assert_array_equal(loaded.syn1, model.syn1)
    for size in range(0, len(old.read_bytes()), 7):
        old.write_bytes(headless(path)[:size])
        with pytest.raises(ValueError, match=r"old\.bin"):
            load_facebook_vectors(old)


@pytest.mark.parametrize("cutoff", [0, 300])
def test_vectors_of_quantised_and_pruned_classifiers_are_read(cutoff, tmp_path):
    fasttext = pytest.importorskip("fasttext")
    random = np.random.default_rng(0)
    words = ["".join(random.choice(list("abcdefgh"), 4)) for _ in range(500)]
    lines = [f"__label__{i % 2} " + " ".join(random.choice(words, 8)) for i in range(400)]
    (tmp_path / "c.txt").write_text("\n".join(lines))
    theirs = fasttext.train_supervised(
        str(tmp_path / "c.txt"), dim=6, bucket=400, minn=2, maxn=3, epoch=1, thread=1, verbose=0
    )
    theirs.quantize(str(tmp_path / "c.txt"), cutoff=cutoff, retrain=False, dsub=2)
    theirs.save_model(str(tmp_path / "m.ftz"))
    wv = load_facebook_vectors(tmp_path / "m.ftz")
    assert list(wv.index_to_key) == theirs.words
    for word in [*theirs.words[:20], "abcx", "fedcba", "zzz"]:
        np.testing.assert_allclose(wv[word], theirs.get_word_vector(word), atol=1e-6)
    with pytest.raises(ClassifierError, match="load_facebook_vectors"):
        load_facebook_model(tmp_path / "m.ftz")
    with pytest.raises(NotImplementedError):  # as gensim
        load_facebook_model(tmp_path / "m.ftz")


def test_words_in_other_encodings_and_broken_ones_are_read(path, tmp_path):
    content = path.read_bytes()
    other = tmp_path / "latin.bin"
    other.write_bytes(content.replace("été".encode(), "été".encode("latin1")))
    assert load_facebook_model(other, encoding="latin1").wv.has_index_for("été")
    assert load_facebook_vectors(other).has_index_for(r"\xe9t\xe9")
    with pytest.raises(ValueError, match="latin1"):
        save_facebook_model(load_facebook_model(path), other, encoding="latin1")


def test_settings_of_fasttext_are_written_as_given(model, tmp_path):
    save_facebook_model(model, tmp_path / "m.bin", lr_update_rate=7, word_ngrams=2)
    with Source(tmp_path / "m.bin") as source:
        arguments = read_model(source).arguments
    assert (arguments["lrUpdateRate"], arguments["wordNgrams"]) == (7, 2)


def test_a_model_with_a_least_length_above_the_greatest_has_no_ngrams(tmp_path):
    fasttext = pytest.importorskip("fasttext")
    (tmp_path / "text.txt").write_text("walk walked green\n" * 9)
    theirs = fasttext.train_unsupervised(
        str(tmp_path / "text.txt"), dim=4, minn=5, maxn=3, bucket=50, minCount=1, epoch=1,
        thread=1, verbose=0,
    )  # fmt: skip
    path = tmp_path / "m.bin"
    theirs.save_model(str(path))
    for vectors in (load(path), load_facebook_vectors(path), load_facebook_model(path).wv):
        assert vectors["walk"] == pytest.approx(theirs["walk"], abs=1e-7)
        with pytest.raises(KeyError):
            vectors["walking"]


def test_gensim_opens_models_with_words_that_were_added(tmp_path):
    fasttext = pytest.importorskip("gensim.models.fasttext")
    model = FastText(SENTENCES, vector_size=6, min_count=2, bucket=50, epochs=1)
    model.wv.add_vectors(["blue"], [np.arange(6, dtype=np.float32)])
    save_facebook_model(model, tmp_path / "m.bin")
    theirs = fasttext.load_facebook_vectors(tmp_path / "m.bin")
    for word in ("walk", "blue", "bluest"):
        assert theirs[word] == pytest.approx(model.wv[word], abs=1e-6)
    assert load_facebook_model(tmp_path / "m.bin").wv["blue"] == pytest.approx(np.arange(6))


@pytest.mark.parametrize("mmap", [False, True])
def test_vectors_given_to_known_words_are_kept(tmp_path, mmap):
    model = FastText(SENTENCES, vector_size=6, min_count=1, bucket=50, epochs=1)
    model.save(tmp_path / "m.model")
    model = FastText.load(tmp_path / "m.model", mmap="r" if mmap else None)
    given, others = np.arange(6, dtype=np.float32), model.wv["greens"].copy()
    model.wv["walk"] = given
    model.wv.add_vectors(["green", "blue"], [given, given], replace=True)
    save_facebook_model(model, tmp_path / "m.bin")
    model.save(tmp_path / "n.model")
    model.wv.adjust_vectors()
    again = FastText.load(tmp_path / "n.model")
    again.wv.adjust_vectors()
    for wv in (model.wv, again.wv, load_facebook_model(tmp_path / "m.bin").wv):
        for word in ("walk", "green", "blue"):
            assert wv[word] == pytest.approx(given, abs=1e-5)
        assert wv["greens"] == pytest.approx(others, abs=1e-6)
    model.train([["walk", "green"]], total_examples=1, epochs=1, start_alpha=1e-9, end_alpha=1e-9)
    assert model.wv["walk"] == pytest.approx(given, abs=1e-5)


def test_tokens_of_words_that_are_too_rare_are_counted_in_files(tmp_path):
    model = FastText(
        [*SENTENCES, ["rare", "words"]], vector_size=6, min_count=2, bucket=50, epochs=1
    )
    save_facebook_model(model, tmp_path / "m.bin")
    with Source(tmp_path / "m.bin") as source:
        assert read_model(source).n_tokens == 242
    save_facebook_model(load_facebook_model(tmp_path / "m.bin"), tmp_path / "n.bin")
    assert (tmp_path / "n.bin").read_bytes() == (tmp_path / "m.bin").read_bytes()


def test_lock_factors_hold_rows_of_buckets():
    def trained(factors):
        model = FastText(vector_size=6, min_count=1, min_n=2, max_n=3, bucket=50, workers=1)
        model.build_vocab(SENTENCES)
        before = model.wv.vectors_ngrams.copy()
        model.wv.vectors_ngrams_lockf = factors
        model.train(SENTENCES, total_examples=len(SENTENCES), epochs=1)
        return np.flatnonzero((model.wv.vectors_ngrams != before).any(axis=1)).tolist()

    moving = trained(np.ones(1))
    held = np.ones(50)
    held[moving[:3]] = 0
    assert trained(held) == moving[3:]
    assert not trained(np.zeros(1))
    with pytest.raises(ValueError, match="49 factors for 50 buckets"):
        trained(np.ones(49))


def test_other_models_are_refused(tmp_path):
    model = Word2Vec([["a", "b"]] * 5, min_count=1, vector_size=2)
    with pytest.raises(TypeError, match="holds FastText models, not a Word2Vec"):
        save_facebook_model(model, tmp_path / "m.bin")
