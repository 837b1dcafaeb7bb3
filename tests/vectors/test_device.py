"""A table on a device: the CPU's numbers, nothing copied back, nothing as large as the table."""

import numpy as np
import pytest

from vectorsuite import Vectors
from vectorsuite.kernels import device_search
from vectorsuite.kernels.device import on_host
from vectorsuite.strings import string_keys

WORDS = [f"word{i}" for i in range(300)]


def make_table(dtype=np.float32):
    data = np.random.default_rng(0).standard_normal((300, 8)).astype(dtype)
    data[7] = 0
    table = Vectors(data=data, keys=WORDS)
    table.row_attrs["count"] = np.arange(300, 0, -1)
    return table


@pytest.fixture
def host():
    return make_table()


@pytest.fixture
def there(device_ops):
    table = make_table()
    table.to_ops(device_ops)
    return table


def test_a_table_moves_once_and_back(device_ops):
    from thinc.api import NumpyOps

    table = make_table()
    before = table.data.copy()
    table.to_ops(device_ops)
    moved = table.data
    assert isinstance(moved, device_ops.xp.ndarray)
    table.to_ops(device_ops)
    assert table.data is moved
    table.to_ops(NumpyOps())
    np.testing.assert_array_equal(table.data, before)


def test_find_of_words_keys_and_rows(host, there):
    wanted = ["word3", "absent", "word299", "word3"]
    keys = string_keys(wanted)
    ops_keys = there._on_device(keys)
    expected = host.find(keys=wanted)
    assert expected.tolist() == [3, -1, 299, 3]
    for given in (wanted, keys, ops_keys, ops_keys.astype("int64")):
        found = there.find(keys=given)
        assert found.dtype == np.int32
        assert on_host(found).tolist() == expected.tolist()
    rows = np.array([5, 0, 299])
    for given in (rows, there._on_device(rows)):
        np.testing.assert_array_equal(on_host(there.find(rows=given)), host.find(rows=rows))
    assert there.find(row=5) == host.find(row=5)
    for given in (np.array([2, 300]), there._on_device(np.array([2, 300]))):
        with pytest.raises(KeyError, match="Row 300 has no key"):
            there.find(rows=given)


def test_find_follows_changes(there):
    keys = there._on_device(string_keys(["word3", "new"]))
    there.find(keys=keys)
    there.add("new", row=3)
    assert on_host(there.find(keys=keys)).tolist() == [3, 3]
    assert on_host(there.find(rows=there._on_device(np.array([3])))).tolist() == [
        int(string_keys(["word3"])[0])
    ]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_get_batch(dtype, device_ops):
    host, there = make_table(dtype), make_table(dtype)
    there.to_ops(device_ops)
    wanted = ["word3", "absent", "word299"]
    keys = string_keys(wanted)
    for given in (wanted, keys, there._on_device(keys)):
        found = there.get_batch(given)
        assert found.dtype == np.float32
        np.testing.assert_array_equal(on_host(found), host.get_batch(wanted))


def test_get_batch_of_keys_on_the_device_needs_nothing_of_the_host(strict_ops, traffic):
    table = make_table()
    table.to_ops(strict_ops)
    keys = table._on_device(string_keys(["word3", "absent"] * 8))
    table.get_batch(keys)
    counts = traffic()
    for _ in range(3):
        table.get_batch(keys)
    assert (counts.to_device, counts.to_host, counts.waits) == (0, 0, 0)
    assert counts.largest < table.data.nbytes / 4


def test_get_batch_of_words_sends_their_rows_only(strict_ops, traffic):
    table = make_table()
    table.to_ops(strict_ops)
    counts = traffic()
    table.get_batch(["word3", "word4"])
    assert (counts.to_device, counts.to_host, counts.waits) == (1, 0, 0)


def test_a_vector_read_is_a_copy(there):
    vector = there["word3"]
    vector[:] = 9
    assert float(on_host(there.data)[3].max()) < 9
    next(iter(there.values()))[:] = 9
    dict(there.items())[int(string_keys(["word3"])[0])][:] = 9
    assert float(on_host(there.data).max()) < 9


def test_vectors_are_written_from_either_side(there, device_ops):
    there["word3"] = np.arange(8)
    there["word4"] = there._on_device(np.arange(8, dtype=np.float32))
    assert on_host(there.data)[3:5].tolist() == [list(range(8))] * 2
    host = make_table()
    host["word3"] = there["word3"]
    assert host["word3"].tolist() == list(range(8))
    there.resize((301, 8))
    assert there.add("new", vector=np.ones(8)) == 300
    assert on_host(there["new"]).tolist() == [1] * 8


def test_equality_over_devices(host, there):
    assert host == there
    assert there == host
    there["word3"] = np.zeros(8)
    assert host != there


def test_oov_policies_answer(there):
    from vectorsuite.vectors.oov import DefaultRow

    there.oov = DefaultRow(5)
    there.strings.add("absent")
    for keys in (["absent"], there._on_device(string_keys(["absent"]))):
        np.testing.assert_array_equal(on_host(there.get_batch(keys))[0], on_host(there["word5"]))


def test_saving_gives_the_same_bytes(host, there, tmp_path):
    assert there.to_bytes() == host.to_bytes()
    there.to_disk(tmp_path)
    assert Vectors().from_disk(tmp_path) == host


@pytest.fixture
def small_tiles(monkeypatch):
    monkeypatch.setattr(device_search, "SCORES_PER_TILE", 1)  # 1,024 rows a tile
    monkeypatch.setattr(device_search, "QUERIES_PER_BLOCK", 3)
    monkeypatch.setattr(device_search, "CELLS_PER_TILE", 1024)


OPTIONS = {
    "plain": {},
    "exclude": {"exclude": [["word1"], [], ["word0", "absent"], [], ["word2"]]},
    "among": {"among": WORDS[20:60]},
    "first": {"first": 50},
    "where": {"where": lambda rows: rows % 2 == 0},
}


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize("queries_there", [False, True])
def test_most_similar(host, there, options, queries_there, small_tiles):
    queries = np.random.default_rng(1).standard_normal((5, 8)).astype(np.float32)
    given = there._on_device(queries) if queries_there else queries
    keys, rows, scores = there.most_similar(given, n=4, **options)
    expected = host.most_similar(queries, n=4, **options)
    for found, right in zip((keys, rows), expected, strict=False):
        assert found.dtype == right.dtype
        np.testing.assert_array_equal(on_host(found), right)
    np.testing.assert_allclose(on_host(scores), expected[2], rtol=0, atol=1e-6)


def test_most_similar_with_aliases_and_rows_without_keys(device_ops):
    data = np.eye(6, dtype=np.float32)
    tables = [Vectors(data=data, keys=["a", "b", "c"]) for _ in range(2)]
    tables[1].to_ops(device_ops)
    for table in tables:
        table.add("also b", row=1)
    host, there = (t.most_similar(data[:2] + 0.1, n=2, aliases=True) for t in tables)
    assert there[0] == host[0]
    assert there[0][1][0] == string_keys(["b", "also b"]).tolist()


def test_most_similar_stays_on_the_device(strict_ops, traffic, monkeypatch):
    monkeypatch.setattr(device_search, "CELLS_PER_TILE", 1 << 10)
    monkeypatch.setattr(device_search, "SCORES_PER_TILE", 1)
    data = np.random.default_rng(0).standard_normal((4096, 32)).astype(np.float32)
    table = Vectors(data=data, keys=[f"word{i}" for i in range(4096)])
    table.to_ops(strict_ops)
    queries = table._on_device(data[:2])
    table.most_similar(queries, n=3)  # makes the norms and the keys
    counts = traffic()
    table.most_similar(queries, n=3)
    assert (counts.to_device, counts.to_host, counts.waits) == (0, 0, 0)
    assert counts.largest < table.data.nbytes / 8


def test_floret_tables(device_ops):
    data = np.random.default_rng(0).standard_normal((50, 4)).astype(np.float32)
    settings = {"mode": "floret", "minn": 2, "maxn": 3, "hash_count": 2}
    tables = [Vectors(data=data, **settings) for _ in range(2)]
    tables[1].to_ops(device_ops)
    words = ["one", "two", "one"]
    for table in tables:
        table.strings.add("one"), table.strings.add("two")
    host, there = (table.get_batch(words) for table in tables)
    np.testing.assert_allclose(on_host(there), host, rtol=0, atol=1e-6)
    keys = tables[1]._on_device(string_keys(words))
    np.testing.assert_allclose(on_host(tables[1].get_batch(keys)), host, rtol=0, atol=1e-6)
    found = [table.most_similar(host[:1], n=2, words=["one", "two"]) for table in tables]
    np.testing.assert_array_equal(on_host(found[1][1]), found[0][1])


def test_prune_and_deduplicate(device_ops):
    from vectorsuite.vectors import deduplicate, prune

    tables = []
    for ops in (None, device_ops):
        table = make_table()
        table["word9"] = table["word8"]
        table["word10"] = np.array([-0.0] * 8)
        if ops is not None:
            table.to_ops(ops)
        tables.append((table, deduplicate(table), prune(table, 100)))
    (host, host_gone, host_report), (there, gone, report) = tables
    assert gone == host_gone == 2
    assert there == host
    assert report.removed.keys() == host_report.removed.keys()
    for word, (heir, cosine) in host_report.removed.items():
        assert report.removed[word][0] == heir
        assert report.removed[word][1] == pytest.approx(cosine, abs=1e-6)


def test_pruning_brings_row_numbers_to_the_host_and_no_vectors(strict_ops, traffic):
    from vectorsuite.vectors import prune

    table = make_table()
    table.to_ops(strict_ops)
    counts = traffic()
    prune(table, 100)
    assert 0 < counts.largest_to_host <= 300 * 8  # bytes: one number for each row


def test_fingerprints_and_interchange_do_not_depend_on_the_device(host, there):
    from vectorsuite.vectors.fingerprint import Fingerprint
    from vectorsuite.vectors.interchange import from_table

    assert Fingerprint.of(there) == Fingerprint.of(host)
    ours, theirs = from_table(there), from_table(host)
    assert list(ours.words) == list(theirs.words)
    np.testing.assert_array_equal(ours.data, theirs.data)


def test_realign(host, there, device_ops):
    from vectorsuite.vectors.realign import realign

    old = make_table()
    old.data = np.ascontiguousarray(old.data[:, ::-1])
    expected = realign(host, old)
    np.testing.assert_allclose(realign(there, old).data, expected.data, rtol=0, atol=1e-6)
    old.to_ops(device_ops)
    np.testing.assert_allclose(realign(there, old).data, expected.data, rtol=0, atol=1e-6)


def test_rows_are_resized_freed_and_listed(host, there):
    for table in (host, there):
        removed = table.resize((200, 10))
        assert len(removed) == 100
        assert not table.is_full or len(table) == table.n_keys
        table["word3"] = np.ones(10)
    assert there == host
    assert len(list(there.values())) == len(list(host.values()))
    for (key, vector), (expected_key, expected) in zip(there.items(), host.items(), strict=True):
        assert key == expected_key
        np.testing.assert_array_equal(on_host(vector), expected)
    view = there.view()
    assert view == host
    there.clear()
    assert there.n_keys == 0


def test_a_table_that_is_mapped_moves(device_ops, host, tmp_path):
    host.to_disk(tmp_path)
    table = Vectors().from_disk(tmp_path)
    table.to_ops(device_ops)
    assert isinstance(table.data, device_ops.xp.ndarray)
    assert table == host


def test_tables_open_where_thinc_works(on_device, host, tmp_path):
    host.to_disk(tmp_path)
    opened = Vectors().from_disk(tmp_path)
    assert isinstance(opened.data, on_device.xp.ndarray)
    assert isinstance(Vectors(shape=(2, 3)).data, on_device.xp.ndarray)
    assert isinstance(Vectors().from_bytes(host.to_bytes()).data, on_device.xp.ndarray)
    assert opened == host


@pytest.mark.gpu
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_a_large_search_on_a_gpu(dtype, cupy_ops):
    random = np.random.default_rng(0)
    data = random.standard_normal((100_000, 64)).astype(dtype)
    data[50_000:50_100] = data[:100]  # equal rows: the lower one comes first
    host, there = (Vectors(data=data.copy(), keys=range(len(data))) for _ in range(2))
    there.to_ops(cupy_ops)
    queries = np.vstack([data[:200], random.standard_normal((2800, 64))]).astype(np.float32)
    expected = host.most_similar(queries, n=10)
    for found, right in zip(there.most_similar(queries, n=10), expected, strict=True):
        np.testing.assert_allclose(on_host(found), right, rtol=0, atol=1e-6)
