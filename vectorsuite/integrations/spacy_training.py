"""``vectorsuite train`` for configs of spaCy pipelines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vectorsuite.config import read_config_file, registry
from vectorsuite.errors import MissingExtraError


def is_pipeline_config(path: Path) -> bool:
    """Whether a config file is one of a spaCy pipeline: one with a section [nlp].

    What cannot be read is none: whoever reads it next says what is wrong.
    """
    try:
        return path.is_file() and "nlp" in read_config_file(path)
    except ValueError:
        return False


def train_pipeline(path: Path, overrides: dict[str, Any], *, gpu_id: int = -1) -> Path:
    """Train a spaCy pipeline, as ``spacy train`` does.

    Architectures that were registered with this package's registry can be used in the config.

    :param path: The config; ``paths.output`` in it is where model-best and model-last go.
    :param overrides: Values of the config to replace, by "section.key".
    :param gpu_id: GPU to train on; -1: the CPU.
    :returns: The output directory.
    :raises MissingExtraError: spaCy is not installed.
    :raises ValueError: The config names no output.
    """
    try:
        from spacy.cli.train import train
        from spacy.util import load_config
    except ImportError as error:
        raise MissingExtraError("Training a pipeline", "spacy", "spacy") from error
    share_architectures()
    config = load_config(path, overrides=overrides, interpolate=True)
    output = config.get("paths", {}).get("output")
    if not output:
        raise ValueError(
            f"{path} does not say where the pipeline goes. Add output under [paths], or give "
            "--paths.output DIRECTORY."
        )
    train(path, Path(output), use_gpu=gpu_id, overrides=overrides)
    return Path(output)


def share_architectures() -> None:
    """Let spaCy find the architectures that were registered with our registry."""
    import spacy

    for name, function in registry.architectures.get_all().items():
        if name not in spacy.registry.architectures:
            spacy.registry.architectures.register(name, func=function)
