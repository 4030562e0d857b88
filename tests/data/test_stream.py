"""Data larger than memory: blocks of arrays and tables, held-back rows, and a size in words."""

import mmap
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.core.errors import InputError
from glassnet.data import Preparation, TargetScale
from glassnet.data.stream import (
    ArrayBlocks,
    Stream,
    TableBlocks,
    block_rows,
    drawn,
    mix,
    open_array,
    parse_memory,
    show_memory,
)

# -- a size ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("500MB", 500_000_000),
        ("1GB", 1_000_000_000),
        ("1.5 gb", 1_500_000_000),
        ("2g", 2_000_000_000),
        ("512MiB", 512 * 1024 * 1024),
        (".5k", 500),
        (1234, 1234),
    ],
)
def test_a_size_is_read_as_people_write_it(text, size: int):
    assert parse_memory(text) == size


@pytest.mark.parametrize(
    "text",
    ["", "MB", "1 2GB", "-1GB", "1XB", "0GB", "nan", "1e9", "9999999999TB", "1GB/s", "١GB", None],
)
def test_anything_else_is_no_size(text):
    with pytest.raises(InputError, match="500MB or 1GB"):
        parse_memory(text)


@given(st.integers(1, 10**13))
def test_a_size_that_is_shown_is_enough(size: int):
    assert size <= parse_memory(show_memory(size)) < size + 10**6


def test_blocks_grow_with_the_memory_up_to_a_bound():
    assert block_rows(2 * 10**9, 100) == 65_536
    assert block_rows(328_000_000, 100) == 10_000
    assert block_rows(10**6, 100) == 1


def test_a_block_is_a_group_of_rows_where_that_fits():
    assert block_rows(360_000_000, 100, group=50_000) == 50_000
    assert block_rows(360_000_000, 100, group=200_000) == 100_000
    assert block_rows(360_000_000, 100, group=250_000) == 83_333
    assert block_rows(10**6, 100, group=10) == 1


# -- which rows -----------------------------------------------------------------------------


def test_the_mix_is_that_of_splitmix64():
    # the first three outputs for seed 0, as published with the generator's C code
    gamma = 0x9E3779B97F4A7C15
    states = np.array([k * gamma % 2**64 for k in (1, 2, 3)], np.uint64)
    expected = [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]
    assert mix(states).tolist() == expected


@given(st.integers(0, 2**40), st.floats(0, 1), st.integers(0, 2**32), st.integers(1, 50))
def test_a_row_is_drawn_by_its_number_alone(first: int, share: float, seed: int, n: int):
    rows = np.arange(first, first + n)
    one_by_one = [bool(drawn([row], share, seed)[0]) for row in rows]
    assert drawn(rows, share, seed).tolist() == one_by_one


@pytest.mark.parametrize("seed", range(4))
def test_a_share_of_the_rows_is_drawn_and_seeds_are_independent(seed: int):
    rows = np.arange(100_000)
    first, second = drawn(rows, 0.3, 0, seed), drawn(rows, 0.3, 1, seed)
    # five standard deviations of a binomial
    assert abs(first.mean() - 0.3) < 5 * np.sqrt(0.3 * 0.7 / len(rows))
    assert abs((first & second).mean() - 0.09) < 5 * np.sqrt(0.09 * 0.91 / len(rows))
    # nor does a row tell of the next, or of the row 64 on
    for lag in (1, 2, 64, 4096):
        both = (first[lag:] & first[:-lag]).mean()
        assert abs(both - 0.09) < 6 * np.sqrt(0.09 * 0.91 / len(rows))


def test_no_row_is_drawn_for_nothing_and_every_row_for_all():
    assert not drawn(np.arange(1000), 0.0, 3).any()
    assert drawn(np.arange(1000), 1.0, 3).all()


# -- arrays ---------------------------------------------------------------------------------


@given(st.integers(1, 40), st.integers(1, 50))
def test_the_blocks_of_arrays_are_all_rows_in_order(n: int, rows: int):
    X, y = np.arange(2 * n).reshape(n, 2), np.arange(n)
    blocks = ArrayBlocks(X, y, rows)
    taken = [blocks.take(k) for k in range(len(blocks.sizes))]
    assert [len(part) for part, _ in taken] == blocks.sizes
    np.testing.assert_array_equal(np.concatenate([part for part, _ in taken]), X)
    np.testing.assert_array_equal(np.concatenate([part for _, part in taken]), y)


def resident(path: Path) -> int:
    """Bytes of the file that this process holds in memory, as the kernel tells."""
    total, inside = 0, False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if re.match(r"[0-9a-f]+-[0-9a-f]+ ", line):
            inside = line.endswith(str(path))
        elif inside and line.startswith("Rss:"):
            total += 1024 * int(line.split()[1])
    return total


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.skipif(not hasattr(mmap, "MADV_DONTNEED"), reason="the system has no such advice")
@pytest.mark.parametrize("view", [slice(None), slice(1000, None)])
def test_a_mapped_array_does_not_stay_in_memory(tmp_path: Path, view: slice):
    path = tmp_path / "x.npy"
    np.save(path, np.ones((20_000, 100)))
    X = open_array(path)[view]
    assert isinstance(X, np.memmap)
    X.sum()
    assert resident(path) > 10_000_000
    blocks = ArrayBlocks(X, None, 1000)
    for k in range(len(blocks.sizes)):
        assert blocks.take(k)[0].sum() == blocks.sizes[k] * 100
        assert resident(path) < 1_000_000
    assert X[5, 5] == 1


def test_changes_to_a_private_map_stay(tmp_path: Path):
    np.save(tmp_path / "x.npy", np.zeros((10, 2)))
    X = np.load(tmp_path / "x.npy", mmap_mode="c")
    X[3, 1] = 7
    blocks = ArrayBlocks(X, None, 4)
    blocks.take(0)
    assert blocks.take(0)[0][3, 1] == 7


@pytest.mark.parametrize(
    "X", [np.zeros(3), np.zeros((0, 2)), np.zeros((3, 0)), np.zeros((2, 2, 2))]
)
def test_arrays_of_another_shape_are_turned_away(X):
    with pytest.raises(InputError, match="rows and columns"):
        ArrayBlocks(X, None)


def test_as_many_targets_as_rows_are_needed():
    with pytest.raises(InputError, match="X has 3 rows and y has 2"):
        ArrayBlocks(np.zeros((3, 1)), np.zeros(2))


@pytest.mark.parametrize(
    "content", [b"", b"hello, this is no array", b"\x93NUMPY", "cut", "objects"]
)
def test_a_file_that_is_no_plain_array_is_told_in_a_sentence(tmp_path: Path, content):
    path = tmp_path / "x.npy"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content == "cut":
        np.save(path, np.zeros((1000, 3)))
        path.write_bytes(path.read_bytes()[:5000])
    else:
        np.save(path, np.array([{}, []], dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match=r"x\.npy is (no|damaged)"):
        open_array(path)


def test_an_absent_file_and_a_folder_are_told(tmp_path: Path):
    with pytest.raises(InputError, match=r"none\.npy cannot be read"):
        open_array(tmp_path / "none.npy")
    with pytest.raises(InputError, match="cannot be read"):
        open_array(tmp_path)


# -- tables ---------------------------------------------------------------------------------


class Table:
    """A file of a table as the reader of tables gives it: an index of blocks, and one at a time."""

    def __init__(self, frame) -> None:
        self.frame = frame

    def blocks(self, rows: int) -> list[range]:
        n = len(self.frame)
        return [range(first, min(first + rows, n)) for first in range(0, n, rows)]

    def take(self, block: range, columns=None):
        return self.frame[block.start : block.stop]


class Column:
    def read(self, frame) -> np.ndarray:
        return frame["y"].to_numpy()


def test_the_parts_of_a_table_are_frames_with_their_targets():
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame({"x": np.arange(10.0), "land": list("abcabcabca"), "y": np.arange(10)})
    stream = Stream(TableBlocks(Table(frame), Column(), 4), test=0.3)
    assert stream.sizes == [4, 4, 2]
    is_test = drawn(np.arange(10), 0.3, 0, 0)
    for test in (False, True):
        parts = list(stream.parts(test))
        rows = frame.filter(pl.Series(is_test == test))
        assert pl.concat([X for X, _ in parts]).equals(rows)
        assert np.concatenate([y for _, y in parts]).tolist() == rows["y"].to_list()
    assert TableBlocks(Table(frame), None, 4).take(0)[1] is None


# -- a stream -------------------------------------------------------------------------------


@given(st.integers(1, 60), st.integers(1, 60), st.floats(0, 0.9), st.integers(0, 5))
def test_test_rows_are_the_same_however_they_are_cut(n: int, rows: int, test: float, seed: int):
    X = np.arange(n)[:, None]
    stream = Stream(ArrayBlocks(X, X[:, 0], rows), test=test, seed=seed)
    is_test = drawn(np.arange(n), test, 0, seed)
    for part in (False, True):
        found = [y for _, y in stream.parts(part)]
        expected = np.flatnonzero(is_test == part)
        assert np.concatenate([[], *found]).tolist() == expected.tolist()


def test_a_file_that_changes_while_it_is_read_is_told():
    blocks = ArrayBlocks(np.zeros((10, 1)), None, 5)
    stream = Stream(blocks)
    blocks.sizes = [5, 3]
    with pytest.raises(InputError, match="rows 5 to 9 were there and now are 3 rows"):
        stream.take(1)


def test_a_stream_needs_rows_and_a_share():
    class Empty:
        sizes = ()

        def take(self, k: int):
            raise AssertionError

    with pytest.raises(InputError, match="no rows"):
        Stream(Empty())
    for share in (-0.1, 1, float("nan")):
        with pytest.raises(InputError, match="give a share"):
            Stream(ArrayBlocks(np.zeros((3, 1)), None), test=share)


def test_one_pass_learns_what_all_rows_at_once_would_teach():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(500, 3)) * [1e-3, 1.0, 1e5] + [1e6, 0.0, 3.0]
    y = 5 + 3 * rng.normal(size=500)
    stream = Stream(ArrayBlocks(X, y, 37), test=0.2)
    learned = stream.learn("number")
    keep = ~drawn(np.arange(500), 0.2, 0, 0)
    np.testing.assert_allclose(learned.preparation.mean, X[keep].mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(learned.preparation.scale, X[keep].std(axis=0), rtol=1e-9)
    assert isinstance(learned.target_scale, TargetScale)
    np.testing.assert_allclose(learned.target_scale.mean, y[keep].mean(), rtol=1e-12)
    np.testing.assert_allclose(learned.target_scale.scale, y[keep].std(), rtol=1e-12)
    assert learned.classes is None


def test_one_pass_finds_every_class():
    y = np.array(list("aabbbbbbbc"))
    learned = Stream(ArrayBlocks(np.arange(20.0).reshape(10, 2), y, 3)).learn("classes")
    assert learned.classes == ["a", "b", "c"]
    assert learned.target_scale is None
    pixels = Stream(ArrayBlocks(np.arange(20).reshape(10, 2), y, 3)).learn("classes", image=True)
    assert pixels.preparation == Preparation("pixels", 2, (0.0,), (19.0,))
    with pytest.raises(InputError, match="one class only"):
        Stream(ArrayBlocks(np.ones((3, 1)), np.zeros(3, int))).learn("classes")
