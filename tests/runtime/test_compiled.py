"""Where compiled functions come from, are kept, and what is said of it."""

import importlib.util
import os
from types import SimpleNamespace

import pytest

from glassnet.runtime.compiled import door


@pytest.fixture(autouse=True)
def afresh():
    """Whether all is here is looked at once; here, in each test."""
    for each in (door.missing, door.products):
        each.cache_clear()
    yield
    for each in (door.missing, door.products):
        each.cache_clear()


def kernels(kept):
    """Compiled functions that note what keeps them."""
    return SimpleNamespace(every=lambda: [SimpleNamespace(enable_caching=lambda: kept.append(1))])


def test_without_numba_the_extra_is_named(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert door.missing() == "numba: install glassnet[compiled]"


def test_a_numba_that_cannot_be_imported_is_none(monkeypatch):
    """As where a `coverage.py` of one's own lies beside the program."""

    def fails(name):
        raise AttributeError("module 'coverage' has no attribute 'types'")

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    monkeypatch.setattr(importlib, "import_module", fails)
    assert door.missing() == (
        "numba, which cannot be imported here (AttributeError: module 'coverage' has no attribute "
        "'types')"
    )


def test_with_another_blas_it_is_said(monkeypatch):
    pytest.importorskip("numba")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    monkeypatch.setattr(door, "threadpool_info", list)
    assert "another BLAS" in door.missing()


def test_the_products_are_those_of_the_blas_that_numpy_loaded():
    pytest.importorskip("numba")
    assert set(door.products()) == {"float32", "float64"}
    assert all(door.products().values())


def test_what_is_compiled_first_is_said_and_kept(monkeypatch, tmp_path):
    pytest.importorskip("numba")
    monkeypatch.setenv(door.FOLDER, str(tmp_path))
    kept = []
    assert door._kept(kernels(kept)).startswith("They are compiled once")
    (folder,) = tmp_path.iterdir()
    (folder / "step.nbi").touch()
    assert door._kept(kernels(kept)) == ""
    assert len(kept) == 2


def test_without_a_folder_to_write_to_it_is_said_and_goes_on(monkeypatch, tmp_path):
    pytest.importorskip("numba")
    (tmp_path / "file").touch()
    monkeypatch.setenv(door.FOLDER, str(tmp_path / "file"))
    kept = []
    said = door._kept(kernels(kept))
    assert said.startswith("They cannot be kept in ")
    assert door.FOLDER in said
    assert not kept


def test_numba_s_own_setting_stays_as_it_was(monkeypatch, tmp_path):
    config = pytest.importorskip("numba.core.config")
    before = config.CACHE_DIR
    monkeypatch.setenv(door.FOLDER, str(tmp_path))
    door._kept(kernels([]))
    assert before == config.CACHE_DIR
    assert os.environ[door.FOLDER] == str(tmp_path)
