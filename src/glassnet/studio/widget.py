"""The studio in a notebook: the same page as a widget, two-way, with a network of one's own.

What is changed in the widget is changed in Python, and the other way round after `refresh`.
"""

import asyncio
import json
from typing import Any

import anywidget
import numpy as np
import traitlets
from numpy.typing import ArrayLike

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.studio.desk import Desk
from glassnet.studio.given import Given
from glassnet.studio.messages import told
from glassnet.studio.opening import PAGE, build_page
from glassnet.studio.welcome import welcome


class Studio(anywidget.AnyWidget):
    """The studio as a widget.

    Args:
        net: a network to open it with; None for the worked example and the playground.
        X, y: with a network of two inputs the rows that it learns, (N, 2) and (N,), shown as the
            plane; with any small one a single sample, (n_in,) and (n_out,), whose pass is shown.
            A step on the page is then made to `net` itself.

    `network` is the network that the page has now: `net`, until its layers are changed there.

    Raises: InputError where net and rows do not fit each other, or the page cannot be built.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    opens = traitlets.Unicode("").tag(sync=True)

    def __init__(
        self, net: Network | None = None, X: ArrayLike | None = None, y: ArrayLike | None = None
    ) -> None:
        build_page(print)
        self._desk = Desk(Given(), self._tell)
        self._timer: asyncio.TimerHandle | None = None
        super().__init__(
            _esm=(PAGE / "page.js").read_text("utf-8"),
            _css=(PAGE / "page.css").read_text("utf-8"),
            opens="" if net is None else self._open_with(net, X, y),
        )
        self.on_msg(self._hear)

    @property
    def network(self) -> Network:
        """The network that the page has now."""
        if "play" in self._desk.scenes:
            return self._desk.scenes["play"].lanes[0].named()
        return self._desk.scene("worked").network()

    def _open_with(self, net: Network, X: ArrayLike | None, y: ArrayLike | None) -> str:
        """Takes a network to its scene; the scene's name."""
        if X is None or y is None:
            raise InputError("give the network's rows too: gn.Studio(net, X, y).")
        rows = np.asarray(X, dtype=np.float64)
        if rows.ndim == 1:
            self._desk.scene("worked").adopt(net, rows, np.asarray(y, dtype=np.float64))
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
