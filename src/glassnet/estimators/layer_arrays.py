"""The arrays of a network, a layer each, as the list in which scikit-learn keeps them."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.errors import InputError


class LayerArrays(list[NDArray[Any]]):
    """Views into a network: what is put in a place of the list is written into the network.

    >>> W = np.zeros((2, 3))
    >>> arrays = LayerArrays("coefs_", [W.T])
    >>> arrays[0] = np.ones((3, 2))
    >>> float(W.sum())
    6.0
    """

    def __init__(self, name: str, views: Iterable[NDArray[Any]]) -> None:
        super().__init__(views)
        self.name = name

    def __setitem__(self, place: Any, given: Any) -> None:
        """Writes an array, or for a slice one a layer.

        Raises: InputError where they are not as many or not of the shapes that are there.
        """
        views = self[place] if isinstance(place, slice) else [self[place]]
        arrays = list(given) if isinstance(place, slice) else [given]
        shapes = [np.shape(a) for a in arrays]
        if shapes != [view.shape for view in views]:
            raise InputError(
                f"{self.name} takes arrays of the shapes {[v.shape for v in views]}; these have "
                f"{shapes}."
            )
        for view, array in zip(views, arrays, strict=True):
            view[...] = array

    def __deepcopy__(self, memo: dict[int, Any]) -> list[NDArray[Any]]:
        """Arrays of their own, which stay as they are while the network learns on."""
        return [view.copy() for view in self]

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (list(self),)
