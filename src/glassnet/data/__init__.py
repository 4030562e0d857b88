"""From files to arrays: the built-in sets, IDX folders, and the preparation a network is fed with.

    X, y        what came: rows, and a label or a number for each; raw values, as they were stored
    Dataset     X, y and, where the data brings one, a test part of its own; where it all comes from
    Stream      blocks of rows of data that are larger than memory
    Preparation what was learned from the training rows alone, to turn raw columns into inputs

Whatever is wrong with the data is a `DataError`: one sentence with what was expected, what came
and what to do.
"""

from glassnet.data.builtin import NAMES, load_data
from glassnet.data.checks import DataError, check_arrays, check_features, check_labels
from glassnet.data.dataset import Dataset, Parts, split_train_test, stratified_split
from glassnet.data.idx import read_idx, read_idx_folder
from glassnet.data.preparation import Preparation, TargetScale, encode_labels
from glassnet.data.stream import (
    ArrayBlocks,
    BlockSource,
    Stream,
    TableBlocks,
    block_rows,
    drawn,
    open_array,
    parse_memory,
)

__all__ = [
    "NAMES",
    "ArrayBlocks",
    "BlockSource",
    "DataError",
    "Dataset",
    "Parts",
    "Preparation",
    "Stream",
    "TableBlocks",
    "TargetScale",
    "block_rows",
    "check_arrays",
    "check_features",
    "check_labels",
    "drawn",
    "encode_labels",
    "load_data",
    "open_array",
    "parse_memory",
    "read_idx",
    "read_idx_folder",
    "split_train_test",
    "stratified_split",
]
