"""The playground: points in the plane, a network that learns them, and all that can be set."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.explain import Answer, Ask
from glassnet.explain.diagnosis.finding import Finding
from glassnet.explain.landscape.landscape import HiddenSpace, Surface
from glassnet.studio.given import Given
from glassnet.studio.messages import MOST_FILE, FileToKeep, Wish, choice, frame
from glassnet.studio.scenes.leaving import written
from glassnet.studio.scenes.pace import Pace
from glassnet.studio.scenes.play.own_table import OwnColumns, OwnTable
from glassnet.studio.scenes.play.played import OWN, PlaySettings
from glassnet.studio.scenes.play.player import Player
from glassnet.studio.scenes.play.point import PointSaid, point_said
from glassnet.studio.scenes.play.remedies import REMEDIES, remedy

SLOW = 8.0  # updates a second
WHOLE = 0.1  # seconds, at full speed, from a frame with all that is seen to the next
SPEEDS = ("one", "slow", "full")


@dataclass(frozen=True)
class Playground:
    """The settings, the points, and whether the network began anew.

    Args: bounds, of the plane that is shown; own_bounds, the same in the numbers of one's own
        table; None without one.
    """

    kind, version = "playground", 2

    settings: PlaySettings
    x: NDArray[Any]
    y: NDArray[Any]
    is_test: NDArray[np.bool_]
    labels: int
    bounds: tuple[float, float, float, float]
    own_bounds: tuple[float, float, float, float] | None
    restarted: bool
    parameters: int


@dataclass(frozen=True)
class Ailing:
    """What ails the training, and which of it a button can mend.

    Args: since, step, the updates between which it was looked at: since the settings were changed
        last, and until now.
        flat: whether the loss has hardly changed over the second half of all updates.
    """

    kind, version = "findings", 2

    since: int
    step: int
    flat: bool
    findings: list[Finding]
    remedies: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class WatchedNeuron:
    """The neuron whose own picture comes large with each frame; layer 0 for none."""

    kind, version = "watched_neuron", 1

    layer: int
    index: int


@dataclass(frozen=True)
class HiddenPoints:
    """The hidden space, and each point's target."""

    kind, version = "hidden_points", 1

    space: HiddenSpace
    y: NDArray[Any]


def _as_it_is_now(finding: Finding) -> Finding:
    """What is over hinders no more: a plateau from which the loss fell is worth knowing."""
    over = finding.name == "plateau" and finding.severity != "severe"
    return replace(finding, severity="note") if over else finding


class PlayScene:
    """What a page asks of the playground: a verb a method. Up to two networks, lanes, learn."""

    def __init__(
        self,
        send: Callable[[bytes], None],
        given: Given,
        is_free: Callable[[], bool] = lambda: True,
    ) -> None:
        self.send, self.given = send, given
        self.table: OwnTable | None = None
        self.lanes: list[Player] = [Player(PlaySettings())]
        self.speed = ""  # of SPEEDS, or "" while it rests
        self.pace, self._due = Pace(is_free), 0.0
        self._whole = 0.0  # when all that is seen was shown last

    def adopt(self, net: Network, X: NDArray[Any], y: NDArray[Any]) -> None:
        """A network of one's own, and the rows that it learns: it is this one that is trained."""
        self.speed, self.lanes = "", [Player.of(net, X, y)]

    def refreshed(self) -> None:
        """Shows the networks as they have become elsewhere."""
        self._show()

    # -- what is set -----------------------------------------------------------------------

    def open(self, wish: Wish) -> Playground:
        if wish.has("settings"):
            settings = PlaySettings().changed(wish.record("settings"))
            self.speed, self.lanes = "", [Player(settings)]
        self._show()
        return self._told(True)

    def change(self, wish: Wish) -> Playground:
        lane = self._lane(wish)
        settings = self.lanes[lane].settings.changed(wish.record("settings"))
        restarted = self.lanes[lane].change(settings)
        self._show()
        return self._told(restarted, lane)

    def restart(self, wish: Wish) -> Playground:
        for player in self.lanes:
            player.start(None)
        self._show()
        return self._told(True)

    def own(self, wish: Wish) -> OwnColumns:
        """A table of one's own: brought by the page, or the one that the studio opened with."""
        if wish.has("content"):
            name = wish.text("name") if wish.has("name") else "table.csv"
            self.table = OwnTable.brought(name, wish.text("content", MOST_FILE))
        elif self.given.source is None:
            raise InputError("bring a table: a file of rows, with a header.")
        else:
            self.table = OwnTable.at(self.given.source)
        return self.table.columns()

    def own_columns(self, wish: Wish) -> Playground:
        """Two of its columns as the plane, a third as what is predicted."""
        if self.table is None:
            raise InputError("bring a table first.")
        chosen = [wish.text(name) for name in ("x0", "x1", "target")]
        settings = self.table.points(*chosen)
        return self.change(Wish(wish.id, wish.do, {"settings": settings}))

    def race(self, wish: Wish) -> Playground:
        """A second network beside the first, from the same seed and points; both begin anew."""
        if not wish.has("settings"):
            self.lanes = self.lanes[:1]
            return self._told(False)
        first = self.lanes[0]
        settings = first.settings.changed(wish.record("settings"))
        first.start(None)
        self.lanes = [first, Player(settings)]
        self._show()
        return self._told(True, 1)

    # -- what is trained -------------------------------------------------------------------

    def run(self, wish: Wish) -> Playground:
        self._check_can_learn()
        self.speed = choice("speed", wish.fields.get("speed", "full"), SPEEDS)
        self.pace.start()
        self._due = time.perf_counter()
        return self._told(False)

    def pause(self, wish: Wish) -> Playground:
        self.speed = ""
        self._show()
        return self._told(False)

    def step(self, wish: Wish) -> Playground:
        self._check_can_learn()
        updates = wish.whole("updates", 1, 10_000, otherwise=1)
        for player in self.lanes:
            player.go(updates)
        self._show()
        return self._told(False)

    @property
    def running(self) -> bool:
        return bool(self.speed)

    def tick(self) -> float:
        """Some training, and a frame where it is time for one; the seconds until the next."""
        now = time.perf_counter()
        if self.speed != "full":
            if now < self._due:
                return self._due - now
            self._due = now + 1 / SLOW
            self._go(1)
            self._show()
            if self.speed == "one":
                self.speed = ""
            return 0.0
        self.pace.work(self._go)
        if all(player.ended for player in self.lanes):
            self.speed = ""
            self._show()
        elif self.pace.may_show():
            self.pace.show(self._show if now - self._whole > WHOLE else self._show_regions)
        return 0.0

    def _go(self, updates: int) -> int:
        """So many updates of each that learns; how many the longest made."""
        before = [player.step for player in self.lanes]
        for player in self.lanes:
            player.go(updates)
        return max(player.step - old for player, old in zip(self.lanes, before))

    def _check_can_learn(self) -> None:
        if all(player.ended for player in self.lanes):
            raise InputError(
                f"learning ended: {self.lanes[0].ended}. Lower the learning rate and start over."
            )

    def _show(self) -> None:
        self._whole = time.perf_counter()
        self._send([player.seen() for player in self.lanes])

    def _show_regions(self) -> None:
        """Between two frames with all that is seen: nobody reads numbers faster than those come."""
        self._send([player.regions() for player in self.lanes])

    def _send(self, told: list[tuple[dict[str, Any], dict[str, NDArray[Any]]]]) -> None:
        for lane, (head, arrays) in enumerate(told):
            more = {"lane": lane, "running": self.running, "rate": self.pace.rate}
            self.send(frame(head | more, arrays))

    # -- what is asked ---------------------------------------------------------------------

    def diagnose(self, wish: Wish) -> Ailing:
        player = self.lanes[self._lane(wish)]
        found = [_as_it_is_now(each) for each in player.diagnosed().findings]
        if len(found) > 1:  # beside what is worth knowing, "healthy" would take it back
            found = [each for each in found if each.name != "healthy"]
        mended = {
            each.name: remedy(each.name, player.settings)
            for each in found
            if each.name in REMEDIES and (each.severity != "note" or each.name == "underfitting")
        }
        return Ailing(player.kept.since, player.step, player.is_flat, found, mended)

    def remedy(self, wish: Wish) -> Playground:
        """Sets what mends a finding, and trains again from the first weights."""
        lane = self._lane(wish)
        changes = remedy(wish.text("finding"), self.lanes[lane].settings)
        self.change(Wish(wish.id, wish.do, {"settings": changes, "lane": lane}))
        self.restart(wish)
        self.run(wish)
        return self._told(True, lane)

    def hidden(self, wish: Wish) -> HiddenPoints:
        player = self.lanes[self._lane(wish)]
        layer = wish.whole("layer", 1, 8) if wish.has("layer") else None
        return HiddenPoints(player.hidden(layer), player.points.y)

    def surface(self, wish: Wish) -> Surface:
        return self.lanes[self._lane(wish)].surface()

    def ask(self, wish: Wish) -> Answer:
        """Any number of the pass of one point, by its address."""
        player = self.lanes[self._lane(wish)]
        sample = wish.whole("sample", 0, len(player.points.x) - 1, otherwise=0)
        net = player.net.astype("float64")
        x, y = player.points.x[sample : sample + 1], player.points.y[sample : sample + 1]
        return Ask(net, x, y, optimizer=player.settings.rule()).at(wish.text("address"))

    def point(self, wish: Wish) -> PointSaid:
        """What is said of one point, and which neurons pushed it there."""
        player = self.lanes[self._lane(wish)]
        return point_said(player, wish.whole("sample", 0, len(player.points.x) - 1))

    def watch(self, wish: Wish) -> WatchedNeuron:
        """One neuron of the first network is shown as large as the regions, from now on."""
        player = self.lanes[0]
        sizes = [layer.n_out for layer in player.net.dense_layers]
        layer = wish.whole("layer", 0, len(sizes), otherwise=0)
        index = wish.whole("index", 0, sizes[layer - 1] - 1, otherwise=0) if layer else 0
        player.watched = (layer, index) if layer else None
        if layer and self.speed != "full":
            self._show()
        return WatchedNeuron(layer, index)

    def code(self, wish: Wish) -> FileToKeep:
        """The network as code: `export`'s."""
        return written(self.lanes[self._lane(wish)].net, wish.text("to"))

    def _own_bounds(self, player: Player) -> tuple[float, float, float, float] | None:
        """The plane's bounds in the table's numbers: what it shows is those, moved and scaled."""
        table, settings = self.table, player.settings
        if table is None or settings.set != OWN or settings.points != table.given:
            return None
        found: list[float] = []
        for axis, x in enumerate(player.points.x.T.astype(float)):
            low, high = x.argmin(), x.argmax()
            first, last = table.raw[low, axis], table.raw[high, axis]
            slope = (last - first) / (x[high] - x[low] or 1.0)
            ends = player.bounds[2 * axis : 2 * axis + 2]
            found += [float(first + slope * (end - x[low])) for end in ends]
        return found[0], found[1], found[2], found[3]

    def _lane(self, wish: Wish) -> int:
        lane = wish.whole("lane", 0, 1, otherwise=0)
        if lane >= len(self.lanes):
            raise InputError("there is no second network: race one first.")
        return lane

    def _told(self, restarted: bool, lane: int = 0) -> Playground:
        player = self.lanes[lane]
        points = player.points
        return Playground(
            player.settings, points.x, points.y, points.is_test, points.labels, player.bounds,
            self._own_bounds(player), restarted, player.net.theta.size,
        )  # fmt: skip
