"""In the learner's process: all that stands in for what a script counts on and is not here.

Tiny data of the look that the script expects take the place of what it would load, so that a
training on 60,000 images becomes one on twelve.
"""

from __future__ import annotations

import builtins
import os
import random
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.tutor.process.standing_in.files import install_files
from glassnet.tutor.process.standing_in.form import Form, form_of
from glassnet.tutor.process.standing_in.keyboard import answer_questions, give_arguments
from glassnet.tutor.process.standing_in.libraries import install_libraries
from glassnet.tutor.process.standing_in.missing import (
    MissingModules,
    leave_out,
    restore_removed_names,
)
from glassnet.tutor.process.standing_in.originals import original
from glassnet.tutor.process.standing_in.silent import Silent, forget_called_back
from glassnet.tutor.process.standing_in.tiny import TinyData


def install(seed: int, folder: Path, text: str = "", form: Form | None = None) -> TinyData:
    """Puts the stand-ins in place; what it gives says what was stood in for, as it happens.

    Args:
        text: the script's, which tells how its data look.
        form: how they look, where that is known better.
    """
    data = TinyData(seed, form or form_of(text), folder, text)
    _seed_everything(seed)
    forget_called_back()
    answer_questions()
    give_arguments(sys.argv[0], data.form.arguments)
    time.sleep = lambda seconds: None
    for name in ("get_ipython", "display"):  # a notebook's own
        setattr(builtins, name, Silent(name))
    os.system = lambda command: 0
    restore_removed_names()
    _draw_coarsely()
    _draw_within(data)
    install_libraries(data)
    leave_out(data)
    _own_modules_first(data.copy)
    install_files(data)
    sys.meta_path[:] = [f for f in sys.meta_path if not isinstance(f, MissingModules)]
    sys.meta_path.append(MissingModules(data))
    data.used = False
    return data


SIDE = 40  # points of a grid, from which on it is one of a picture


def _draw_coarsely() -> None:
    """A grid over which a picture is drawn, and no picture is, has few points."""
    mesh = original(np, "meshgrid")

    def grid(*sides: Any, **how: Any) -> Any:
        few = [np.asarray(side) for side in sides]
        if any(side.ndim == 1 and side.size > SIDE for side in few):
            few = [side[:: -(-side.size // 8)] if side.ndim == 1 else side for side in few]
        return mesh(*few, **how)

    np.meshgrid = grid


def _seed_everything(seed: int) -> None:
    """Each trial has other numbers, the same each time: seeds of the script's own are shifted."""
    real_seed, real_rng = original(np.random, "seed"), original(np.random, "default_rng")
    real_random = original(random, "seed")
    shift = 1000 * seed

    def numpy_seed(value: Any = None) -> None:
        real_seed((int(value) if isinstance(value, int | np.integer) else 0) + shift)

    def default_rng(value: Any = None) -> Any:
        return real_rng((int(value) if isinstance(value, int | np.integer) else 0) + shift)

    def python_seed(value: Any = None, *_: Any) -> None:
        real_random((value if isinstance(value, int) else 0) + shift)

    np.random.seed, np.random.default_rng, random.seed = numpy_seed, default_rng, python_seed
    numpy_seed(7)
    python_seed(7)


def _draw_within(data: TinyData) -> None:
    """So many different ones as a large set has are as many as the tiny one has."""
    choice, sample = original(np.random, "choice"), original(random, "sample")

    def chosen(a: Any, size: Any = None, replace: bool = True, p: Any = None) -> Any:
        among = int(a) if np.ndim(a) == 0 else len(a)
        if not replace and data.said and size is not None and np.prod(size) > among:
            size = among
        return choice(a, size, replace, p)

    def sampled(population: Any, k: int, **how: Any) -> Any:
        population = sorted(population) if isinstance(population, set) else population
        return sample(population, min(k, len(population)) if data.said else k, **how)

    chosen.__module__ = sampled.__module__ = "numpy.random"
    np.random.choice, random.sample = chosen, sampled


def _own_modules_first(folder: Path) -> None:
    """A module that lies beside the script is what it means, whatever else bears its name."""
    for file in folder.iterdir():
        name = file.stem if file.suffix == ".py" else file.name
        if file.suffix == ".py" or (file.is_dir() and any(file.glob("*.py"))):
            made = sys.modules.get(name)
            if made is not None and getattr(made, "__file__", None) is None:
                for each in [m for m in sys.modules if m == name or m.startswith(f"{name}.")]:
                    del sys.modules[each]
