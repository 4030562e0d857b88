"""The studio as it is called in a notebook; the widget itself is loaded when one is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glassnet.core.errors import InputError
from glassnet.core.validation.calls import door

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from glassnet.core.network import Network
    from glassnet.data.dataset import Dataset
    from glassnet.studio.widget import StudioWidget


@door
def Studio(
    net: Network | None = None,
    X: Dataset | ArrayLike | None = None,
    y: ArrayLike | None = None,
) -> StudioWidget:
    """The studio in a notebook, as a widget: what is changed on its page is changed in Python.

    Args:
        net: the network to open it with, which is then trained and changed itself; None for the
            worked example and the playground, as `glassnet play` opens.
        X: with a network of two inputs the rows that it learns, (N, 2), which are the plane, or a
            data set with their targets; with any small network a single sample, (n_in,), whose
            pass is shown. None takes ½ for every input of a sample, to be moved there.
        y: the rows' targets, (N,), or the sample's, (n_out,).

    Returns:
        What a notebook shows. Its `network` is the one that the page has now: `net`, until layers
        are added or removed there; `refresh()` shows there what Python has changed since.

    Raises:
        InputError: where net and rows do not fit each other, the extra `studio` is not
            installed, or the page cannot be built.
    """
    try:
        from glassnet.studio.widget import StudioWidget
    except ModuleNotFoundError as error:
        if error.name not in ("anywidget", "traitlets"):
            raise
        needed = "the widget needs the extra studio: pip install 'glassnet[studio]'."
        raise InputError(needed) from None
    return StudioWidget(net, X, y)
