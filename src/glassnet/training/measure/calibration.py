"""The temperature at which probabilities hold, by rows that the network did not learn from."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.errors import InputError
from glassnet.training.probability import (
    are_probabilities,
    at_temperature,
    calibration_error,
    reliability,
    said_and_happened,
    temperature,
)

FEWEST = 30  # rows, by which one number is learned


@dataclass(frozen=True)
class Calibration:
    """A temperature, and what it does.

    Attributes:
        temperature: T; probabilities become p^(1/T) over their sum.
        error: the calibration error then: of each half of the rows by the other half's T.
        without: as they are. rows: which they are, in words.
    """

    temperature: float
    error: float
    without: float
    rows: str

    def spec(self) -> dict[str, Any]:
        """As plain data, for a model file."""
        return asdict(self)

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> "Calibration":
        """The one that `spec` describes. Raises: InputError where it describes none."""
        try:
            T, error, without = (float(spec[n]) for n in ("temperature", "error", "without"))
            found = cls(T, error, without, spec["rows"])
        except (KeyError, TypeError, ValueError):
            found = None
        if found is None or not 0 < found.temperature < math.inf or not isinstance(found.rows, str):
            raise InputError("the record of a temperature makes no sense.")
        return found


def calibration_by(k: NDArray[np.intp], p: NDArray[Any], rows: str) -> Calibration | None:
    """By the classes k of rows, (N,), and what is said of them, (N, K); None of too few."""
    if len(k) < FEWEST or not are_probabilities(p):
        return None
    half = np.random.default_rng(0).permutation(len(k)) % 2 == 0
    hotter = p.astype(np.float64)
    for side in (half, ~half):
        hotter[side] = at_temperature(p[side], temperature(k[~side], p[~side]))
    return Calibration(temperature(k, p), _error(k, hotter), _error(k, p), rows)


def _error(k: NDArray[np.intp], p: NDArray[Any]) -> float:
    return calibration_error(reliability(*said_and_happened(k, p)))
