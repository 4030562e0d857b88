"""Makes the data sets that ship with glassnet, from the copies that scikit-learn ships.

    python -m pip install scikit-learn
    python scripts/make_builtin_data.py

Iris: scikit-learn's copy follows Fisher's paper. UCI's file differs from the paper in the 35th and
the 38th row, and so does its copy elsewhere.
Digits: the 1,797 images of the test part of "Optical Recognition of Handwritten Digits", UCI.

The same input gives the same files: no dates, no file names inside, rows in their order.
"""

import argparse
import csv
import gzip
import hashlib
import struct
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits, load_iris

SETS = Path(__file__).resolve().parents[1] / "src" / "glassnet" / "data" / "sets"


def write_iris(folder: Path) -> None:
    iris = load_iris()
    with open(folder / "iris.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*iris.feature_names, "species"])
        for row, label in zip(iris.data.tolist(), iris.target, strict=True):
            writer.writerow([*row, iris.target_names[label]])


def write_digits(folder: Path) -> None:
    digits = load_digits()
    write_idx(folder / "digits-images-idx3-ubyte.gz", digits.images)
    write_idx(folder / "digits-labels-idx1-ubyte.gz", digits.target)


def write_idx(path: Path, array: np.ndarray) -> None:
    values = array.astype(np.uint8)
    assert (values == array).all(), "the values do not fit into bytes"
    header = struct.pack(f">HBB{values.ndim}I", 0, 0x08, values.ndim, *values.shape)
    path.write_bytes(gzip.compress(header + values.tobytes(), compresslevel=9, mtime=0))


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the data sets that ship with glassnet.")
    parser.add_argument("--out", type=Path, default=SETS, help="the folder to write to")
    folder = parser.parse_args().out
    folder.mkdir(parents=True, exist_ok=True)
    write_iris(folder)
    write_digits(folder)
    for path in sorted(folder.iterdir()):
        print(hashlib.sha256(path.read_bytes()).hexdigest(), path.name)


if __name__ == "__main__":
    main()
