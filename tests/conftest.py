"""Fixtures that several rooms share."""

import lzma
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine is no defect: examples may take as long as they take.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session", autouse=True)
def outside_the_checkout(tmp_path_factory):
    """Run in an empty folder: ``python -c`` in the checkout would import its source tree.

    What is tested, in child processes too, is the package that is installed.
    """
    before = Path.cwd()
    os.chdir(tmp_path_factory.mktemp("empty"))
    yield
    os.chdir(before)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder with the real corpus and evaluation sets; skips where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"no {SHARED}: the real corpus and evaluation sets are not beside the checkout")
    return SHARED


@pytest.fixture(scope="session")
def wiki17m(shared_data, tmp_path_factory) -> Path:
    """The 17 M word corpus, unpacked."""
    path = tmp_path_factory.mktemp("wiki") / "wiki17m.txt"
    with lzma.open(shared_data / "wiki17m.txt.xz") as packed, path.open("wb") as plain:
        shutil.copyfileobj(packed, plain, 1 << 20)
    return path
