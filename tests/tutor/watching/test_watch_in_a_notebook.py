"""`gn.watch()` in the cells of a notebook, in a real kernel."""

from typing import Any

import pytest

pytestmark = pytest.mark.outside

CELLS = (
    "import numpy as np\nimport glassnet as gn\nrng = np.random.default_rng(3)\n"
    "X, y = rng.normal(size=(6, 3)), rng.random((6, 2))",
    "class Net:\n    def __init__(self):\n        self.W1, self.W2 = rng.normal(size=(3, 4)), "
    "rng.normal(size=(4, 2))\n    def learn(self):\n        h = 1 / (1 + np.exp(-(X @ self.W1)))\n"
    "        o = 1 / (1 + np.exp(-(h @ self.W2)))\n        d2 = (o - y) * o * (1 - o)\n"
    "        d1 = d2 @ self.W2.T\n        self.W2 -= h.T @ d2\n        self.W1 -= X.T @ d1\n",
    "net = Net(); net.learn()",
    "# said\nwith gn.watch() as seen:\n    for k in range(30):\n        net.learn()\n    print(k)",
    "report = seen.check(); print(report.mistakes[0].name, '|', report.wrong.place.where)",
    "np.array_equal(seen.network().dense_layers[0].W, net.W1.T)",
    "%time 1\nwith gn.watch() as seen:\n    W = np.zeros((3, 2))\n    for k in range(30):\n"
    "        W = W - 0.1 * X.T @ (X @ W - y)\nprint(seen.check().verdict, W.any(), k)",
)


def test_cells_are_followed_where_they_ran():
    manager = pytest.importorskip("jupyter_client.manager")
    kernel, client = manager.start_new_kernel(kernel_name="python3")
    shown: list[str] = []

    def show(message: dict[str, Any]) -> None:
        content = message["content"]
        shown.append(str(content.get("text", content.get("data", content.get("traceback", "")))))

    try:
        said: list[str] = []
        for cell in CELLS:
            shown.clear()
            client.execute_interactive(cell, output_hook=show, timeout=60)
            said.append("".join(shown))
    finally:
        client.stop_channels()
        kernel.shutdown_kernel(now=True)
    assert "29\n" in said[3]
    assert "hidden-slope-lost | cell [2], line 8\n" in said[4]
    assert "True" in said[5]
    assert "right True 29\n" in said[6]
