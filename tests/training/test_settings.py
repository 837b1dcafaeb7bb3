"""The config of a training job."""

import json
from pathlib import Path

import catalogue
import pytest

from vectorsuite.config import Config, registry
from vectorsuite.training.settings import complete, read_config, read_settings
from vectorsuite.training.trainable import SkipGram


@pytest.fixture(autouse=True)
def reader():
    """A reader that notes what it was given and reads nothing."""
    before = dict(catalogue.REGISTRY)

    @registry.readers("test.Reader.v1")
    def make(path: str | list[str], limit: int = 10):
        return ("read", path, limit)

    yield
    catalogue.REGISTRY.clear()
    catalogue.REGISTRY.update(before)


@pytest.fixture
def config_file(tmp_path):
    """A config with every section short, its corpus from the test's reader."""
    path = tmp_path / "job.cfg"
    path.write_text(
        """
        [paths]
        corpus = "text.txt"
        output = "out"
        [corpus]
        @readers = "test.Reader.v1"
        path = ${paths.corpus}
        [vocabulary]
        [model]
        @models = "vectorsuite.SkipGram.v1"
        [training]
        epochs = 2
        """.replace("        ", ""),
        encoding="utf8",
    )
    return path


def settings_of(path, **overrides):
    return read_settings(read_config(path, {k.replace("__", "."): v for k, v in overrides.items()}))


def test_defaults_are_those_of_the_contract(config_file):
    settings = settings_of(config_file)
    assert settings.model == SkipGram(
        vector_size=100, window=5, negative=5, sample=1e-3, ns_exponent=0.75
    )
    assert vars(settings.vocabulary) == {"min_count": 5, "max_final_vocab": None}
    assert vars(settings.training) == {
        "epochs": 2,
        "learn_rate": 0.025,
        "min_learn_rate": 1e-4,
        "workers": 0,
        "deterministic": False,
        "seed": 1,
        "checkpoint_every": 0,
        "held_out": 0.0,
        "patience": 0,
        "keep_best": True,
        "evaluate_every": 0,
    }
    assert vars(settings.output) == {
        "lang": "xx",
        "name": None,
        "keep_context": False,
        "add_context": False,
    }


def test_variables_are_filled_in_after_overrides(config_file):
    assert settings_of(config_file).corpus == ("read", "text.txt", 10)
    assert settings_of(config_file, paths__corpus=["a", "b"]).corpus == ("read", ["a", "b"], 10)


@pytest.mark.parametrize("path", ["$HOME/x", 'a"b', "a b%s.txt", "größe.txt"])
def test_odd_characters_in_paths_survive(config_file, path):
    assert settings_of(config_file, paths__corpus=path).corpus == ("read", path, 10)


def test_overrides_reach_sections_that_the_file_left_out(config_file):
    settings = settings_of(config_file, output__lang="en", model__vector_size=7)
    assert settings.output.lang == "en"
    assert settings.model.vector_size == 7


def test_another_function_drops_the_arguments_of_the_one_before(config_file):
    @registry.readers("test.Other.v1")
    def other(path: str, folds: int):
        return (path, folds)

    text = config_file.read_text(encoding="utf8")
    config_file.write_text(text.replace("[vocabulary]", "limit = 4\n[vocabulary]"))
    assert settings_of(config_file).corpus == ("read", "text.txt", 4)
    changed = {"corpus.folds": 3, "corpus.@readers": "test.Other.v1"}
    assert read_settings(read_config(config_file, changed)).corpus == ("text.txt", 3)


@pytest.mark.parametrize(
    ("overrides", "complaint"),
    [
        (
            {"model__window": 1 << 21},
            r"\[model\] window is 2,097,152; it must be at most 1,048,576",
        ),
        ({"model__vector_size": 0}, r"\[model\] vector_size is 0; it must be at least 1"),
        ({"model__window": 0}, r"\[model\] window is 0"),
        ({"model__negative": 0}, r"\[model\] negative is 0"),
        ({"model__sample": -1}, r"\[model\] sample is -1"),
        ({"model__sample": float("nan")}, r"\[model\] sample is nan"),
        ({"model__ns_exponent": float("inf")}, r"\[model\] ns_exponent is inf"),
        ({"training__epochs": 0}, r"\[training\] epochs is 0"),
        ({"training__learn_rate": -0.1}, r"\[training\] learn_rate is -0\.1"),
        ({"training__learn_rate": float("nan")}, r"\[training\] learn_rate is nan"),
        ({"training__min_learn_rate": 1}, r"\[training\] min_learn_rate is 1"),
        ({"training__workers": -1}, r"\[training\] workers is -1"),
        ({"training__seed": -1}, r"\[training\] seed is -1"),
        ({"training__checkpoint_every": -1}, r"\[training\] checkpoint_every is -1"),
        ({"training__held_out": 1}, r"\[training\] held_out is 1"),
        ({"training__patience": 2}, r"\[training\] patience is 2, but held_out is 0"),
        ({"vocabulary__min_count": 0}, r"\[vocabulary\] min_count is 0"),
        ({"vocabulary__max_final_vocab": 0}, r"\[vocabulary\] max_final_vocab is 0"),
        ({"output__lang": "../x"}, r"\[output\] lang is '\.\./x'"),
        ({"output__lang": "english"}, r"\[output\] lang is 'english'; expected spaCy's code"),
        ({"output__name": "a\udcff"}, r"\[output\] name is 'a\\udcff'"),
        ({"paths__output": None}, r"\[paths\] output is not set.*--paths\.output"),
        ({"paths__corpus": None}, r"\[paths\] corpus is not set.*--paths\.corpus"),
        ({"model__vectorsize": 5}, r"\[model\] has no key 'vectorsize'. There are: vector_size,"),
        ({"training__alpha": 5}, r"\[training\] has no key 'alpha'. There are: epochs,"),
        ({"paths__corpse": "x"}, r"\[paths\] has no key 'corpse'. There are: corpus, output"),
        ({"corpus__limits": 5}, r"\[corpus\] has no key 'limits'. There are: path, limit"),
        ({"modle__window": 5}, r"no section \[modle\]. There are: paths, .*model"),
        ({"model__@models": "x.v1"}, r"no 'x.v1' in the registry 'models'.*SkipGram"),
        ({"training__epochs__x": 5}, r"epochs is a value, not a section"),
    ],
)
def test_what_cannot_work_is_refused_with_its_path(config_file, overrides, complaint):
    with pytest.raises(ValueError, match=complaint):
        settings_of(config_file, **overrides)


@pytest.mark.parametrize(
    ("overrides", "complaint"),
    [
        ({"model__vector_size": "x"}, r"\[model\] vector_size is 'x'; expected a whole number"),
        ({"model__vector_size": True}, r"\[model\] vector_size is True"),
        ({"training__epochs": 1.5}, r"\[training\] epochs is 1\.5; expected a whole number"),
        ({"corpus__limit": "x"}, r"\[corpus\] limit is 'x'"),
        ({"model__@models": 5}, r"name in the registry 'models' is text, not 5"),
        ({"paths__corpus": 3}, r"\[paths\] corpus is 3; expected text or a list of text or null"),
    ],
)
def test_a_value_of_another_type_is_refused_with_its_path(config_file, overrides, complaint):
    with pytest.raises(TypeError, match=complaint):
        settings_of(config_file, **overrides)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (b"[paths\ncorpus = 1", "no section headers"),
        (b"corpus = 1", "no section headers"),
        (b"[a]\nb = 1\nb = 2", "already exists"),
        (b"[training]\nepochs = ${training.nothing}", "training.nothing"),
        (b"[a]\nb = \xff", "not UTF-8"),
    ],
)
def test_a_file_that_is_no_config_is_named_in_one_line(tmp_path, text, complaint):
    path = tmp_path / "broken.cfg"
    path.write_bytes(text)
    with pytest.raises(ValueError, match=complaint) as caught:
        read_config(path)
    assert "broken.cfg" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_config_may_begin_with_a_byte_order_mark(config_file):
    config_file.write_bytes(b"\xef\xbb\xbf" + config_file.read_text().strip().encode())
    assert read_config(config_file)["paths"]["output"] == "out"


def test_an_empty_file_lacks_the_output(tmp_path):
    (tmp_path / "empty.cfg").write_text("")
    with pytest.raises(ValueError, match=r"\[paths\] output is not set"):
        read_settings(read_config(tmp_path / "empty.cfg"))


def test_complete_settings_hold_defaults_too_and_fit_json(config_file):
    full = complete(settings_of(config_file, model__window=3))
    assert json.loads(json.dumps(full)) == full
    assert full["model"] == {
        "@models": "vectorsuite.SkipGram.v1",
        "vector_size": 100,
        "window": 3,
        "negative": 5,
        "sample": 1e-3,
        "ns_exponent": 0.75,
        "hierarchical_softmax": False,
        "shrink_windows": True,
    }
    assert full["corpus"] == {"@readers": "test.Reader.v1", "path": "text.txt", "limit": 10}
    assert full["training"]["seed"] == 1


def test_paths_given_from_python_may_be_of_their_own_type(config_file):
    overrides = {"paths.corpus": Path("a") / "b.txt", "paths.output": Path("c")}
    settings = read_settings(read_config(config_file, overrides))
    assert settings.corpus == ("read", str(Path("a") / "b.txt"), 10)
    assert settings.paths.output == "c"


def test_a_config_made_in_python_without_a_block_is_refused():
    blocks = {"paths": {"output": "out"}, "model": {"@models": "vectorsuite.SkipGram.v1"}}
    with pytest.raises(ValueError, match=r"no section \[corpus\]; read_config puts"):
        read_settings(Config(blocks))
