"""From files to arrays: built-in sets, images, archives, and the preparation of a network's inputs.

    X, y        what came: rows, and a label or a number for each; raw values, as they were stored
    Dataset     X, y and, where the data brings one, a test part of its own; where it all comes from
    Stream      blocks of rows of data that are larger than memory
    Preparation what was learned from the training rows alone, to turn raw columns into inputs

Whatever is wrong with the data is a `DataError`: one sentence with what was expected, what came
and what to do.
"""

from glassnet.data.checks import CellError, DataError, check_arrays, check_features, check_labels
from glassnet.data.dataset import Dataset, Parts, parts_of, split_train_test
from glassnet.data.images.idx import read_idx, read_idx_folder
from glassnet.data.images.npz import read_npz
from glassnet.data.images.sets import read_image_folder, read_images
from glassnet.data.open import Reading, is_table, open_data, place_of
from glassnet.data.preparation import Preparation, TargetScale, encode_labels, preparation_from_spec
from glassnet.data.sets.builtin import NAMES, load_data
from glassnet.data.splits import (
    Split,
    ThreeParts,
    fold_rows,
    split_in_three,
    split_rows,
    splits_by_class,
    stratified_split,
)
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
from glassnet.data.table.preparation import TablePreparation
from glassnet.data.table.reading.file import TableFile
from glassnet.data.table.reading.folder import TableFolder
from glassnet.data.table.reading.open import Table, open_table, sha256_of
from glassnet.data.table.said import find_column
from glassnet.data.table.table import TableSet, load_table
from glassnet.data.table.target import Target
from glassnet.data.yes_no import YesNo

__all__ = [
    "Table",
    "TableFile",
    "TableFolder",
    "TablePreparation",
    "TableSet",
    "Target",
    "find_column",
    "load_table",
    "Reading",
    "is_table",
    "open_data",
    "place_of",
    "open_table",
    "parts_of",
    "preparation_from_spec",
    "NAMES",
    "ArrayBlocks",
    "BlockSource",
    "CellError",
    "DataError",
    "Dataset",
    "Parts",
    "Preparation",
    "Split",
    "TargetScale",
    "ThreeParts",
    "YesNo",
    "Stream",
    "TableBlocks",
    "block_rows",
    "check_arrays",
    "check_features",
    "check_labels",
    "drawn",
    "encode_labels",
    "fold_rows",
    "load_data",
    "open_array",
    "parse_memory",
    "read_idx",
    "read_idx_folder",
    "read_image_folder",
    "read_images",
    "read_npz",
    "sha256_of",
    "split_in_three",
    "split_rows",
    "split_train_test",
    "splits_by_class",
    "stratified_split",
]
