"""safetensors, with and without the package of that name."""

import numpy as np
import pytest

from vectorsuite.io.open import load_any, save_any


def test_the_package_reads_ours_and_we_read_its(tmp_path, table):
    package = pytest.importorskip("safetensors.numpy")
    save_any(tmp_path / "ours.safetensors", table)
    arrays = package.load_file(tmp_path / "ours.safetensors")
    np.testing.assert_array_equal(arrays["vectors"], table.data)
    package.save_file(arrays, tmp_path / "theirs.safetensors")
    read = load_any(tmp_path / "theirs.safetensors")
    assert list(read.words) == list(table.words)
    np.testing.assert_array_equal(read.data, table.data)


@pytest.mark.parametrize(
    "entry, message",
    [
        ('{"dtype":"F32","shape":[2,2],"data_offsets":[0,16000]}', "claims the bytes 0 to 16,000"),
        ('{"dtype":"F32","shape":[2,2],"data_offsets":[-16,0]}', "is damaged"),
        ('{"dtype":"F32","shape":[2,3],"data_offsets":[0,16]}', "does not fill the 16 bytes"),
        ('{"dtype":"F32","shape":[1e9],"data_offsets":[0,16]}', "is damaged"),
        ("7", "is damaged"),
    ],
)
def test_headers_that_lie(tmp_path, entry, message):
    header = ('{"vectors":' + entry + "}").encode()
    (tmp_path / "v.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + bytes(16))
    with pytest.raises(ValueError) as error:
        load_any(tmp_path / "v.safetensors")
    assert message in str(error.value)
