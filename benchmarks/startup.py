"""W6: how long a process takes that imports a library and predicts once, and its peak memory.

Each snippet builds a 784-128-10 network with random weights and predicts one row; NumPy's does it
by hand, so that what lies above it is the library's own.
"""

import json
import subprocess
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

_NUMPY = """
import numpy as np
rng = np.random.default_rng(0)
W1 = rng.normal(0, 0.05, (128, 784)).astype(np.float32)
W2 = rng.normal(0, 0.1, (10, 128)).astype(np.float32)
z = np.maximum(np.ones((1, 784), np.float32) @ W1.T, 0) @ W2.T
e = np.exp(z - z.max(axis=1, keepdims=True))
e /= e.sum(axis=1, keepdims=True)
"""
_GLASSNET = """
import numpy as np
import glassnet as gn
net = gn.Network.dense([784, 128, 10], hidden="relu", output="softmax")
net.predict_proba(np.ones((1, 784), np.float32))
"""
_GLASSNET_LOAD = """
import numpy as np
import glassnet as gn
gn.load({model!r}).predict_proba(np.ones((1, 784), np.float32))
"""
_SKLEARN = """
import numpy as np
from sklearn.neural_network import MLPClassifier
net = MLPClassifier([128], max_iter=1, batch_size=10)
net.fit(np.zeros((10, 784), np.float32), range(10))
net.predict_proba(np.ones((1, 784), np.float32))
"""
_TORCH = """
import torch
from torch import nn
net = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10), nn.Softmax(dim=1))
with torch.inference_mode():
    net(torch.ones((1, 784)))
"""
_JAX = """
import jax, jax.numpy as jnp
rng = jax.random.split(jax.random.key(0))
W1, W2 = jax.random.normal(rng[0], (128, 784)), jax.random.normal(rng[1], (10, 128))
jax.jit(lambda x: jax.nn.softmax(jax.nn.relu(x @ W1.T) @ W2.T))(jnp.ones((1, 784)))
"""
_FRAME = """
import time as _time
_start = _time.perf_counter()
import warnings
warnings.simplefilter("ignore")
{body}
_seconds = _time.perf_counter() - _start
import json, resource
try:  # this process's own peak: ru_maxrss may be that of the process it was forked from
    _status = open("/proc/self/status").read()
    _peak = int(_status.split("VmHWM:")[1].split()[0]) / 1024
except (OSError, IndexError):
    _peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([_seconds, _peak]))
"""


def measure(own: Path, peers: Path, env: dict[str, str], rounds: int) -> dict[str, Any]:
    """Medians of each library's milliseconds and MiB, and glassnet's over NumPy's.

    Args: own and peers, the Python of glassnet's environment and of the peers'.
    """
    with tempfile.TemporaryDirectory() as folder:
        model = str(Path(folder) / "net.safetensors")
        _run(own, _GLASSNET + f"net.save({model!r})\n", env)
        snippets = {
            "numpy": (own, _NUMPY, rounds),
            "glassnet": (own, _GLASSNET, rounds),
            "glassnet, from a model file": (own, _GLASSNET_LOAD.format(model=model), rounds),
            "sklearn": (peers, _SKLEARN, 2),
            "torch": (peers, _TORCH, 2),
            "jax": (peers, _JAX, 2),
        }
        seen: dict[str, list[list[float]]] = {name: [] for name in snippets}
        for turn in range(rounds + 1):
            for name, (python, body, times) in snippets.items():
                if turn <= times:
                    figures = _run(python, body, env)
                    if turn > 0:  # the first fills the disk's cache
                        seen[name].append(figures)
    rows = {
        name: {"ms": 1e3 * median(s for s, _ in got), "mb": median(m for _, m in got)}
        for name, got in seen.items()
    }
    extra = [(1e3 * (g[0] - n[0]), g[1] - n[1]) for g, n in zip(seen["glassnet"], seen["numpy"])]
    return {
        "libraries": rows,
        "over_numpy_ms": median(ms for ms, _ in extra),
        "over_numpy_mb": median(mb for _, mb in extra),
    }


def _run(python: Path, body: str, env: dict[str, str]) -> list[float]:
    done = subprocess.run(
        [str(python), "-c", _FRAME.format(body=body)],
        env=env, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])
