"""A program that mpiexec starts as several ranks: trains on made-up rows, and tells how it ended.

Arguments: where rank 0 writes theta, and settings as JSON, with what one rank is to do amiss, and
where each rank is to tell its process.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path

import numpy as np

import glassnet as gn

out, said = sys.argv[1], json.loads(sys.argv[2])
rank = int(os.environ.get("PMI_RANK", 0))
rows, odd, at_step = said.pop("rows", 203), said.pop("odd", ""), said.pop("at_epoch", 2)
if pids := said.pop("pids", ""):  # a folder in which each rank tells which process it is
    Path(pids, str(rank)).write_text(str(os.getpid()))

rng = np.random.default_rng(5)
X = rng.normal(size=(rows, 6))
y = (X[:, 0] * X[:, 1] + X[:, 2] > 0).astype(int)
y[:2] = 0, 1


def amiss(event) -> None:
    if rank != 1 or getattr(event, "epoch", 0) < at_step or not odd:
        return
    match odd:
        case "raises":
            raise OSError("the disk of this rank is gone")
        case "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case "stalls":
            time.sleep(60)
        case "asked":
            os.kill(os.getpid(), signal.SIGTERM)


net = gn.Network.dense(
    [6, 16, 8, 2], output="softmax", dropout=said.pop("dropout", 0.2), dtype="float64", seed=3
)
settings = {"epochs": 4, "batch_size": 25, "parallel": True, "callbacks": [amiss]} | said
history = gn.fit(net, X, y, **settings)
if rank == 0:
    np.save(out, net.theta)
    print(json.dumps({"steps": history.steps, "stopped": history.stopped}))
