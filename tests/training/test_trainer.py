"""Training from an encoded corpus: planted structure is found, the same bits come twice."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from vectorsuite.kernels.device import on_host
from vectorsuite.training.architecture import recommended_window
from vectorsuite.training.corpus import count_and_encode
from vectorsuite.training.trainer import train_skip_gram


def two_topics(n=3000, seed=0):
    """Sentences over two sets of words that never meet."""
    random = np.random.default_rng(seed)
    topics = [[f"{letter}{i}" for i in range(12)] for letter in "ab"]
    return [random.choice(topics[i % 2], size=8).tolist() for i in range(n)]


@pytest.fixture
def corpus():
    with count_and_encode(two_topics(), min_count=1) as encoded:
        yield encoded


def cosines(vectors):
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit @ unit.T


@pytest.mark.parametrize("workers", [1, 2])
def test_words_of_one_topic_end_up_near_each_other(corpus, workers):
    trained = train_skip_gram(corpus, vector_size=16, epochs=5, sample=0, workers=workers)
    topic = np.array([word[0] for word in trained.words])
    same = topic[:, None] == topic[None, :]
    near = cosines(trained.vectors)
    assert near[same].mean() > 0.5
    assert near[~same].mean() < 0.25
    assert trained.vectors.shape == (24, 16)
    assert trained.vectors.dtype == np.float32
    assert trained.contexts.shape == (24, 16)


def test_loss_starts_at_that_of_zero_scores_and_falls(corpus):
    trained = train_skip_gram(
        corpus, vector_size=16, epochs=1, sample=0, workers=1, learn_rate=1e-6, min_learn_rate=0
    )
    assert trained.losses[0] == pytest.approx(6 * np.log(2), rel=1e-3)  # 1 pair, 5 noise words
    trained = train_skip_gram(corpus, vector_size=16, epochs=4, sample=0, workers=1)
    assert trained.losses == sorted(trained.losses, reverse=True)
    assert trained.losses[-1] < 3.7


def test_one_worker_and_one_seed_give_the_same_bits(corpus):
    def bits(seed):
        return train_skip_gram(corpus, epochs=1, workers=1, seed=seed).vectors.tobytes()

    assert bits(3) == bits(3)
    assert bits(3) != bits(4)


def test_same_bits_in_another_process_whatever_its_hash_seed():
    script = (
        "import hashlib\n"
        "from vectorsuite.training.corpus import count_and_encode\n"
        "from vectorsuite.training.trainer import train_skip_gram\n"
        "with count_and_encode([['a', 'b', 'c', 'd']] * 50, min_count=1) as corpus:\n"
        "    vectors = train_skip_gram(corpus, workers=1, epochs=2, sample=0).vectors\n"
        "print(hashlib.sha1(vectors.tobytes()).hexdigest())\n"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", script], env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(digests) == 1


def test_reference_loops_train_the_same_vectors():
    with count_and_encode(two_topics(60), min_count=1) as small:
        settings = {"vector_size": 10, "epochs": 2, "sample": 0, "workers": 1}
        ours = train_skip_gram(small, **settings)
        theirs = train_skip_gram(small, kernels="reference", **settings)
    np.testing.assert_allclose(ours.vectors, theirs.vectors, atol=1e-5)
    assert ours.losses == pytest.approx(theirs.losses, rel=1e-5)


@pytest.mark.parametrize("place", ["NumPy", "device"])
def test_array_operations_train_vectors_as_good(place, request):
    chosen = {"kernels": "array"}
    if place == "device":
        chosen = {"ops": request.getfixturevalue("strict_ops")}
    with count_and_encode(two_topics(60), min_count=1) as small:
        settings = {"vector_size": 10, "epochs": 8, "sample": 0, "workers": 1}
        ours = train_skip_gram(small, **settings)
        theirs = train_skip_gram(small, **settings, **chosen)
    vectors = on_host(theirs.vectors)
    assert vectors.shape == ours.vectors.shape
    assert theirs.pairs == ours.pairs
    assert theirs.losses[-1] == pytest.approx(ours.losses[-1], rel=0.1)
    assert theirs.losses[-1] < 0.95 * theirs.losses[0]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"vector_size": 0}, "vector_size is 0"),
        ({"window": 0}, "window is 0"),
        ({"negative": 0}, "negative is 0"),
        ({"epochs": 0}, "epochs is 0"),
        ({"learn_rate": -0.1}, "learn_rate is -0.1"),
        ({"learn_rate": float("nan")}, "learn_rate is nan"),
        ({"min_learn_rate": 1.0}, "min_learn_rate is 1.0"),
        ({"sample": -1.0}, "sample is -1.0"),
        ({"workers": -1}, "workers is -1"),
    ],
)
def test_settings_out_of_range_are_refused(corpus, settings, message):
    with pytest.raises(ValueError, match=message):
        train_skip_gram(corpus, **settings)


def test_one_word_vocabulary_is_refused():
    with (
        count_and_encode([["only", "only"]] * 5) as corpus,
        pytest.raises(ValueError, match=r"\['only'\].*at least two words"),
    ):
        train_skip_gram(corpus)


def test_sentences_of_single_words_are_refused():
    with (
        count_and_encode([["a"], ["b"]] * 5) as corpus,
        pytest.raises(ValueError, match="no two words stand within one sentence"),
    ):
        train_skip_gram(corpus, sample=0)


def test_learning_rate_that_overflows_stops_the_run(corpus):
    with pytest.raises(FloatingPointError, match=r"learning rate 1e\+30 is too high"):
        train_skip_gram(corpus, learn_rate=1e30, epochs=3)


def test_progress_counts_every_epoch_to_the_end(corpus):
    seen = []

    def progress(stage, done, total=None, /, **figures):
        seen.append((stage, done, total, figures))

    train_skip_gram(corpus, epochs=2, progress=progress, workers=1)
    n = len(corpus.ids)
    assert [s[:3] for s in seen if s[1] % n == 0] == [("train", n, 2 * n), ("train", 2 * n, 2 * n)]
    assert seen[-1][3]["learn_rate"] == pytest.approx(1e-4)
    assert seen[-1][3]["epoch"] == 2
    assert 0 < seen[-1][3]["loss"] < 5


@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT to another process")
def test_ctrl_c_stops_within_a_second():
    script = (
        "import numpy as np\n"
        "from vectorsuite.training.corpus import EncodedCorpus\n"
        "from vectorsuite.training.trainer import train_skip_gram\n"
        "from vectorsuite.packed import PackedStrings\n"
        "n, v = 3_000_000, 5000\n"
        "ids = (np.arange(n) % v).astype(np.int32)\n"
        "corpus = EncodedCorpus(PackedStrings.pack(map(str, range(v))), np.full(v, n // v),\n"
        "    ids, np.array([0, n]), raw_words=n, raw_vocabulary=v)\n"
        "def progress(*args, **figures):\n"
        "    print('training', flush=True)\n"
        "train_skip_gram(corpus, vector_size=300, epochs=1000, progress=progress)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "training\n"
    process.send_signal(signal.SIGINT)
    started = time.monotonic()
    _, errors = process.communicate(timeout=30)
    assert "KeyboardInterrupt" in errors
    assert time.monotonic() - started < 5  # a second on a machine that does nothing else


@pytest.mark.slow
def test_real_text_gives_real_neighbours(wiki17m):
    with wiki17m.open(encoding="utf8") as text:
        sentences = [line.split() for line, _ in zip(text, range(12_000), strict=False)]
    with count_and_encode(sentences) as corpus:
        trained = train_skip_gram(corpus, vector_size=64, epochs=5)
    words = list(trained.words)
    near = cosines(trained.vectors)
    nearest = {words[i] for i in np.argsort(-near[words.index("france")])[1:21]}
    assert nearest & {"germany", "spain", "italy", "belgium", "netherlands", "austria", "england"}


def test_windows_are_recommended_as_their_authors_do():
    assert [recommended_window(kind) for kind in ("sg", "skip-gram", "cbow")] == [10, 10, 5]
    with pytest.raises(ValueError, match="there are skip-gram, sg, cbow"):
        recommended_window("glove")


def test_a_text_that_sub_sampling_leaves_nothing_of_says_what_to_do():
    with (
        count_and_encode([["a", "b"]], min_count=1) as corpus,
        pytest.raises(ValueError, match=r"after sub-sampling\. Give more text, or sample = 0\."),
    ):
        train_skip_gram(corpus, sample=1e-9)
