"""The C header compiles without a warning, and predicts as the network."""

import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from code_written import random_network, trained_on_a_table, write

import glassnet as gn
from glassnet.data.table.inputs import CategoryInput, DateInput
from glassnet.exchange.code.c import coarse, files, in_int8
from glassnet.exchange.code.plan import CodePlan

IN_CI, CAMPAIGN = 3, 50
STRICT = ["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror"]
MAIN = """
#include "{name}.h"
#include <stdio.h>
#include <stdlib.h>
int main(void) {{
    double cells[{cells}];
    char word[64];
    {T} x[{n_in}], out[{n_out}];
    for (;;) {{
        for (int i = 0; i < {cells}; i++) {{
            if (scanf("%63s", word) != 1) return 0;
            cells[i] = strtod(word, NULL);
        }}
        {name}_prepare(cells, x);
        {name}_forward(x, out);
        for (int i = 0; i < {n_in}; i++) printf("%.17g ", (double)x[i]);
        for (int i = 0; i < {n_out}; i++) printf("%.17g ", (double)out[i]);
        puts("");
    }}
}}
"""


def outputs(path: Path, net: gn.Network, cells: Any) -> tuple[Any, Any]:
    """What the compiled header gives for rows of cells: the inputs, and the outputs."""
    main, program = path.with_suffix(".c"), path.with_suffix("")
    kind = "float" if net.dtype == np.float32 else "double"
    sizes = {"cells": len(cells[0]), "T": kind, "n_in": net.n_in, "n_out": net.n_out}
    main.write_text(MAIN.format(name=path.stem, **sizes))
    sanitized = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    subprocess.run(["gcc", *STRICT, *sanitized, "-O1", main, "-o", program, "-lm"], check=True)
    text = "\n".join(" ".join(float(cell).hex() for cell in row) for row in cells)
    done = subprocess.run([program], input=text.encode(), capture_output=True, check=True)
    values = np.array([line.split() for line in done.stdout.splitlines()], float)
    return values[:, : net.n_in], values[:, net.n_in :]


def as_the_network(folder: Any, seed: int, dtype: str = "float64") -> None:
    net, X, _ = random_network(seed, dtype)
    path = write(folder, "c", CodePlan(net, f"net{seed}"), ".h")
    _, out = outputs(path, net, X)
    assert np.allclose(out, net.predict_proba(X), rtol=1e-6, atol=1e-6), seed


@pytest.mark.parametrize("seed", range(IN_CI))
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_it_predicts_as_the_network(tmp_path, seed, dtype):
    as_the_network(tmp_path, seed, dtype)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(IN_CI, CAMPAIGN))
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_it_predicts_as_the_network_at_length(tmp_path, seed, dtype):
    as_the_network(tmp_path, seed, dtype)


def test_cells_of_a_table_and_hostile_names(tmp_path):
    import polars as pl

    from glassnet.data.table.cells import plain
    from glassnet.data.table.fill import read_dates

    net, rows, _ = trained_on_a_table()
    frame = plain(pl.DataFrame(rows))
    columns = []
    for column in net.preparation.used:
        cells = frame[column.name]
        match column.code:
            case CategoryInput(()):
                columns.append([np.nan if c == "" else 0 for c in cells])
            case CategoryInput(levels):
                columns.append([levels.index(c) if c in levels else -1 for c in cells])
            case DateInput():
                columns.append(read_dates(cells, column, column.code, 0))
            case _:
                known = {"yes": 1.0, "no": 0.0, "YES": 1.0}
                columns.append(
                    [
                        known[c] if c in known else np.nan if c in ("", "NA") else float(c)
                        for c in cells
                    ]
                )
    path = write(tmp_path, "c", CodePlan(net, "table"), ".h")
    named = net.classes
    net.classes = None  # so that the program prints numbers alone
    other = write(tmp_path, "c", CodePlan(net, "plain"), ".h")
    x, out = outputs(other, net, np.array(columns).T)
    assert np.allclose(x, net.preparation.apply(frame, "float64"), rtol=1e-10, atol=1e-10)
    assert np.allclose(out, net.predict_proba(frame), rtol=1e-9, atol=1e-9)
    net.classes = named
    program = tmp_path / "names.c"
    program.write_text(
        '#include "table.h"\n#include <stdio.h>\n'
        "int main(void) { double out[4] = {0, 1, 0, 0};"
        " fputs(table_classes[table_class(out)], stdout);"
        " fputs(table_columns[5], stdout); return 0; }\n"
    )
    subprocess.run(["gcc", *STRICT, program, "-o", tmp_path / "names", "-lm"], check=True)
    told = subprocess.run([tmp_path / "names"], capture_output=True, check=True).stdout.decode()
    assert told == named[1] + net.preparation.used[5].name
    assert path.read_bytes().isascii()


def test_weights_of_eight_bits(tmp_path):
    net = gn.Network.dense([64, 32, 10], output="softmax", seed=0)
    X = np.random.default_rng(0).normal(size=(9, 64))
    text = files(CodePlan(net, "digits"), int8=True, measured="a sentence */ of its own")[".h"]
    path = tmp_path / "digits.h"
    path.write_text(text)
    _, out = outputs(path, net, X)
    assert np.allclose(out, coarse(net).predict_proba(X), atol=1e-6)
    assert not np.allclose(out, net.predict_proba(X), atol=1e-6)
    assert "2,704 bytes, beside the code" in text  # 64·32 + 32·10, and four a scale and a bias
    assert "of RAM, on the stack, the layers between take 128 bytes, and" in text


@pytest.mark.parametrize("int8", [False, True])
def test_the_bytes_that_are_stated_are_the_compilers(tmp_path, int8):
    import re

    net = gn.Network.dense([6, 5, 4, 3], output="softmax", seed=0)
    net.preparation = gn.Preparation.learn(np.random.default_rng(0).normal(size=(9, 6)))
    net.classes = ["ape", "bee", "z\u00f6e */"]
    text = files(CodePlan(net, "net"), int8=int8)[".h"]
    (tmp_path / "net.h").write_text(text)
    (tmp_path / "main.c").write_text(
        '#include "net.h"\nvoid run(const double *cells, float *x, float *out) {'
        " net_prepare(cells, x); net_forward(x, out); }\n"
        "const char *name(const float *out) { return net_classes[net_class(out)]; }\n"
    )
    made = tmp_path / "main.o"
    subprocess.run(["gcc", *STRICT, "-O0", "-c", tmp_path / "main.c", "-o", made], check=True)
    done = subprocess.run(["nm", "-S", made], capture_output=True, text=True, check=True)
    sizes = {row[3]: int(row[1], 16) for row in map(str.split, done.stdout.splitlines())
             if len(row) == 4}  # fmt: skip
    numbers = sum(size for name, size in sizes.items()
                  if re.fullmatch(r"net_([Wbs]\d|mean|scale)", name))  # fmt: skip
    told = re.search(
        r"numbers take (\d+) bytes, beside the code\n\(texts (\d+), .* take (\d+) bytes,"
        r" and who calls has\s(\d+) for cells, (\d+) for x and (\d+) for out",
        text, re.DOTALL,
    )  # fmt: skip
    names = sum(len(name.encode()) + 1 for name in net.classes)
    assert told is not None
    assert [int(n) for n in told.groups()] == [numbers, names, 9 * 4, 6 * 8, 6 * 4, 3 * 4]


def test_a_row_of_weights_near_0_is_0_in_eight_bits():
    W = np.array([[1e-44, -1e-44], [1e-38, 0.0], [0.5, -1.0]], "float32")
    q, scale = in_int8(W)
    assert q.tolist() == [[0, 0], [0, 0], [64, -127]]
    assert np.isfinite(scale).all()
    assert (scale > 0).all()


def test_numbers_in_their_units(tmp_path):
    from glassnet.data import TargetScale

    X, y = np.random.default_rng(0).uniform(0, 9, (20, 3)), np.arange(40.0).reshape(20, 2)
    net = gn.Network.dense([3, 4, 2], hidden="selu", seed=0, dtype="float64")
    net.preparation, net.target_scale = gn.Preparation.learn(X), TargetScale.learn(y)
    write(tmp_path, "c", CodePlan(net, "numbers"), ".h")
    program = tmp_path / "main.c"
    cells = ", ".join(map(repr, X[0].tolist()))
    program.write_text(
        '#include "numbers.h"\n#include <stdio.h>\n'
        f"int main(void) {{ double cells[3] = {{{cells}}}, x[3], out[2], y[2];"
        " numbers_prepare(cells, x); numbers_forward(x, out); numbers_numbers(out, y);"
        ' printf("%.17g %.17g", y[0], y[1]); return 0; }\n'
    )
    subprocess.run(["gcc", *STRICT, program, "-o", tmp_path / "main", "-lm"], check=True)
    told = subprocess.run([tmp_path / "main"], capture_output=True, check=True).stdout.split()
    assert np.allclose([float(each) for each in told], net.predict(X[:1])[0], rtol=1e-9)
