"""Packed files: members chosen safely, bombs and damage noticed, memory bounded."""

import bz2
import gzip
import io
import lzma
import os
import tarfile
import tracemalloc
import zipfile

import numpy as np
import pytest

from vectorsuite.io import source as source_module
from vectorsuite.io import unpacking
from vectorsuite.io.open import load_any
from vectorsuite.io.source import Source

TEXT = b"2 2\na 1 2\nb 3 4\n"


def tar_of(*members, mode="w:gz"):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:
        for name, content in members:
            member = tarfile.TarInfo(name)
            if content is None:
                member.type = tarfile.DIRTYPE
                archive.addfile(member)
            else:
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
    return file.getvalue()


def zip_of(*members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


def zstd_of(content):
    return pytest.importorskip("zstandard").compress(content)


PACKED = {
    "gzip": lambda: gzip.compress(TEXT),
    "bzip2": lambda: bz2.compress(TEXT),
    "xz": lambda: lzma.compress(TEXT),
    "zstd": lambda: zstd_of(TEXT),
    "zip": lambda: zip_of(("folder/v.txt", TEXT)),
    "tar": lambda: tar_of(("v.txt", TEXT), mode="w"),
    "tar.gz": lambda: tar_of(("v.txt", TEXT)),
    "tar.xz": lambda: tar_of(("folder", None), ("folder/v.txt", TEXT), mode="w:xz"),
    "zip of macOS": lambda: zip_of(("__MACOSX/a", b"\0\5"), (".DS_Store", b"\0"), ("v.txt", TEXT)),
    "tar of macOS": lambda: tar_of(("./._v.txt", b"\0\5\x16\7"), ("./v.txt", TEXT)),
    "zip in gzip": lambda: gzip.compress(zip_of(("v.txt", TEXT))),
}


@pytest.mark.parametrize("packing", PACKED)
def test_first_bytes_tell_the_packing_whatever_the_name(tmp_path, packing):
    (tmp_path / "nameless").write_bytes(PACKED[packing]())
    np.testing.assert_array_equal(load_any(tmp_path / "nameless").data, [[1, 2], [3, 4]])


@pytest.mark.parametrize("packing", [name for name in PACKED if name != "tar"])
def test_damage_and_cuts_give_an_error_that_names_the_file(tmp_path, packing):
    content = PACKED[packing]()
    path = tmp_path / "packed"
    for size in range(6, len(content) // 2, 5):
        path.write_bytes(content[:size])
        with pytest.raises(ValueError, match="packed"):
            load_any(path)


@pytest.mark.parametrize("packing", [name for name in PACKED if name not in ("tar", "zip in gzip")])
def test_changed_bytes_give_vectors_or_an_error_that_names_the_file(tmp_path, packing):
    content = PACKED[packing]()
    path = tmp_path / "packed"
    for place in range(len(content)):
        path.write_bytes(content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :])
        try:
            load_any(path)
        except ValueError as error:
            assert "packed" in str(error)


@pytest.mark.parametrize("pack", [zip_of, tar_of], ids=["zip", "tar"])
@pytest.mark.parametrize("name", ["../v.txt", "/etc/v.txt", "a/../../v.txt"])
def test_members_that_point_outside_are_refused(tmp_path, pack, name):
    (tmp_path / "x.archive").write_bytes(pack((name, TEXT)))
    with pytest.raises(ValueError, match=r"x\.archive has a member named .*outside the archive"):
        load_any(tmp_path / "x.archive")
    assert [p.name for p in tmp_path.iterdir()] == ["x.archive"]


@pytest.mark.parametrize("pack", [zip_of, tar_of], ids=["zip", "tar"])
def test_empty_archives_are_refused(tmp_path, pack):
    (tmp_path / "x.archive").write_bytes(pack())
    with pytest.raises(ValueError, match=r"x\.archive"):
        load_any(tmp_path / "x.archive")


@pytest.mark.parametrize(
    "pack", [gzip.compress, lzma.compress, lambda b: zip_of(("v.txt", b))], ids=["gz", "xz", "zip"]
)
@pytest.mark.parametrize("line", [b"a 0 0 0\n", b"\n", b" "], ids=["rows", "blank", "one line"])
def test_bombs_are_refused_in_bounded_memory(tmp_path, monkeypatch, pack, line):
    monkeypatch.setattr(unpacking, "RATIO_FREE_BYTES", 1 << 18)
    monkeypatch.setattr(source_module, "MAX_LINE", 1 << 20)
    (tmp_path / "bomb").write_bytes(pack(b"a 0 0 0\n" + line * (24_000_000 // len(line))))
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=r"grows more than 200 times|no line end"):
            load_any(tmp_path / "bomb")
        assert tracemalloc.get_traced_memory()[1] < 16_000_000  # of which 8 MiB are xz's dictionary
    finally:
        tracemalloc.stop()


def test_nesting_has_a_limit(tmp_path):
    content = TEXT
    for _ in range(4):
        content = gzip.compress(content)
    (tmp_path / "deep").write_bytes(content)
    with pytest.raises(ValueError, match="packed more than 3 times"):
        load_any(tmp_path / "deep")


def test_lines_and_bytes_are_read_alike_plain_and_packed(tmp_path):
    content = b"".join(b"line %d\r\n" % i for i in range(1000))
    (tmp_path / "plain").write_bytes(content)
    (tmp_path / "packed").write_bytes(gzip.compress(content))
    for name in ("plain", "packed"):
        with Source(tmp_path / name) as source:
            assert source.read_line() == b"line 0"
            assert source.peek_line() == b"line 1"
            assert source.position == 8
            block = bytes(source.read_lines(100))
            assert block.endswith(b"\n") and 80 < len(block) <= 100
            rest = b"".join(iter(lambda s=source: bytes(s.read_lines(333)), b""))
            assert content[8:] == block + rest
            assert not source.peek(1)


def test_missing_zstd_names_the_extra(tmp_path, monkeypatch):
    import sys

    from vectorsuite.errors import MissingExtraError

    (tmp_path / "v.zst").write_bytes(b"\x28\xb5\x2f\xfd" + bytes(20))
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(MissingExtraError, match=r"vectorsuite\[zstd\]"):
        load_any(tmp_path / "v.zst")


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("text", [TEXT, TEXT.partition(b"\n")[2]], ids=["header", "none"])
def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path, pack, text):
    path = tmp_path / "v.txt"
    path.write_bytes(pack(b"\xef\xbb\xbf" + text))
    vectors = load_any(path)
    assert list(vectors.words) == ["a", "b"]
    assert vectors.data.tolist() == [[1, 2], [3, 4]]


def test_a_pipe_is_refused_without_waiting_for_it(tmp_path):
    os.mkfifo(tmp_path / "v.txt")
    with pytest.raises(ValueError, match=r"v\.txt is a device or a pipe"):
        load_any(tmp_path / "v.txt")
