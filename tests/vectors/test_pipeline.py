"""A pipeline directory: opens with ours and with spaCy, and is whole or not there."""

import errno
import json
from pathlib import Path

import numpy as np
import pytest

from vectorsuite import Vectors, write_pipeline
from vectorsuite.io import array_file
from vectorsuite.vectors import open_pipeline
from vectorsuite.vectors.pipeline import check_language, check_output, check_replaceable


@pytest.fixture
def table():
    return Vectors(
        data=np.array([[1, 0], [0, 2], [3, 3]], dtype="f"), keys=["the", "of", "é"], attr="LOWER"
    )


def test_opens_with_ours(table, tmp_path):
    counts = np.array([9, 5, 1])
    write_pipeline(tmp_path / "p", table, lang="en", counts=counts, settings={"window": 5})
    for path in (tmp_path / "p", tmp_path / "p" / "vocab"):
        opened = open_pipeline(path)
        assert opened == table
        assert opened.row_attrs["count"].tolist() == [9, 5, 1]
        assert opened.settings == {"window": 5}
        assert opened.name == "en_pipeline.vectors"
    assert table.row_attrs == {}  # what was saved is left as it was
    assert table.name is None


def test_opens_with_spacy(table, tmp_path):
    spacy = pytest.importorskip("spacy")
    write_pipeline(tmp_path / "p", table, lang="en", name="mine")
    nlp = spacy.load(tmp_path / "p")
    assert nlp.lang == "en"
    assert nlp.meta["vectors"]["name"] == "mine"
    assert nlp("THE")[0].vector.tolist() == [1, 0]  # keys stand for LOWER
    nlp.to_disk(tmp_path / "again")
    opened = open_pipeline(tmp_path / "again")
    assert opened["é"].tolist() == [3, 3]
    assert opened.name == "mine"


def test_initialises_spacys_vectors(table, tmp_path):
    spacy = pytest.importorskip("spacy")
    write_pipeline(tmp_path / "p", table, lang="en")
    nlp = spacy.blank("en")
    nlp.config["initialize"]["vectors"] = str(tmp_path / "p")
    nlp.initialize()
    assert nlp.vocab.vectors.shape == (3, 2)
    assert nlp("of")[0].vector.tolist() == [0, 2]


def test_what_exists_is_kept_unless_forced(table, tmp_path):
    path = tmp_path / "p"
    write_pipeline(path, Vectors(shape=(1, 1)))
    with pytest.raises(FileExistsError, match="force"):
        write_pipeline(path, table)
    assert open_pipeline(path) == Vectors(shape=(1, 1))
    write_pipeline(path, table, force=True)
    assert open_pipeline(path) == table
    assert [p.name for p in tmp_path.iterdir()] == ["p"]


@pytest.mark.parametrize("over", ["a folder", "a pipeline", "a pipeline without files"])
def test_force_never_replaces_more_than_a_table(table, tmp_path, over):
    path = tmp_path / "p"
    path.mkdir()
    if over == "a folder":
        (path / "thesis.txt").write_text("x")
    else:
        write_pipeline(path, table, force=True)
        meta = json.loads((path / "meta.json").read_text())
        (path / "meta.json").write_text(json.dumps({**meta, "pipeline": ["ner"]}))
        if over == "a pipeline":
            (path / "ner").mkdir()
    before = sorted(path.rglob("*"))
    with pytest.raises(FileExistsError, match=r"p is not replaced: .* holds (thesis.txt|ner)\."):
        write_pipeline(path, table, force=True)
    assert sorted(path.rglob("*")) == before


def test_force_replaces_what_a_model_has_put_beside_the_table(table, tmp_path):
    def also(folder):
        (folder / "documents").write_text("x")

    for _ in range(2):
        write_pipeline(tmp_path / "p", table, force=True, also=also)
    assert (tmp_path / "p" / "documents").exists()


def test_a_device_is_not_replaced(table):
    with pytest.raises(FileExistsError, match="/dev/null is neither a file nor a folder"):
        write_pipeline("/dev/null", table, force=True)


@pytest.mark.parametrize("force", [False, True])
def test_a_full_disk_leaves_what_was_there(table, tmp_path, monkeypatch, force):
    if force:
        write_pipeline(tmp_path / "p", table)

    def full(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("vectorsuite.strings.sidecar.write_arrays", full)
    with pytest.raises(OSError, match="No space"):
        write_pipeline(tmp_path / "p", Vectors(shape=(1, 1)), force=force)
    monkeypatch.setattr("vectorsuite.strings.sidecar.write_arrays", array_file.write_arrays)
    assert [p.name for p in tmp_path.iterdir()] == (["p"] if force else [])
    if force:
        assert open_pipeline(tmp_path / "p") == table


def test_counts_must_fit(table, tmp_path):
    with pytest.raises(ValueError, match="2 counts for 3 rows"):
        write_pipeline(tmp_path / "p", table, counts=np.array([1, 2]))


def test_no_table_there(tmp_path):
    with pytest.raises(FileNotFoundError, match="no table"):
        open_pipeline(tmp_path)


@pytest.mark.parametrize("path", ["text.txt/out", "/proc/out", "/dev/null/out"])
def test_an_output_that_cannot_be_written_is_found_out_at_once(tmp_path, monkeypatch, path):
    monkeypatch.chdir(tmp_path)
    Path("text.txt").write_text("a b")
    with pytest.raises(OSError, match=f"The output {path} cannot be written"):
        check_output(Path(path))


def test_an_output_in_folders_to_be_made_is_fine_and_leaves_no_trace(tmp_path):
    check_output(tmp_path / "a" / "b" / "c")
    assert list(tmp_path.iterdir()) == []


def test_an_output_never_takes_the_place_of_a_file(tmp_path):
    (tmp_path / "corpus.txt").write_text("a b")
    with pytest.raises(FileExistsError, match=r"corpus\.txt is a file, where a directory is to be"):
        check_output(tmp_path / "corpus.txt", force=True)


@pytest.mark.parametrize("lang", ["en", "xx", "grc", "custom_en"])
def test_codes_of_languages(lang):
    check_language(lang)


@pytest.mark.parametrize("lang", ["", "e", "EN", "english", "zh-hans", "../x", "en ", "v.txt"])
def test_what_is_no_code_of_a_language(table, tmp_path, lang):
    with pytest.raises(ValueError, match="expected spaCy's code of a language"):
        write_pipeline(tmp_path / "p", table, lang=lang)
    assert list(tmp_path.iterdir()) == []


def test_a_meta_that_is_no_object_is_named(tmp_path):
    write_pipeline(tmp_path / "table", Vectors(data=np.ones((1, 2), "f"), keys=["a"]))
    (tmp_path / "table" / "meta.json").write_text("[1]")
    (tmp_path / "table" / "vocab" / "vectors.cfg").write_text("{}")  # without the table's name
    for act in (open_pipeline, check_replaceable):
        with pytest.raises(ValueError, match=r"meta\.json must hold a JSON object"):
            act(tmp_path / "table")
