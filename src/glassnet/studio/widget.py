"""The studio in a notebook: the same page as a widget, two-way, with a network of one's own.

What is changed in the widget is changed in Python, and the other way round after `refresh`.
`glassnet.Studio` makes one.
"""

import asyncio
import json
from typing import Any

import anywidget
import numpy as np
import traitlets
from numpy.typing import ArrayLike, NDArray

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.data.dataset import Dataset
from glassnet.studio.desk import Desk
from glassnet.studio.given import Given
from glassnet.studio.messages import told
from glassnet.studio.opening import PAGE, build_page
from glassnet.studio.welcome import welcome


class StudioWidget(anywidget.AnyWidget):
    """The page as a widget; see `glassnet.Studio`."""

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    opens = traitlets.Unicode("").tag(sync=True)

    def __init__(
        self,
        net: Network | None = None,
        X: ArrayLike | Dataset | None = None,
        y: ArrayLike | None = None,
    ) -> None:
        self._desk = Desk(Given(), self._tell)
        self._timer: asyncio.TimerHandle | None = None
        opens = "" if net is None else self._open_with(net, X, y)
        build_page(print)
        super().__init__(
            _esm=(PAGE / "page.js").read_text("utf-8"),
            _css=(PAGE / "page.css").read_text("utf-8"),
            opens=opens,
        )
        self.on_msg(self._hear)

    @property
    def network(self) -> Network:
        """The network that the page has now."""
        if "play" in self._desk.scenes:
            return self._desk.scenes["play"].lanes[0].net
        return self._desk.scene("worked").network()

    def refresh(self) -> None:
        """Shows what was changed in Python since: weights, or updates made by `fit`."""
        for scene in ("worked", "play"):
            if scene in self._desk.scenes and (told_of := self._desk.scenes[scene].refreshed()):
                self._tell(told(None, told_of))

    def _open_with(self, net: Network, X: ArrayLike | Dataset | None, y: ArrayLike | None) -> str:
        """Takes a network to its scene; the scene's name."""
        if isinstance(X, Dataset):
            X, y = X.X, X.y
        if (X is None) != (y is None):
            raise InputError("give rows and their targets both: gn.Studio(net, X, y).")
        rows: NDArray[Any] = np.full(net.n_in, 0.5) if X is None else _numbers("X", X)
        if rows.ndim == 1:
            target = np.eye(net.n_out)[0] if y is None else _numbers("y", y)
            self._desk.scene("worked").adopt(net, rows, np.atleast_1d(target))
            return "worked"
        if rows.ndim != 2 or rows.shape[1] != 2 or net.n_in != 2:
            raise InputError(
                f"rows of {rows.shape[-1]} columns cannot be shown as a plane: give a network of "
                "two inputs its rows, (N, 2), or any small network a single sample, (n_in,)."
            )
        self._desk.scene("play").adopt(net, rows, np.asarray(y))
        return "play"

    # -- talking ---------------------------------------------------------------------------

    def _hear(self, _widget: Any, content: Any, _buffers: Any) -> None:
        if not isinstance(content, dict):
            return
        if content.get("do") == "hello":
            self._tell(told(None, welcome(Given())))
            return
        self._desk.take(json.dumps(content))
        self._go_on()

    def _tell(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            self.send({"kind": "frame"}, [message])
        else:
            self.send(json.loads(message))

    def _go_on(self) -> None:
        """Trains between what else the notebook does, as long as something runs."""
        if self._timer is None and self._desk.running:
            self._timer = asyncio.get_event_loop().call_later(0.001, self._tick)

    def _tick(self) -> None:
        self._timer = None
        if self._desk.running:
            wait = self._desk.tick()
            self._timer = asyncio.get_event_loop().call_later(max(wait, 0.002), self._tick)


def _numbers(name: str, told: ArrayLike) -> NDArray[np.float64]:
    try:
        return np.asarray(told, dtype=np.float64)
    except (TypeError, ValueError):
        came = repr(told)[:60]
        raise InputError(f"{name} is {came}, and not numbers: give an array of them.") from None
