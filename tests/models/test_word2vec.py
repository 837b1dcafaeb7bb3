"""Word2Vec: vocabulary, training, life cycle, and what it refuses."""

import subprocess
import sys
import tracemalloc

import numpy as np
import pytest

from vectorsuite.models import (
    RULE_DEFAULT,
    RULE_DISCARD,
    RULE_KEEP,
    CallbackAny2Vec,
    HeldOutLoss,
    LineSentence,
    LiveEvaluation,
    Text8Corpus,
    Word2Vec,
)

SENTENCES = [
    ["human", "interface", "computer"],
    ["survey", "user", "computer", "system", "response", "time"],
    ["eps", "user", "interface", "system"],
    ["system", "human", "system", "eps"],
    ["user", "response", "time"],
    ["trees"],
    ["graph", "trees"],
    ["graph", "minors", "trees"],
    ["graph", "minors", "survey"],
]
ALL = {"min_count": 1, "sample": 0, "vector_size": 8, "workers": 1}
ARCHITECTURES = [
    {"sg": 1, "hs": 0}, {"sg": 1, "hs": 1, "negative": 0}, {"sg": 1, "hs": 1},
    {"sg": 0, "hs": 0}, {"sg": 0, "hs": 1, "negative": 0}, {"sg": 0, "hs": 1, "cbow_mean": 0},
]  # fmt: skip


def bits(model):
    """All that training changes."""
    names = [name for name in ("syn1neg", "syn1") if hasattr(model, name)]
    return [model.wv.vectors.tobytes(), *(getattr(model, name).tobytes() for name in names)]


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
    assert model.wv.most_similar(positive=[model.wv.get_vector(0)], topn=1)


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


# -- choosing words


def test_min_count_is_a_total_and_its_boundary_stays():
    assert set(Word2Vec(SENTENCES, **{**ALL, "min_count": 3}).wv.index_to_key) == {
        "system", "user", "trees", "graph",
    }  # fmt: skip


def test_trim_rule_discards_keeps_and_leaves_to_the_default():
    rules = {"system": RULE_DISCARD, "minors": RULE_KEEP}

    def rule(word, count, min_count):
        return rules.get(word, RULE_DEFAULT)

    model = Word2Vec(SENTENCES, trim_rule=rule, **{**ALL, "min_count": 3})
    assert set(model.wv.index_to_key) == {"user", "trees", "graph", "minors"}
    with pytest.raises(ValueError, match="answered 'yes'"):
        Word2Vec(SENTENCES, trim_rule=lambda *_: "yes", **ALL)


def test_max_final_vocab_raises_the_count_needed():
    model = Word2Vec(SENTENCES, max_final_vocab=5, **ALL)
    assert len(model.wv) == 4  # nine words share the next count
    assert model.effective_min_count == 3


def test_max_vocab_size_forgets_rare_words_while_counting():
    sentences = [["a", "b"], ["a", "b"], ["b", "c"], ["a", "b"]]
    model = Word2Vec(sentences, max_vocab_size=2, **ALL)
    assert set(model.wv.index_to_key) == {"a", "b"}


def test_null_word_comes_last():
    assert Word2Vec(SENTENCES, null_word=1, **ALL).wv.index_to_key[-1] == "\0"


def test_dry_run_only_reports():
    model = Word2Vec(**ALL)
    assert model.scan_vocab(SENTENCES) == (29, 9)
    report = model.scale_vocab(min_count=3, sample=0.1, dry_run=True)
    assert report["drop_unique"] == 8
    assert report["num_retained_words"] == 4
    assert report["retain_total"] == 13
    assert report["memory"]["total"] > 0
    assert (len(model.wv), model.min_count, model.sample) == (0, 1, 0)


@pytest.mark.parametrize("sample", [0, 1e-2, 0.3, 3])
def test_reports_equal_gensims(sample):
    gensim = pytest.importorskip("gensim")
    theirs = gensim.models.Word2Vec(min_count=2, sample=sample)
    ours = Word2Vec(min_count=2, sample=sample)
    theirs.scan_vocab(SENTENCES)
    ours.scan_vocab(SENTENCES)
    expected = theirs.prepare_vocab(dry_run=True)
    report = ours.prepare_vocab(dry_run=True)
    assert {name: report[name] for name in expected} == expected


def test_memory_is_that_of_the_tables():
    model = Word2Vec(SENTENCES, hs=1, **ALL)
    memory = model.estimate_memory()
    weights = model.weights()
    assert memory["vectors"] == weights.in_rows.nbytes
    assert memory["syn1"] == weights.tree_rows.nbytes
    assert memory["syn1neg"] == weights.out_rows.nbytes
    assert memory["total"] == sum(v for k, v in memory.items() if k != "total")


def test_cum_table_ends_at_its_domain_and_draws_by_count():
    model = Word2Vec(SENTENCES, **ALL)
    model.make_cum_table(domain=1000, power=1.0)
    assert model.cum_table[-1] == 1000
    assert np.diff(model.cum_table, prepend=0)[0] == pytest.approx(1000 * 4 / 29, abs=1)


def test_codes_are_those_of_a_huffman_tree():
    model = Word2Vec(SENTENCES, hs=1, **ALL)
    counts, codes = model.wv.expandos["count"], model.wv.expandos["code"]
    assert sum(2.0 ** -len(code) for code in codes) == 1
    assert len(codes[0]) < len(codes[-1])
    assert all(model.wv.get_vecattr(w, "point")[0] == len(counts) - 2 for w in ("graph", "eps"))


# -- life cycle


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


# -- callbacks and losses


class Recorder(CallbackAny2Vec):
    def __init__(self, stop_after=None):
        self.events, self.losses, self.stop_after = [], [], stop_after

    def on_train_begin(self, model):
        self.events.append("begin")

    def on_epoch_begin(self, model):
        self.events.append("epoch")

    def on_epoch_end(self, model):
        self.events.append("end of epoch")
        self.losses.append(model.get_latest_training_loss())
        lengths = np.linalg.norm(model.wv.vectors, axis=1)
        assert model.wv.norms == pytest.approx(lengths)
        if len(self.losses) == self.stop_after:
            model.stop_training()

    def on_train_end(self, model):
        self.events.append("end")


def test_a_second_training_draws_other_windows_and_noise():
    models = [Word2Vec(**{**ALL, "window": 9}) for _ in range(2)]
    for train_count, model in enumerate(models):
        model.build_vocab(SENTENCES)
        model.train_count = train_count
        model.train(SENTENCES, total_examples=9, epochs=1)
    assert bits(models[0]) != bits(models[1])


def test_callbacks_are_called_in_order_and_see_the_loss():
    recorder = Recorder()
    model = Word2Vec(SENTENCES, callbacks=[recorder], **{**ALL, "epochs": 2})
    epoch = ["epoch", "end of epoch"]
    assert recorder.events == ["begin", *epoch, *epoch, "end"]
    assert 0 < recorder.losses[0] < recorder.losses[1] == model.get_latest_training_loss()


def test_a_callback_can_end_training():
    recorder = Recorder(stop_after=2)
    model = Word2Vec(SENTENCES, callbacks=[recorder], **{**ALL, "epochs": 9})
    assert len(model.epoch_losses) == 2
    assert recorder.events[-2:] == ["end of epoch", "end"]


def test_the_held_out_loss_is_measured_and_ends_training():
    watch = HeldOutLoss(SENTENCES[-3:], patience=2)
    settings = {**ALL, "epochs": 40, "alpha": 0.5, "min_alpha": 0.5}
    model = Word2Vec(SENTENCES[:4] + SENTENCES[-1:], callbacks=[watch], **settings)
    assert len(watch.losses) == len(model.epoch_losses) < 40
    assert min(watch.losses) == watch.losses[-3]
    plain = Word2Vec(SENTENCES[:4] + SENTENCES[-1:], **{**settings, "epochs": 40})
    assert plain.wv.vectors.shape == model.wv.vectors.shape


def test_vectors_can_be_evaluated_while_they_are_trained():
    live = LiveEvaluation(lambda wv: wv.similarity("graph", "trees"), every=2)
    model = Word2Vec(SENTENCES, callbacks=[live], **{**ALL, "epochs": 5})
    assert len(live.results) == 2
    assert live.results[0] != live.results[1] != model.wv.similarity("graph", "trees")


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


# -- what is refused


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"hs": 0, "negative": 0}, ValueError, "hs and negative are both 0"),
        ({"vector_size": 0}, ValueError, "vector_size is 0"),
        ({"window": 0}, ValueError, "window is 0"),
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


def test_a_corpus_that_changed_is_noticed(caplog):
    model = Word2Vec(**ALL)
    model.build_vocab(SENTENCES)
    model.train(SENTENCES[:5], total_examples=model.corpus_count, epochs=1)
    assert "The corpus has 5 sentences and 9 were announced" in caplog.text


def test_lock_factors_of_another_length_are_refused():
    model = Word2Vec(**ALL)
    model.build_vocab(SENTENCES)
    with pytest.raises(ValueError, match="3"):
        model.wv.vectors_lockf = np.ones(3)
        model.train(SENTENCES, total_examples=9, epochs=1)
