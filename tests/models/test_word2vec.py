"""Word2Vec: training at once from any corpus, reproducibly, and what it refuses."""

import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
from small_models import ALL, ARCHITECTURES, SENTENCES, bits

from vectorsuite.models import (
    LineSentence,
    Text8Corpus,
    Word2Vec,
)


@pytest.mark.parametrize("kind", ARCHITECTURES, ids=str)
def test_training_in_two_steps_is_training_at_once(kind):
    at_once = Word2Vec(SENTENCES, **ALL, **kind)
    model = Word2Vec(**ALL, **kind)
    model.build_vocab(SENTENCES)
    before = model.wv.vectors.copy()
    model.train(SENTENCES, total_examples=model.corpus_count, epochs=model.epochs)
    assert bits(model) == bits(at_once)
    assert (model.wv.vectors != before).any()


@pytest.mark.parametrize("kind", ARCHITECTURES, ids=str)
def test_losses_fall(kind):
    model = Word2Vec(SENTENCES, **ALL, **kind, shrink_windows=False, alpha=0.1, epochs=20)
    assert len(model.epoch_losses) == 20
    assert model.epoch_losses[0] > model.epoch_losses[-1] > 0


def test_the_vocabulary_is_sorted_by_count_and_counted():
    model = Word2Vec(SENTENCES, **ALL)
    assert model.wv.index_to_key[:4] == ["system", "user", "trees", "graph"]
    assert model.wv.get_vecattr("system", "count") == 4
    assert (model.corpus_count, model.corpus_total_words) == (9, 29)
    unsorted = Word2Vec(SENTENCES, sorted_vocab=0, **ALL)
    assert unsorted.wv.index_to_key[:3] == ["human", "interface", "computer"]


def test_files_lists_and_readers_give_the_same_model(tmp_path):
    path = tmp_path / "corpus.txt"
    path.write_text("\n".join(" ".join(sentence) for sentence in SENTENCES), "utf8")
    expected = bits(Word2Vec(SENTENCES, **ALL))
    assert bits(Word2Vec(corpus_file=str(path), **ALL)) == expected
    assert bits(Word2Vec(LineSentence(path), **ALL)) == expected
    model = Word2Vec(**ALL)
    model.build_vocab(sentence for sentence in SENTENCES)
    model.train((s for s in SENTENCES), total_examples=9, epochs=1)
    assert model.corpus_count == 9
    assert Word2Vec(Text8Corpus(path), **ALL).corpus_count == 9


def test_the_corpus_is_read_once():
    class Corpus:
        readings = 0

        def __iter__(self):
            yield from SENTENCES
            self.readings += 1

    corpus = Corpus()
    Word2Vec(corpus, **ALL, epochs=7)
    assert corpus.readings == 1


def test_long_sentences_are_trained_to_their_end():
    words = [f"w{n}" for n in range(30_000)]
    model = Word2Vec(**{**ALL, "vector_size": 2})
    model.build_vocab([words])
    before = model.wv.vectors.copy()
    model.train([words], total_examples=1, epochs=2)
    changed = (model.wv.vectors != before).any(axis=1)
    assert changed.all()


def test_a_corpus_is_never_in_memory_as_a_whole():
    class Stream:
        def __iter__(self):
            for n in range(20_000):
                yield [f"word{n % 50}", "and", f"word{n % 7}"] * 5

    tracemalloc.start()
    Word2Vec(Stream(), **{**ALL, "epochs": 1})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000  # 300,000 words


@pytest.mark.parametrize("tokens", [[[1, 2, 3], [3, 2]], [[("a", 1), ("b", 2)], [("b", 2)]]])
def test_tokens_may_be_anything_hashable(tokens):
    model = Word2Vec(tokens * 3, **ALL)
    assert set(model.wv.index_to_key) == {token for sentence in tokens for token in sentence}
    model.train(tokens, total_examples=2, epochs=1)
    assert model.wv.most_similar(positive=[model.wv.vectors[0]], topn=1)


@pytest.mark.parametrize("environment", [{"PYTHONHASHSEED": "1"}, {"PYTHONHASHSEED": "2"}])
def test_one_seed_gives_the_same_bits_in_any_process(environment):
    code = (
        "from vectorsuite.models import Word2Vec; import zlib\n"
        f"m = Word2Vec({SENTENCES!r}, **{ALL!r}); print(zlib.crc32(m.wv.vectors.tobytes()))"
    )
    out = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], env=environment, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    import zlib

    assert int(out.stdout) == zlib.crc32(Word2Vec(SENTENCES, **ALL).wv.vectors.tobytes())


def test_deterministic_gives_the_same_bits_for_any_number_of_workers():
    corpus = [[f"w{i * j % 97}" for j in range(50)] for i in range(400)]
    settings = {"min_count": 1, "vector_size": 4, "epochs": 2, "deterministic": True}
    expected = bits(Word2Vec(corpus, workers=1, **settings))
    assert all(bits(Word2Vec(corpus, workers=n, **settings)) == expected for n in (2, 3))


def test_another_seed_gives_other_vectors_and_hashfxn_decides_them():
    assert bits(Word2Vec(SENTENCES, **ALL)) != bits(Word2Vec(SENTENCES, seed=2, **ALL))
    model = Word2Vec(hashfxn=lambda text: 7, **ALL)
    model.build_vocab(SENTENCES)
    assert (model.wv.vectors == model.wv.vectors[0]).all()


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"hs": 0, "negative": 0}, ValueError, "hs and negative are both 0"),
        ({"vector_size": 0}, ValueError, "vector_size is 0"),
        ({"window": 0}, ValueError, "window is 0"),
        ({"window": 1 << 21}, ValueError, "window is 2,097,152; it must be at most 1,048,576"),
        ({"alpha": float("nan")}, ValueError, "alpha is nan"),
        ({"min_count": 50}, RuntimeError, "min_count=50"),
        ({"epochs": 0}, ValueError, "epochs is 0"),
    ],
)
def test_bad_settings_are_refused(settings, error, message):
    with pytest.raises(error, match=message):
        Word2Vec(SENTENCES, **{**ALL, **settings})


def test_bad_corpora_are_refused(tmp_path, caplog):
    with pytest.raises(TypeError, match="generator"):
        Word2Vec((s for s in SENTENCES), **ALL)
    with pytest.raises(TypeError, match="'all in one string'"):
        Word2Vec("all in one string", **ALL)
    with pytest.raises(TypeError, match="corpus_file; both were given"):
        Word2Vec(SENTENCES, corpus_file=tmp_path, **ALL)
    with pytest.raises(FileNotFoundError):
        Word2Vec(corpus_file=tmp_path / "missing.txt", **ALL)
    with pytest.raises(RuntimeError, match="no vocabulary"):
        Word2Vec([], **ALL)
    with pytest.raises(TypeError, match="Sentence 0 is None"):
        Word2Vec([None], **ALL)
    (tmp_path / "empty.txt").write_text("\n\n")
    with pytest.raises(RuntimeError, match="no vocabulary"):
        Word2Vec(corpus_file=tmp_path / "empty.txt", **ALL)
    Word2Vec(["human machine", "machine"], **ALL)
    assert "list of words" in caplog.text


def test_a_model_prints_as_what_it_is():
    model = Word2Vec(SENTENCES, **ALL)
    assert repr(model) == str(model) and repr(model).startswith("Word2Vec<vocab=")


@pytest.mark.parametrize("seed", [None, 1.5, "1"])
def test_a_seed_is_a_whole_number(seed):
    with pytest.raises(TypeError, match="a whole one"):
        Word2Vec(seed=seed)
    assert Word2Vec(seed=np.int64(3)).seed == 3
