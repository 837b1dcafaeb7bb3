"""The config of a training job: its sections, their defaults, and the checks before work starts.

A config that passes here has known keys only, each of its type and in its range, and its
registered functions have been called. Nothing of the corpus has been read by then.
"""

from __future__ import annotations

import configparser
import inspect
import json
import math
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from vectorsuite.config import Config, read_config_file, registry
from vectorsuite.packed import PackedStrings
from vectorsuite.training.checks import check_arguments, require
from vectorsuite.training.schedule import Schedule
from vectorsuite.training.trainable import TrainableModel
from vectorsuite.vectors.pipeline import check_language

#: What a function of the ``evaluators`` registry returns.
Evaluator = Callable[[PackedStrings, Any], dict[str, float]]

DEFAULT_BLOCKS = {
    "corpus": {"@readers": "vectorsuite.LineSentences.v1", "path": "${paths.corpus}"},
    "model": {"@models": "vectorsuite.SkipGram.v1"},
}


@dataclass(frozen=True)
class Paths:
    """``[paths]``. A relative path is relative to the current folder."""

    corpus: str | list[str] | None = None
    output: str | None = None

    def __post_init__(self) -> None:
        require(bool(self.output), "output is not set; give it in the config or as --paths.output")


@dataclass(frozen=True)
class Vocabulary:
    """``[vocabulary]``: which words get a vector."""

    min_count: int = 5
    max_final_vocab: int | None = None

    def __post_init__(self) -> None:
        require(self.min_count >= 1, f"min_count is {self.min_count}; it must be at least 1")
        require(
            self.max_final_vocab is None or self.max_final_vocab >= 1,
            f"max_final_vocab is {self.max_final_vocab}; it must be at least 1, or null",
        )


@dataclass(frozen=True)
class Training(Schedule):
    """``[training]``: how long, how fast and on how many threads (0: all cores).

    The first parameters are those of a :class:`Schedule`. On a GPU ``workers`` does not count: the
    environment variable VECTORSUITE_GPU_BLOCKS says on how many stretches of text it trains at a
    time; without it, on as many as suit it.

    :param checkpoint_every: Words between checkpoints, from which a run that was stopped goes on,
        with one worker or deterministic to the same bits; they lie beside the output. 0: none.
    :param held_out: Share of the sentences, drawn from all of the corpus by the seed, to measure
        the loss on after each epoch instead of training on them.
    :param patience: End after so many epochs in a row without a lower held-out loss; 0: never.
    :param keep_best: Write the vectors of the epoch with the lowest held-out loss, not of the last.
    :param evaluate_every: Words between two scores of ``[evaluation]``, counted within each epoch;
        0: only after each epoch.
    """

    checkpoint_every: int = 0
    held_out: float = 0.0
    patience: int = 0
    keep_best: bool = True
    evaluate_every: int = 0

    def __post_init__(self) -> None:
        require(self.epochs >= 1, f"epochs is {self.epochs}; it must be at least 1")
        require(
            0 < self.learn_rate < math.inf, f"learn_rate is {self.learn_rate}; it must be above 0"
        )
        require(
            0 <= self.min_learn_rate <= self.learn_rate,
            f"min_learn_rate is {self.min_learn_rate}; "
            f"it must be from 0 to learn_rate ({self.learn_rate})",
        )
        require(self.workers >= 0, f"workers is {self.workers}; it must be 0 (all cores) or more")
        require(0 <= self.seed < 1 << 63, f"seed is {self.seed}; it must be from 0 to 2**63 - 1")
        for name in ("checkpoint_every", "patience", "evaluate_every"):
            value = getattr(self, name)
            require(value >= 0, f"{name} is {value}; it must be 0 (off) or more")
        require(
            0 <= self.held_out < 1, f"held_out is {self.held_out}; it must be from 0 to below 1"
        )
        require(
            not self.patience or self.held_out > 0,
            f"patience is {self.patience}, but held_out is 0; set it to a share such as 0.01",
        )

    @property
    def schedule(self) -> Schedule:
        """What the model is trained by."""
        return Schedule(**{field.name: getattr(self, field.name) for field in fields(Schedule)})


@dataclass(frozen=True)
class Output:
    """``[output]``: the language code and the name of the pipeline directory, and what it holds.

    :param keep_context: Write context vectors too, as a directory ``contexts`` of its own in it.
    :param add_context: Write the sum of each word's vector and its context vector (w+c).
    """

    lang: str = "xx"
    name: str | None = None
    keep_context: bool = False
    add_context: bool = False

    def __post_init__(self) -> None:
        check_language(self.lang)
        require(
            self.name is None or self.name.isprintable(),
            f"name is {self.name!r}; it must be text without line ends and the like, or null",
        )


@dataclass(frozen=True)
class JobSettings:
    """A checked config: its plain sections, the model it describes and the corpus it names.

    ``evaluation`` takes the words and their vectors, (V, D) float32, and returns scores by name;
    None: there is no such section.
    """

    config: Config
    paths: Paths
    vocabulary: Vocabulary
    training: Training
    output: Output
    model: TrainableModel
    corpus: Any
    evaluation: Evaluator | None = None


SECTIONS: dict[str, type] = {
    "paths": Paths,
    "vocabulary": Vocabulary,
    "training": Training,
    "output": Output,
}
BLOCKS = {"corpus": "readers", "model": "models", "evaluation": "evaluators"}
#: Blocks that may be left out.
OPTIONAL = ("evaluation",)
#: The line of each block that names its function.
FUNCTIONS = {f"{block}.@{kind}" for block, kind in BLOCKS.items()}


def read_config(path: str | Path, overrides: Mapping[str, Any] | None = None) -> Config:
    """Read a config file, put ``section.key`` overrides in, fill defaults and variables in.

    :param overrides: Values by dotted path, as in ``{"model.vector_size": 300}``.
    :raises ValueError: The file is no config, or a variable points nowhere.
    """
    config = read_config_file(path)
    try:
        for name, block in DEFAULT_BLOCKS.items():
            if not any(key.startswith("@") for key in config.setdefault(name, {})):
                config[name] = {**block, **config[name]}
        config.setdefault("paths", {}).setdefault("corpus", None)
        # functions first: another one clears the arguments of the one before it
        for dotted, value in sorted((overrides or {}).items(), key=lambda x: ".@" not in x[0]):
            _put(config, dotted, value)
        return config.interpolate()
    except (configparser.Error, ValueError) as error:
        raise ValueError(f"{path}: {' '.join(str(error).split())}") from None


def read_settings(config: Config) -> JobSettings:
    """Check every section of a config and build what it describes.

    :raises ValueError: An unknown section or key, or a value out of range; says where.
    :raises TypeError: A value of the wrong type.
    """
    known = [*SECTIONS, *BLOCKS]
    for name, values in config.items():
        if name not in known:
            raise ValueError(f"There is no section [{name}]. There are: {', '.join(known)}.")
        if not isinstance(values, Mapping):
            raise ValueError(f"[{name}] is a section; it cannot be {values!r}.")
    for name in BLOCKS:
        if name not in config and name not in OPTIONAL:
            raise ValueError(f"There is no section [{name}]; read_config puts the usual one in.")
    sections = {
        name: _call(name, section, dict(config.get(name, {}))) for name, section in SECTIONS.items()
    }
    blocks = {
        name: _build(name, kind, config[name])
        for name, kind in BLOCKS.items()
        if name in config or name not in OPTIONAL
    }
    require(
        not sections["training"].evaluate_every or "evaluation" in blocks,
        "[training] evaluate_every is set, but there is no section [evaluation] with test sets",
    )
    return JobSettings(config=config, **sections, **blocks)


def complete(settings: JobSettings) -> dict[str, Any]:
    """Return every setting of a job, defaults too, as plain values that JSON can hold.

    Other defaults of registered functions are left out, such as functions.
    """
    blocks = {name: kind for name, kind in BLOCKS.items() if name in settings.config}
    full = {name: dict(settings.config.get(name, {})) for name in [*SECTIONS, *blocks]}
    for name, section in SECTIONS.items():
        values = getattr(settings, name)
        full[name] = {field.name: getattr(values, field.name) for field in fields(section)}
    for name, kind in blocks.items():
        function = registry.get(kind, full[name]["@" + kind])
        for key, parameter in inspect.signature(function).parameters.items():
            if parameter.default is not parameter.empty:
                full[name].setdefault(key, parameter.default)
    return {name: _plain(section) for name, section in full.items()}


def _plain(section: Mapping[str, Any]) -> dict[str, Any]:
    """The values that JSON can hold, as they come back from it; paths as text."""
    plain = {}
    for key, value in section.items():
        with suppress(TypeError, ValueError):
            plain[key] = json.loads(json.dumps(value, default=os.fspath))
    return plain


def _put(config: Config, dotted: str, value: Any) -> None:
    """Set one value by its path; a section that the file left out is made."""
    *sections, key = dotted.split(".")
    node: dict[str, Any] = config
    for section in sections:
        node = node.setdefault(section, {})
        if not isinstance(node, dict):
            raise ValueError(f"--{dotted}: {section} is a value, not a section.")
    if dotted in FUNCTIONS and node.get(key) != value:
        # arguments of the one function mean nothing to another
        node.clear()
        node.update({"path": "${paths.corpus}"} if dotted == "corpus.@readers" else {})
    node[key] = os.fspath(value) if isinstance(value, os.PathLike) else value


def _build(name: str, kind: str, block: Mapping[str, Any]) -> Any:
    """Call the registered function of a block with the rest of the block."""
    if "@" + kind not in block:
        raise ValueError(f'[{name}] names no function: it needs a line @{kind} = "…".')
    function = registry.get(kind, block["@" + kind])
    if name == "corpus" and "path" in block and block["path"] is None:
        raise ValueError(
            "[paths] corpus is not set; give it in the config or as --paths.corpus FILE."
        )
    arguments = {key: value for key, value in block.items() if key != "@" + kind}
    resolved = registry.resolve({name: arguments})[name]
    return _call(name, function, resolved)


def _call(section: str, function: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
    """Call a function with the values of a section, after checking their names and types."""
    check_arguments(section, function, arguments)
    try:
        return function(**arguments)
    except (TypeError, ValueError) as error:
        raise type(error)(f"[{section}] {error}") from error
