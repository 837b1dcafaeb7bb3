"""The embedding projector's pair of files."""

from vectorsuite.io.open import load_any


def test_metadata_with_columns(tmp_path):
    (tmp_path / "vectors.tsv").write_text("1\t2\n3\t4\n")
    (tmp_path / "metadata.tsv").write_text("id\tWord\n7\tthe\n8\tof\n")
    assert list(load_any(tmp_path / "vectors.tsv").words) == ["the", "of"]
