"""Tables come back whole from bytes, pickles and directories, ours and spaCy's."""

import json
import os
import pickle

import numpy as np
import pytest
import srsly
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorsuite import Vectors
from vectorsuite.strings import string_key

spacy_vectors = pytest.importorskip("spacy.vectors")


@pytest.fixture
def table():
    data = np.array([[1, 2], [3, 4], [5, 6]], dtype="f")
    table = Vectors(data=data, keys=["A", "B", "LAW"], attr="LOWER", name="mine")
    table.add("also A", row=0)
    table.row_attrs["count"] = np.array([30, 20, 10])
    table.settings = {"window": 5}
    return table


def assert_whole(opened, table):
    assert opened == table
    assert opened.name == table.name
    assert opened.settings == table.settings
    assert {name: a.tolist() for name, a in opened.row_attrs.items()} == {"count": [30, 20, 10]}
    assert sorted(opened.strings) == ["A", "B", "also A"]
    assert opened.is_full


def test_bytes_and_pickle(table):
    assert_whole(Vectors().from_bytes(table.to_bytes()), table)
    assert_whole(pickle.loads(pickle.dumps(table)), table)


@pytest.mark.parametrize("mmap", [False, True])
def test_directory(table, tmp_path, mmap):
    table.to_disk(tmp_path / "new" / "table")
    opened = Vectors().from_disk(tmp_path / "new" / "table", mmap=mmap)
    assert opened.key2row.mapped == mmap
    assert opened.data.flags.writeable != mmap
    assert_whole(opened, table)


def test_loading_takes_the_place_of_what_was_there(table, tmp_path):
    table.to_disk(tmp_path)
    other = Vectors(shape=(9, 9), keys=["old"])
    other.from_disk(tmp_path)
    assert "old" not in other
    assert other == table
    other = Vectors(shape=(9, 9), keys=["old"]).from_bytes(table.to_bytes())
    assert other == table


def test_a_mapped_table_copies_on_write(table, tmp_path):
    table.to_disk(tmp_path)
    first, second = (Vectors().from_disk(tmp_path) for _ in range(2))
    first["B"] = [0, 0]
    first.add("C", row=1)
    first.resize((5, 2))
    first.add("D", vector=[8, 8])
    assert first.get_batch(["A", "B", "C", "D"]).tolist() == [[1, 2], [0, 0], [0, 0], [8, 8]]
    assert second == table == Vectors().from_disk(tmp_path)
    with pytest.raises(ValueError, match="read-only"):
        second.data[0] = 1


def test_saving_over_the_directory_it_is_mapped_from(table, tmp_path):
    table.to_disk(tmp_path)
    mapped, watcher = (Vectors().from_disk(tmp_path) for _ in range(2))
    mapped["A"] = [7, 7]
    mapped.to_disk(tmp_path)
    assert watcher["A"].tolist() == [1, 2]  # still the file it opened
    assert Vectors().from_disk(tmp_path)["A"].tolist() == [7, 7]
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_spacy_reads_ours(table, tmp_path):
    table.to_disk(tmp_path)
    theirs = spacy_vectors.Vectors().from_disk(tmp_path)
    assert theirs.key2row == table.key2row
    assert theirs.data.tolist() == table.data.tolist()
    assert theirs.attr == table.attr == 66
    from_bytes = spacy_vectors.Vectors().from_bytes(table.to_bytes())
    assert from_bytes.key2row == table.key2row
    assert list(from_bytes.strings) == sorted(table.strings)


def test_files_are_spacys_byte_for_byte(tmp_path):
    data = np.arange(12, dtype="f").reshape(4, 3)
    arguments = {"data": data, "keys": ["A", "B", "LAW", "é"]}
    theirs = spacy_vectors.Vectors(**arguments)
    for string in arguments["keys"]:
        theirs.strings.add(string)
    theirs.to_disk(tmp_path / "theirs")
    Vectors(**arguments).to_disk(tmp_path / "ours")
    for name in ("vectors", "key2row", "strings.json"):
        ours = (tmp_path / "ours" / name).read_bytes()
        assert ours == (tmp_path / "theirs" / name).read_bytes(), name


def test_we_read_spacys(table, tmp_path):
    theirs = spacy_vectors.Vectors(data=table.data, keys=["A", "B"])
    theirs.strings.add("A")
    theirs.to_disk(tmp_path)
    opened = Vectors().from_disk(tmp_path)
    assert dict(opened.key2row.items()) == theirs.key2row
    assert not opened.key2row.mapped
    assert not opened.data.flags.writeable  # mapped all the same
    assert "A" in opened.strings
    assert not opened.is_full
    opened = Vectors().from_bytes(theirs.to_bytes())
    assert dict(opened.key2row.items()) == theirs.key2row


@pytest.mark.parametrize("same_time", [False, True])
def test_keys_saved_anew_by_spacy_are_noticed(table, tmp_path, same_time):
    table.to_disk(tmp_path)
    time = (tmp_path / "key2row").stat().st_mtime_ns
    theirs = spacy_vectors.Vectors(data=table.data, keys=["B", "A", "LAW"])
    theirs.add("also A", row=0)
    theirs.to_disk(tmp_path)
    if same_time:
        os.utime(tmp_path / "key2row", ns=(time, time))
    assert Vectors().from_disk(tmp_path)["B"].tolist() == [1, 2]


def test_a_copied_directory_still_has_its_index(table, tmp_path):
    table.to_disk(tmp_path)
    os.utime(tmp_path / "key2row", ns=(1, 1))
    assert Vectors().from_disk(tmp_path).key2row.mapped


@pytest.mark.parametrize("n_rows", [2, 3])
def test_counts_of_another_table_are_ignored(table, tmp_path, n_rows):
    table.to_disk(tmp_path)
    theirs = spacy_vectors.Vectors(data=table.data[:n_rows], keys=["B", "A", "also A"][:n_rows])
    theirs.to_disk(tmp_path)
    assert Vectors().from_disk(tmp_path).row_attrs == {}


def test_keys_of_spacy_1(tmp_path):
    np.save(tmp_path / "keys.npy", np.array([string_key("A"), string_key("B")], dtype=np.uint64))
    (tmp_path / "keys.npy").rename(tmp_path / "keys")
    np.save(tmp_path / "vectors.npy", np.array([[1], [2]], dtype="f"))
    (tmp_path / "vectors.npy").rename(tmp_path / "vectors")
    assert Vectors().from_disk(tmp_path, exclude=["strings"])["B"].tolist() == [2]


def test_exclude(table, tmp_path):
    table.to_disk(tmp_path, exclude=["strings"])
    assert not list(tmp_path.glob("strings*"))
    opened = Vectors().from_disk(tmp_path, exclude=["strings"])
    assert opened == table
    assert len(opened.strings) == 0


def test_missing_directory(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        Vectors().from_disk(tmp_path / "nowhere")


@pytest.mark.parametrize("mmap", [False, True])
@pytest.mark.parametrize("change", ["cut", "grow", "magic", "rows", "object", "flat"])
def test_a_damaged_table_is_refused(table, tmp_path, change, mmap):
    table.to_disk(tmp_path)
    path = tmp_path / "vectors"
    blob = path.read_bytes()
    if change == "object":
        np.save(path.open("wb"), np.array([[{}]]), allow_pickle=True)
    elif change == "flat":
        np.save(path.open("wb"), np.zeros(4, dtype="f"))
    else:
        path.write_bytes({
            "cut": blob[:-1],
            "grow": blob + b"\0",
            "magic": b"\x80\x04" + blob[2:],
            "rows": blob.replace(b"(3, 2)", b"(1000000000000, 2)").replace(b" " * 12, b"", 1),
        }[change])  # fmt: skip
    with pytest.raises(ValueError, match="vectors: "):
        Vectors().from_disk(tmp_path, mmap=mmap)


@pytest.mark.parametrize("key2row", [b"", b"\x81", b"\x81\xcf\x01", b"\x93\1\2\3", b"\x81\1\xa1a"])
def test_damaged_keys_are_refused(table, tmp_path, key2row):
    table.to_disk(tmp_path)
    (tmp_path / "key2row").write_bytes(key2row)
    with pytest.raises(ValueError, match="key2row"):
        Vectors().from_disk(tmp_path)


def test_a_key_to_a_row_that_is_not_there(table, tmp_path):
    table.to_disk(tmp_path)
    (tmp_path / "key2row").write_bytes(b"\x81\x05\x03")
    with pytest.raises(ValueError, match="row 3"):
        Vectors().from_disk(tmp_path)


@pytest.mark.parametrize("size", [0, 7, 60, 200])
def test_a_torn_index_is_ignored(table, tmp_path, size):
    table.to_disk(tmp_path)
    os.truncate(tmp_path / "key2row.index", size)
    assert Vectors().from_disk(tmp_path) == table


# files that others stand in for: without them a table opens all the same
SPARE = ("key2row.index", "strings.index")


@pytest.mark.parametrize(
    "name",
    ["vectors", "key2row", "vectors.cfg", "strings.json", "vectors.json", "vectors.rows", *SPARE],
)
def test_cut_off_anywhere(table, tmp_path, name):
    table.to_disk(tmp_path)
    blob = (tmp_path / name).read_bytes()
    for size in range(0, len(blob), 5):
        (tmp_path / name).write_bytes(blob[:size])
        if name in SPARE:
            assert_whole(Vectors().from_disk(tmp_path), table)
        elif name == "vectors.rows":
            assert Vectors().from_disk(tmp_path).row_attrs == {}
        else:
            with pytest.raises(ValueError, match=name):
                Vectors().from_disk(tmp_path)


@pytest.mark.parametrize(
    "config",
    [
        [],
        {"mode": "other"},
        {"attr": "LOWER"},
        {"mode": "floret", "minn": "2"},
        {"mode": "floret", "minn": 3, "maxn": 2},
        {"kept_rows": [1, 2]},
    ],
)
def test_settings_that_make_no_sense_are_refused(table, tmp_path, config):
    table.to_disk(tmp_path)
    (tmp_path / "vectors.cfg").write_text(json.dumps(config), "utf8")
    with pytest.raises(ValueError, match=r"vectors\.cfg"):
        Vectors().from_disk(tmp_path)


@pytest.mark.parametrize(
    ("part", "content", "message"),
    [
        ("vectors.cfg", b'{"mode": "other"}', "mode 'other' is neither"),
        ("vectors.cfg", b'{"attr": "LOWER"}', "attr 'LOWER' is no number"),
        ("vectors.cfg", b"[]", "not the settings of a table"),
        ("key2row", b"\x81\x07\x03", "maps a key to row 3; the table beside it has 3 rows"),
    ],
)
def test_bytes_whose_parts_do_not_fit_change_nothing(table, part, content, message):
    parts = srsly.msgpack_loads(table.to_bytes())
    parts[part] = content
    opened = Vectors(data=np.ones((1, 2), "f"), keys=["x"])
    with pytest.raises(ValueError, match=message):
        opened.from_bytes(srsly.msgpack_dumps(parts))
    assert list(opened.strings) == ["x"]
    assert opened.find(key="x") == 0


def test_bytes_of_spacy_2_have_no_settings(table):
    parts = srsly.msgpack_loads(table.to_bytes())
    data = srsly.msgpack_dumps({name: parts[name] for name in ("key2row", "vectors")})
    assert Vectors().from_bytes(data)["B"].tolist() == [3, 4]


@settings(max_examples=60)
@given(st.data())
def test_flipped_bytes_never_crash(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("flipped")
    table = Vectors(data=np.ones((3, 2), dtype="f"), keys=["A", "B", "LAW"])
    table.to_disk(path)
    file = path / data.draw(st.sampled_from(["vectors", "key2row", "vectors.cfg", "strings.json"]))
    blob = bytearray(file.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        blob[data.draw(st.integers(0, len(blob) - 1))] = data.draw(st.integers(0, 255))
    file.write_bytes(blob)
    try:
        opened = Vectors().from_disk(path)
    except ValueError as error:
        assert file.name in str(error) or "floret" in str(error)
        return
    assert opened.get_batch(["A", "unknown"]).shape == (2, 2)


@pytest.mark.parametrize("data", [b"rubbish", b"", b"\x93\x01\x02\x03", b"\x81\x01\x02"])
def test_bytes_of_something_else_are_refused(data):
    with pytest.raises(ValueError, match=f"These {len(data)} bytes are not a table"):
        Vectors().from_bytes(data)


def test_settings_may_hold_a_path_that_is_not_utf8(table, tmp_path):
    table.settings = {"path": os.fsdecode(b"\xff.txt"), "other": "größe"}
    table.to_disk(tmp_path)
    assert Vectors().from_disk(tmp_path).settings == table.settings
    assert Vectors().from_bytes(table.to_bytes()).settings == table.settings
