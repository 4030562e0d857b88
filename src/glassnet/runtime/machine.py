"""What the last bits of a sum depend on: another machine may round them another way."""

import platform
from typing import Any

import numpy as np
from threadpoolctl import threadpool_info

from glassnet.runtime.compiled import door


def machine() -> dict[str, Any]:
    """NumPy and BLAS, their versions, the processor they chose their code for, and threads.

    numba too, where this process computes by what it compiled.

    >>> sorted(machine())
    ['BLAS', "BLAS's core type", "BLAS's threads", 'NumPy', "NumPy's SIMD", 'processor']
    """
    config: Any = np.show_config(mode="dicts") or {}
    built = config.get("Build Dependencies", {}).get("blas", {})
    name, version = built.get("name"), built.get("version")
    core = threads = None
    for pool in threadpool_info():
        # the first is NumPy's own where another program brings a second
        if pool["user_api"] == "blas" and threads is None:
            name, version = pool["internal_api"], pool["version"]
            core, threads = pool.get("architecture"), pool["num_threads"]
    return {
        "NumPy": np.__version__,
        "NumPy's SIMD": " ".join(config.get("SIMD Extensions", {}).get("found", [])),
        "BLAS": f"{name} {version}",
        "BLAS's core type": core,
        "BLAS's threads": threads,
        "processor": platform.machine(),
    } | door.made_with()
