"""Saving and opening a table: spaCy's files, and a mapped key index beside them.

In the directory, which spaCy calls ``vocab``:

=================== ================================================================================
``vectors``         the table, .npy version 1.0 without pickled objects, C order, '<f4' as a rule
``key2row``         msgpack map {uint64 key: row}
``vectors.cfg``     JSON: mode, attr, settings of floret; ours: name, rows kept from being given out
``strings.json``    sorted JSON list of the strings
``key2row.index``   ours: the key index, to be mapped (`strings.sidecar`)
``strings.index``   ours: the strings, to be mapped
``vectors.rows``    ours: arrays with one value per row, such as counts (`strings.sidecar`)
``vectors.json``    ours: the settings the table was made with
``vectors.ngrams``  ours: vectors of n-grams, for words that the table lacks (`ngram_vectors`)
=================== ================================================================================

spaCy reads and ignores what is ours; what spaCy writes is read without our files, only slower.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import srsly
from numpy.typing import NDArray

from vectorsuite.io.atomic import written_beside
from vectorsuite.io.json_file import read_json, read_object
from vectorsuite.kernels import _core
from vectorsuite.kernels.device import current_ops, on_host
from vectorsuite.strings.sidecar import map_sidecar, write_sidecar
from vectorsuite.vectors.attributes import ORTH
from vectorsuite.vectors.floret import FloretSettings
from vectorsuite.vectors.key_index import KeyIndex
from vectorsuite.vectors.ngram_vectors import NGramVectors
from vectorsuite.vectors.npy import map_npy, read_npy, write_npy

if TYPE_CHECKING:
    from vectorsuite.vectors.table import Vectors


def to_config(table: Vectors) -> dict[str, Any]:
    """What ``vectors.cfg`` holds. spaCy reads `attr` from it in every mode."""
    config: dict[str, Any] = {"mode": table.mode}
    if table.mode == "floret":
        config.update(table._floret.to_config())
    config["attr"] = table.attr
    if table.name is not None:
        config["name"] = table.name
    kept = table._rows.kept(table.key2row) if table.mode == "default" else []
    if kept:
        config["kept_rows"] = kept
    return config


def _apply_config(table: Vectors, config: dict[str, Any]) -> None:
    table._floret = FloretSettings.from_config(config)
    table._mode = config.get("mode", "default")
    table._attr = int(config.get("attr", ORTH))
    table.name = config.get("name", table.name)
    table._rows.sync(config.get("kept_rows"))


def _wanted(name: str, exclude: Iterable[str]) -> bool:
    return name.split(".")[0] not in exclude


def to_disk(table: Vectors, path: str | Path, exclude: Iterable[str] = ()) -> None:
    """Write a table into a directory, which is made if it is missing.

    Each file is written beside its place and renamed, so that a table mapped from the same
    directory stays whole.

    :param exclude: Any of "strings", "vectors", "key2row".
    """
    path = Path(path)
    path.mkdir(parents=True, exist_ok=True)
    if _wanted("strings", exclude):
        table.strings.to_disk(path / "strings.json")
    if _wanted("vectors", exclude):
        with written_beside(path / "vectors") as beside:
            write_npy(beside, on_host(table.data))
        with written_beside(path / "vectors.cfg") as beside:
            srsly.write_json(beside, to_config(table))
        _write_settings(table, path / "vectors.json")
        _write_ngrams(table, path / "vectors.ngrams")
    if _wanted("key2row", exclude):
        with written_beside(path / "key2row") as beside:
            beside.write_bytes(_core.write_key_map(*table.key2row.entries()))
        write_sidecar(path / "key2row.index", path / "key2row", table.key2row.to_arrays())
        # tied to the keys: these arrays are as wrong as the index for other ones
        (path / "vectors.rows").unlink(missing_ok=True)
        if table.row_attrs:
            write_sidecar(path / "vectors.rows", path / "key2row", table.row_attrs)


def _write_settings(table: Vectors, path: Path) -> None:
    path.unlink(missing_ok=True)
    if table.settings:
        with written_beside(path) as beside:
            # in ASCII: a path among them may have bytes that are no UTF-8
            beside.write_text(json.dumps(table.settings, indent=2), "ascii")


def _write_ngrams(table: Vectors, path: Path) -> None:
    if has_ngrams(table):
        table.oov.to_disk(path)
    else:
        path.unlink(missing_ok=True)


def has_ngrams(table: Vectors) -> bool:
    """Whether the policy for missing words is one that is saved with the table."""
    if table.oov is None:
        return False
    return isinstance(table.oov, NGramVectors)


def _set_ngrams(table: Vectors, policy: Any) -> None:
    """Take over vectors of n-grams; without any, those of another table go, but no other policy."""
    if policy is not None or has_ngrams(table):
        table.oov = policy


def from_disk(
    table: Vectors, path: str | Path, exclude: Iterable[str] = (), mmap: bool = True
) -> None:
    """Load what a directory holds, in place of what the table holds; files may be missing.

    With ``mmap=True`` and the files of `to_disk`, only headers are read, whatever the size. A
    directory that spaCy wrote is mapped too, but its keys and strings are parsed.

    :raises FileNotFoundError: There is no such directory.
    :raises ValueError: A file is damaged, or files do not fit each other.
    """
    path = Path(path)
    if not path.is_dir():
        raise FileNotFoundError(f"{path} is not a directory; a saved table is one.")
    # everything is read before anything is changed
    rows, data, key2row, config = len(table), None, None, None
    if _wanted("vectors", exclude):
        config = _read_config(path / "vectors.cfg")
        if (path / "vectors").exists():
            data = (map_npy if mmap else read_npy)(path / "vectors")
            rows = len(data)
            row_attrs = _read_row_attrs(path, rows, mmap)
            settings = _read_settings(path / "vectors.json")
            policy = _read_ngrams(path / "vectors.ngrams", data.shape[1], mmap)
    if _wanted("key2row", exclude):
        key2row = _read_key2row(path, rows, mmap)
    if _wanted("strings", exclude):
        table.strings.from_disk(path / "strings.json")
    if data is not None:
        table.data, table.row_attrs, table.settings = data, row_attrs, settings
        _set_ngrams(table, policy)
    if key2row is not None:
        table.key2row = key2row
    table._rows.sync()
    if config is not None:
        _apply_config(table, config)
    _move_to_current_ops(table)


def _read_config(path: Path) -> dict[str, Any] | None:
    return _checked_config(read_json(path), path) if path.exists() else None


def _checked_config(config: Any, source: object) -> dict[str, Any]:
    """What ``vectors.cfg`` held.

    :raises ValueError: It is not the settings of a table; names the source.
    """
    try:
        if config.get("mode", "default") not in ("default", "floret"):
            raise ValueError(f"mode {config['mode']!r} is neither default nor floret")
        if not isinstance(config.get("attr", ORTH), int):
            raise ValueError(f"attr {config['attr']!r} is no number")
        if config.get("mode") == "floret":
            FloretSettings.from_config(config).check()
        for start, stop in config.get("kept_rows") or ():
            slice(int(start), int(stop))
    except (ValueError, TypeError, AttributeError) as error:
        raise ValueError(f"{source}: not the settings of a table ({error}).") from error
    settings: dict[str, Any] = config
    return settings


def _read_key2row(path: Path, rows: int, mmap: bool) -> KeyIndex:
    source = path / "key2row"
    if not source.exists():
        return _read_old_keys(path / "keys", rows)
    arrays = map_sidecar(path / "key2row.index", source) if mmap else None
    if arrays is not None:
        try:
            return KeyIndex.from_arrays(arrays)
        except (KeyError, ValueError, TypeError):
            pass  # damaged: the file that spaCy reads is whole
    index = _parse_key2row(source.read_bytes(), source)
    _check_rows(index, rows, source)
    return index


def _parse_key2row(blob: bytes, source: object) -> KeyIndex:
    try:
        keys, rows = _core.read_key_map(np.frombuffer(blob, dtype=np.uint8))
    except ValueError as error:
        raise ValueError(f"{source} is no msgpack map of keys to rows: {error}.") from error
    index = KeyIndex()
    index.set_many(keys, rows)
    return index


def _check_rows(index: KeyIndex, rows: int, source: object) -> None:
    _, key_rows = index.entries()
    if len(key_rows) and int(key_rows.max()) >= rows:
        raise ValueError(
            f"{source} maps a key to row {int(key_rows.max())}; "
            f"the table beside it has {rows} rows."
        )


def _read_old_keys(path: Path, rows: int) -> KeyIndex:
    """Keys as spaCy 1 saved them: an array whose item i is the key of row i."""
    index = KeyIndex()
    if path.exists():
        keys = np.load(path, allow_pickle=False).astype(np.uint64)
        index.set_many(keys, np.arange(len(keys), dtype=np.int32))
        _check_rows(index, rows, path)
    return index


def _read_row_attrs(path: Path, rows: int, mmap: bool) -> dict[str, NDArray[Any]]:
    arrays = map_sidecar(path / "vectors.rows", path / "key2row")
    if arrays is None or any(len(array) != rows for array in arrays.values()):
        return {}  # none, or spaCy, which knows nothing of them, has saved other keys since
    return arrays if mmap else {name: array.copy() for name, array in arrays.items()}


def _read_settings(path: Path) -> dict[str, Any]:
    return read_object(path) if path.exists() else {}


def _read_ngrams(path: Path, width: int, mmap: bool) -> Any:
    if not path.exists():
        return None
    policy = NGramVectors.from_disk(path, mmap=mmap)
    if policy.rows.width != width:
        raise ValueError(
            f"{path} holds vectors of width {policy.rows.width}; the table beside it has {width}."
        )
    return policy


def _move_to_current_ops(table: Vectors) -> None:
    """Tables open on the device that thinc works on; on a CPU nothing is imported or copied."""
    ops = current_ops()
    if ops is not None:
        table.to_ops(ops)


def to_bytes(table: Vectors, exclude: Iterable[str] = ()) -> bytes:
    """Serialise a table as spaCy does: msgpack of strings, key2row, vectors and vectors.cfg."""
    parts: dict[str, Any] = {}
    if _wanted("strings", exclude):
        parts["strings"] = table.strings.to_bytes()
    if _wanted("key2row", exclude):
        parts["key2row"] = _core.write_key_map(*table.key2row.entries())
    if _wanted("vectors", exclude):
        parts["vectors"] = srsly.msgpack_dumps(on_host(table.data))
        parts["vectors.cfg"] = srsly.json_dumps(to_config(table))
        if table.row_attrs:
            parts["vectors.rows"] = srsly.msgpack_dumps(
                {name: np.asarray(array) for name, array in table.row_attrs.items()}
            )
        if table.settings:
            parts["vectors.json"] = json.dumps(table.settings)
        if has_ngrams(table):
            parts["vectors.ngrams"] = srsly.msgpack_dumps(table.oov.to_state())
    return srsly.msgpack_dumps(parts)


def from_bytes(table: Vectors, data: bytes, exclude: Iterable[str] = ()) -> None:
    """Load the bytes of `to_bytes`, ours or spaCy's, in place of what the table holds.

    :raises ValueError: They are others, or their parts do not fit each other.
    """
    parts = {
        name: part for name, part in parse_parts(data, "a table").items() if _wanted(name, exclude)
    }
    key2row, array, config = None, None, None
    if "key2row" in parts:
        key2row = _parse_key2row(parts["key2row"], "key2row")
    if "vectors" in parts:
        array = np.array(srsly.msgpack_loads(parts["vectors"]))
        config = _checked_config(srsly.json_loads(parts.get("vectors.cfg", "{}")), "vectors.cfg")
        if key2row is not None:
            _check_rows(key2row, len(array), "key2row")
    if "strings" in parts:
        table.strings.from_bytes(parts["strings"])
    if key2row is not None:
        table.key2row = key2row
    table._rows.sync()
    if array is not None and config is not None:
        table.data = array
        table.row_attrs = srsly.msgpack_loads(parts.get("vectors.rows", b"\x80"))
        table.settings = srsly.json_loads(parts.get("vectors.json", "{}"))
        _set_ngrams(table, _ngrams_of(parts.get("vectors.ngrams")))
        _apply_config(table, config)
        _move_to_current_ops(table)


def parse_parts(data: bytes, kind: str) -> dict[str, Any]:
    """Return the parts, by name, of what a ``to_bytes`` gave.

    :param kind: What it should be, for the message.
    :raises ValueError: It is no msgpack map of names.
    """
    try:
        parts = srsly.msgpack_loads(data)
    except Exception as error:  # msgpack raises several kinds that have no base of their own
        raise ValueError(f"These {len(data):,} bytes are not {kind}: {error}") from error
    if not isinstance(parts, dict) or not all(isinstance(name, str) for name in parts):
        raise ValueError(f"These {len(data):,} bytes are not {kind}: no to_bytes gave them.")
    return parts


def _ngrams_of(message: bytes | None) -> Any:
    if message is None:
        return None
    return NGramVectors.from_state(*srsly.msgpack_loads(message))
