"""How long one answer takes in what `glassnet export` writes: NumPy, plain Python, and C.

Three networks, each asked row by row, as a small machine or a web service does: the time of a row
is the least of five rounds. C is compiled with gcc -O2; a network too large for plain Python has
no figure there. Run it by hand, python benchmarks/exported_code.py; it prints a table.
"""

import importlib.util
import subprocess
import tempfile
from pathlib import Path
from time import perf_counter
from types import ModuleType

import numpy as np

import glassnet as gn
from glassnet.exchange.code.python import MOST

NETWORKS = {"2-2-2": [2, 2, 2], "4-16-3": [4, 16, 3], "digits, 64-32-10": [64, 32, 10]}
ROUNDS, ROWS = 5, 2_000
C = """
#include "net.h"
#include <stdio.h>
#include <time.h>
int main(void) {
    static double cells[256][N];
    float x[N], out[M], sum = 0;
    double best = 1e9;
    for (int i = 0; i < 256; i++)
        for (int j = 0; j < N; j++) cells[i][j] = (i * 7 + j * 3) % 11 / 5.0 - 1;
    for (int round = 0; round < 5; round++) {
        clock_t began = clock();
        for (int i = 0; i < 200000; i++) {
            net_prepare(cells[i % 256], x);
            net_forward(x, out);
            sum += out[0];
        }
        double took = (double)(clock() - began) / CLOCKS_PER_SEC / 200000;
        best = took < best ? took : best;
    }
    fprintf(stderr, "%g", (double)sum);
    printf("%.9g", best);
    return 0;
}
"""


def loaded(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def seconds(answer, rows) -> float:  # type: ignore[no-untyped-def]
    """The least seconds that a row took."""
    least = float("inf")
    for _ in range(ROUNDS):
        began = perf_counter()
        for row in rows:
            answer(row)
        least = min(least, (perf_counter() - began) / len(rows))
    return least


def in_c(folder: Path, n_in: int, n_out: int) -> float:
    (folder / "main.c").write_text(C)
    sizes = [f"-DN={n_in}", f"-DM={n_out}"]
    program = folder / "main"
    subprocess.run(
        ["gcc", "-std=c99", "-O2", *sizes, folder / "main.c", "-o", program, "-lm"], check=True
    )
    return float(subprocess.run([program], capture_output=True, check=True).stdout)


def of_a_row(sizes: list[int], folder: Path) -> list[float]:
    """The seconds of a row in glassnet, NumPy, plain Python (NaN where it is too large) and C."""
    net = gn.Network.dense(sizes, hidden="relu", output="softmax", seed=0)
    X = np.random.default_rng(0).normal(size=(ROWS, sizes[0])).astype(np.float32)
    gn.export(net, folder / "in_numpy.py", to="numpy")
    gn.export(net, folder / "net.h", to="c")
    in_numpy = loaded(folder / "in_numpy.py")
    plain = float("nan")
    if net.theta.size <= MOST:
        gn.export(net, folder / "plain.py", to="python")
        module = loaded(folder / "plain.py")
        plain = seconds(lambda row: module.forward(module.inputs(row)), X.tolist())
    return [
        seconds(net.predict_proba, X),
        seconds(lambda row: in_numpy.forward(in_numpy.prepare(row)), X),
        plain,
        in_c(folder, sizes[0], sizes[-1]),
    ]


def main() -> None:
    print("| network | glassnet | NumPy | Python | C |")
    print("|---|---|---|---|---|")
    for name, sizes in NETWORKS.items():
        with tempfile.TemporaryDirectory() as folder:
            times = of_a_row(sizes, Path(folder))
        told = ("too large" if np.isnan(t) else f"{1e6 * t:.2g} µs" for t in times)
        print(f"| {name} | {' | '.join(told)} |", flush=True)


if __name__ == "__main__":
    main()
