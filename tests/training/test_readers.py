"""LineSentences: which files, which lines, and every compression, read by both ways."""

import bz2
import errno
import gzip
import itertools
import lzma
import os
import tarfile
import threading
import zipfile

import pytest

from vectorsuite.config import registry
from vectorsuite.errors import MissingExtraError
from vectorsuite.training import corpus as corpus_module
from vectorsuite.training import unpacking as unpacking_module
from vectorsuite.training.corpus import count_and_encode
from vectorsuite.training.readers import LineSentences

TEXT = b"the cat sat\r\n\non\tthe\x0bmat\x0c\n  \nna\xc3\xafve nul\0byte\x1c last"
LINES = [["the", "cat", "sat"], ["on", "the", "mat"], ["naïve", "nul\0byte\x1c", "last"]]


def zst(data):
    return pytest.importorskip("zstandard").ZstdCompressor(write_checksum=True).compress(data)


PACKERS = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "zst": zst}


def both_ways(source):
    """Sentences as Python reads them and as the compiled reader does."""
    with count_and_encode(source, min_count=1, workers=3) as corpus:
        words, bounds = list(corpus.words), corpus.offsets.tolist()
        decoded = [words[i] for i in corpus.ids.tolist()]
    compiled = [decoded[a:b] for a, b in itertools.pairwise(bounds)]
    return list(source), compiled


def test_the_name_that_configs_use(tmp_path):
    (tmp_path / "a.txt").write_bytes(TEXT)
    block = {"@readers": "vectorsuite.LineSentences.v1", "path": str(tmp_path), "errors": "replace"}
    reader = registry.resolve({"corpus": block})["corpus"]
    assert isinstance(reader, LineSentences) and reader.errors == "replace"
    block["path"] = [str(tmp_path), str(tmp_path / "a.txt")]
    assert len(registry.resolve({"corpus": block})["corpus"].files) == 2


def test_lines_of_a_plain_file(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(TEXT)
    source = LineSentences(path)
    assert both_ways(source) == (LINES, LINES)
    assert list(source) == LINES  # and again
    assert source.file_bytes == len(TEXT)
    assert both_ways(LineSentences(str(path))) == (LINES, LINES)


@pytest.mark.parametrize("name", PACKERS)
def test_compressed_files(name, tmp_path, monkeypatch):
    monkeypatch.setattr(unpacking_module, "PIECE_BYTES", 5)
    path = tmp_path / f"a.txt.{name}"
    pack = PACKERS[name]
    path.write_bytes(pack(TEXT))
    assert both_ways(LineSentences(path)) == (LINES, LINES)
    # members one after the other, as `cat a.gz b.gz` makes them, are one text
    path.write_bytes(pack(TEXT) + pack(b"word\nmore"))
    joined = [*LINES[:2], [*LINES[2][:2], "lastword"], ["more"]]
    assert both_ways(LineSentences(path)) == (joined, joined)


def test_first_bytes_tell_the_format_not_the_name(tmp_path):
    named_plain, named_packed = tmp_path / "a.txt", tmp_path / "b.gz"
    named_plain.write_bytes(gzip.compress(TEXT))
    named_packed.write_bytes(TEXT)
    assert both_ways(LineSentences([named_plain, named_packed])) == (LINES * 2, LINES * 2)
    named_plain.write_bytes(b"BZhang said so")
    assert list(LineSentences(named_plain)) == [["BZhang", "said", "so"]]


def test_mixed_folder_keeps_the_order_and_ties_do_not_depend_on_threads(tmp_path, monkeypatch):
    monkeypatch.setattr(corpus_module, "BLOCK_BYTES", 64)
    monkeypatch.setattr(unpacking_module, "PIECE_BYTES", 64)
    packers = [bytes, gzip.compress, lzma.compress, bz2.compress]
    expected = []
    for i in range(12):
        lines = [[f"w{i}", "x", f"v{j}", f"u{i}_{j}"] for j in range(40)]
        expected += lines
        text = "\n".join(" ".join(line) for line in lines).encode()
        (tmp_path / f"{i:02}").write_bytes(packers[i % 4](text))
    source = LineSentences(tmp_path)
    results = []
    for workers in (1, 2, 4):
        with count_and_encode(source, min_count=1, workers=workers) as corpus:
            results.append((list(corpus.words), corpus.ids.tolist(), corpus.offsets.tolist()))
    assert results[0] == results[1] == results[2]
    assert results[0][0][-12 * 40 :] == [f"u{i}_{j}" for i in range(12) for j in range(40)]
    assert both_ways(source) == (expected, expected)


def test_a_pipe(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    for text in (TEXT, gzip.compress(TEXT)):
        writer = threading.Thread(target=path.write_bytes, args=(text,), daemon=True)
        writer.start()
        assert list(LineSentences(path)) == LINES
        writer.join()
    writer = threading.Thread(target=path.write_bytes, args=(TEXT,), daemon=True)
    writer.start()
    with count_and_encode(LineSentences(path), min_count=1) as corpus:
        assert corpus.raw_words == 9
    writer.join()


@pytest.mark.parametrize("packer", [bytes, gzip.compress])
def test_bytes_that_are_not_utf8(packer, tmp_path):
    path = tmp_path / "latin.txt"
    path.write_bytes(packer(b"fine\nna\xefve \xff\xfe\n\xe2\x82 end"))
    unpacked = "the unpacked text of " if packer is gzip.compress else ""
    message = rf"byte 7 of {unpacked}.*latin\.txt is not UTF-8"
    with pytest.raises(ValueError, match=message):
        list(LineSentences(path))
    with pytest.raises(ValueError, match=message):
        count_and_encode(LineSentences(path), min_count=1)
    lines = [["fine"], ["na\ufffdve", "\ufffd\ufffd"], ["\ufffd", "end"]]
    assert both_ways(LineSentences(path, errors="replace")) == (lines, lines)


class TestErrors:
    def test_wrong_path(self, tmp_path):
        with pytest.raises(FileNotFoundError, match=r"no corpus .*missing"):
            LineSentences(tmp_path / "missing")

    def test_folder_without_files(self, tmp_path):
        (tmp_path / "empty").mkdir()
        (tmp_path / ".hidden").write_text("a")
        with pytest.raises(FileNotFoundError, match="has no text file"):
            LineSentences(tmp_path)

    def test_empty_list(self):
        with pytest.raises(ValueError, match="list of corpus files is empty"):
            LineSentences([])

    def test_unknown_errors(self, tmp_path):
        with pytest.raises(ValueError, match="'strict' and 'replace'"):
            LineSentences(tmp_path, errors="ignore")

    @pytest.mark.parametrize("name", PACKERS)
    def test_compressed_file_cut_short(self, name, tmp_path):
        path = tmp_path / "a"
        packed = PACKERS[name](os.urandom(5000).hex().encode())
        path.write_bytes(packed[: len(packed) // 2])
        for read in (list, count_and_encode):
            with pytest.raises(ValueError, match="/a is cut short"):
                read(LineSentences(path))

    @pytest.mark.parametrize("name", PACKERS)
    def test_damaged_compressed_file(self, name, tmp_path):
        path = tmp_path / "a"
        packed = bytearray(PACKERS[name](os.urandom(5000).hex().encode()))
        packed[len(packed) // 2 : len(packed) // 2 + 500] = bytes(500)
        path.write_bytes(packed)
        for read in (list, count_and_encode):
            with pytest.raises(ValueError, match="/a cannot be unpacked"):
                read(LineSentences(path))

    def test_zst_without_its_package(self, tmp_path, monkeypatch):
        path = tmp_path / "a.zst"
        path.write_bytes(b"\x28\xb5\x2f\xfd")
        monkeypatch.setitem(__import__("sys").modules, "zstandard", None)
        for read in (list, count_and_encode):
            with pytest.raises(MissingExtraError, match=r"vectorsuite\[zstd\]"):
                read(LineSentences(path))


@pytest.mark.parametrize("path", ["", [""]])
def test_an_empty_name_is_not_the_current_folder(path, tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("a b")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="name of a corpus is empty"):
        LineSentences(path)


def test_a_folder_that_cannot_be_listed_is_an_error(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("a b")
    (tmp_path / "locked").mkdir()
    listed = os.scandir

    def scandir(path):
        if os.fspath(path).endswith("locked"):
            raise PermissionError(errno.EACCES, "Permission denied", os.fspath(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(PermissionError, match="locked"):
        LineSentences(tmp_path)


@pytest.mark.parametrize("name", ["t.tar", "t.tgz", "t.tar.xz", "t.zip"])
def test_an_archive_is_not_read_as_text(name, tmp_path):
    text = tmp_path / "a.txt"
    text.write_text("the cat sat")
    if name == "t.zip":
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.write(text, "a.txt")
    else:
        mode = {"t.tar": "w", "t.tgz": "w:gz", "t.tar.xz": "w:xz"}[name]
        with tarfile.open(tmp_path / name, mode) as archive:
            archive.add(text, "a.txt")
    with pytest.raises(ValueError, match=f"{name} is an archive of files; unpack it"):
        LineSentences(tmp_path / name)


@pytest.mark.parametrize("name", ["txt", *PACKERS])
@pytest.mark.parametrize("rest", [TEXT, b"", b" \n" + TEXT, b"\xef\xbb\xbf" + TEXT])
def test_a_byte_order_mark_is_no_part_of_the_text(name, rest, tmp_path):
    pack = PACKERS.get(name, bytes)
    (tmp_path / f"a.{name}").write_bytes(pack(b"\xef\xbb\xbf" + rest))
    (tmp_path / f"b.{name}").write_bytes(pack(b"other words"))
    expected = [*LINES, ["other", "words"]] if rest else [["other", "words"]]
    if rest.startswith(b"\xef"):  # one mark, and no more
        expected[0] = ["\ufeffthe", "cat", "sat"]
    assert both_ways(LineSentences(tmp_path)) == (expected, expected)


@pytest.mark.parametrize("name", ["txt", *PACKERS])
def test_bytes_are_counted_with_the_mark(name, tmp_path):
    path = tmp_path / f"a.{name}"
    path.write_bytes(PACKERS.get(name, bytes)(b"\xef\xbb\xbfa \xff b"))
    for read in (list, lambda source: count_and_encode(source, min_count=1)):
        with pytest.raises(ValueError, match="byte 5 of"):
            read(LineSentences(path))


def test_linked_files_and_folders_belong_to_the_corpus(tmp_path):
    disk, corpus = tmp_path / "disk", tmp_path / "corpus"
    for folder in (disk / "part", corpus):
        folder.mkdir(parents=True)
    (disk / "part" / "b.txt").write_text("b")
    (disk / "c.txt").write_text("c")
    (corpus / "a.txt").write_text("a")
    (corpus / "c.txt").symlink_to(disk / "c.txt")
    (corpus / "part").symlink_to(disk / "part")
    (corpus / "again").symlink_to(corpus)  # round and round
    (disk / "part" / "back").symlink_to(disk)
    assert both_ways(LineSentences(corpus))[1] == [["a"], ["c"], ["b"], ["c"]]


def test_a_link_to_nothing_is_an_error(tmp_path):
    (tmp_path / "a.txt").write_text("a b")
    (tmp_path / "b.txt").symlink_to("gone.txt")
    with pytest.raises(FileNotFoundError, match=r"b\.txt is a link to what is not there"):
        LineSentences(tmp_path)
