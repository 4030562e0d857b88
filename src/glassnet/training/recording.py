"""Reading a recorded run: the network, the optimizer and the rows of any step, and the step again.

Steps count from 0: step k is the update made after k updates, and its network that from before it.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from glassnet.core import optimizers
from glassnet.core.display.one_line import in_few_words
from glassnet.core.errors import InputError, names_from_file
from glassnet.core.network import Network
from glassnet.core.optimizers import Optimizer
from glassnet.core.validation.calls import door
from glassnet.core.validation.rules import FilePath
from glassnet.data import (
    Parts,
    Reading,
    TargetScale,
    load_data,
    open_data,
    preparation_from_spec,
    split_train_test,
)
from glassnet.data.table.reading.names import is_address, shown
from glassnet.files.plain import from_plain
from glassnet.training.events import EpochFigures
from glassnet.training.loop.descent import around_update
from glassnet.training.loop.fast_pass import plan_for
from glassnet.training.loop.fast_update import FastUpdate, update_for
from glassnet.training.persist.run_format import (
    DIVERGED,
    END,
    SAYS,
    STEP,
    check_form,
    digest,
    fields_of,
    layout,
)
from glassnet.training.persist.run_records import RunRecords, about_of
from glassnet.training.rows import Rows, held_apart, prepare_rows

PARTS = {"X": "the inputs", "y": "the targets", "w": "the weights"}  # of rows


class Recording:
    """A run as it was recorded: `Recording.open("RUN")`.

    Attributes:
        steps: the numbers of the recorded steps, ascending.
        end: how many updates the run made, where it ended whole; `network` and `optimizer` of
            that number are those it ended with. None where it was killed, or diverged.
        losses, factors: of `steps`: the batch's loss before the step, penalty left out, and
            the schedule's multiplier of the learning rate.
        diverged: the step whose loss was not finite, the last of `steps`; or None.
        full_batch: an L-BFGS run: parameters and losses of its iterations and nothing else.
        settings, data, source: how it was trained, on what, and where that came from.
        ended: how it ended, with the figures of each epoch; None where it was killed.
        notes: sentences on what is missing or was left out.
    """

    def __init__(self, path: Path, about: dict[str, Any]) -> None:
        self.path, self._about = path, about
        self.settings: dict[str, Any] = about["settings"]
        self.data: dict[str, Any] = about["data"]
        self.source: dict[str, Any] | None = about["source"]
        self.ended: dict[str, Any] | None = about["ended"]
        if self.ended is not None:
            told = from_plain(list[EpochFigures], self.ended["epochs"], "ended: epochs")
            self.ended = {**self.ended, "epochs": told}
        self.full_batch: bool = about["record"]["full_batch"]
        net = self._net()
        n = self.data["X"]["shape"][0]
        batch = 0 if self.full_batch else min(self.settings["batch_size"], n)
        self._state: list[str] = about["record"]["state"]
        record = layout(net, self._state, batch, n)
        if about["record"]["fields"] != fields_of(record):
            raise InputError("its records are not those of its network")
        self._records = RunRecords(path, record)
        self.steps, self.end = self._records.steps, self._records.end
        heads = [self._records.head(step) for step in self.steps]
        self.losses = np.array([head["loss"] for head in heads], np.float64)
        self.factors = np.array([head["factor"] for head in heads], np.float64)
        broken = [step for step, head in zip(self.steps, heads) if head["kind"] == DIVERGED]
        self.diverged: int | None = broken[-1] if broken else None
        self.notes: list[str] = list(self._records.notes)
        if self.ended is None:
            self.notes.append("the run was not ended: it still goes on, or was killed.")
        if self.settings.get("path") == "compiled":
            self.notes.append(
                "the run was compiled: a step that NumPy makes again differs in its last digits."
            )
        if not self.steps:
            self.notes.append("no step is recorded.")

    @classmethod
    @door
    def open(cls, path: FilePath) -> "Recording":
        """The run in a folder.

        Raises: InputError where there is no such folder, or no run of this format in it.
        """
        path = Path(path)
        about = about_of(path)
        try:
            check_form(about, SAYS)
            return cls(path, about)
        except OSError as error:
            raise InputError(f"the run {path} cannot be read: {error.strerror or error}.") from None
        except (
            ArithmeticError, AttributeError, LookupError, MemoryError, TypeError, ValueError,
        ) as error:  # fmt: skip
            what = str(error).rstrip(".") or type(error).__name__
            raise InputError(f"the run {path} is damaged: {what}.") from None

    # -- what was recorded of a step -----------------------------------------------------

    @door
    def network(self, step: int) -> Network:
        """A network with the parameters from before the step, its own to change."""
        net = self._net()
        net.theta[...] = self._records.whole(step)["theta"]
        return net

    @door
    def optimizer(self, step: int) -> Optimizer:
        """The rule with its state and count from before the step."""
        update = self._update(step, self.network(step))
        update.rule.state = dict(update.of_paper())
        return update.rule

    def _update(self, step: int, net: Network) -> FastUpdate:
        """The updates of net as they stood before the step."""
        self._needs_batches("no optimizer's state")
        record = self._records.whole(step)
        with names_from_file():
            rule = optimizers.get(self.settings["optimizer"])
        update = update_for(rule, net.theta[: net.n_learned], net.grad[: net.n_learned])
        kept = {name: record[f"state.{name}"] for name in self._state}
        update.go_on(int(record["header"]["t"]), kept)
        return update

    @door
    def batch(self, step: int) -> NDArray[np.intp]:
        """The step's rows by their place in `rows`, (B,)."""
        record = self._made(step)
        return record["rows"][: record["header"]["batch"]].astype(np.intp)

    @door
    def rng(self, step: int) -> np.random.Generator:
        """A generator in the state that the step drew dropout's masks from."""
        head = self._made(step)["header"]
        numbers = {
            name: int(head[field][0]) | int(head[field][1]) << 64
            for field, name in (("rng_state", "state"), ("rng_inc", "inc"))
        }
        state: Any = {
            "bit_generator": "PCG64",
            "state": numbers,
            "has_uint32": int(head["rng_has_half"]),
            "uinteger": int(head["rng_half"]),
        }
        bits = np.random.PCG64()
        bits.state = state
        return np.random.Generator(bits)

    @door
    def loss(self, step: int) -> float:
        """The loss of the step's batch before its update, penalty left out."""
        return float(self._records.head(step)["loss"])

    @door
    def factor(self, step: int) -> float:
        """The schedule's multiplier of the learning rate."""
        return float(self._made(step)["header"]["factor"])

    # -- the step again ------------------------------------------------------------------

    def rows(
        self,
        X: ArrayLike | None = None,
        y: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Rows:
        """The rows that the run learned from, as the network met them, and their numbers.

        Args:
            X, y, sample_weight: as they were given to `fit`; without X and y the data are
                loaded from where the command had them.

        Raises: InputError where they are not those of the run.
        """
        given: Any = y
        parts = self._load() if X is None or y is None else Parts(X, given, X, given)
        settings, net = self.settings, self._net()
        if settings["sample_weight"] and sample_weight is None:
            raise InputError("the run learned from weighted rows: give their sample_weight too.")
        share, by_class = settings["validation"], settings["class_weight"]
        by_class = dict(by_class) if isinstance(by_class, list) else by_class
        try:
            rows, _ = prepare_rows(net, parts.X, parts.y, None, sample_weight, by_class)
            numbers = np.arange(len(rows)) if parts.numbers is None else parts.numbers
            rows = replace(rows, numbers=numbers)
            if not isinstance(share, str):
                rows, _ = held_apart(net, rows, parts, share, settings["seed"])
        except InputError as error:
            raise InputError(f"the data are not those of the run: {error}") from None
        came = digest(rows, net.dtype)
        for part, name in PARTS.items():
            if came[part] != self.data[part]:
                raise InputError(
                    f"the data are not those of the run: {name} are {_said(came[part])}, and "
                    f"the run's were {_said(self.data[part])}."
                )
        return rows

    def replay(
        self,
        step: int,
        rows: Rows,
        limit: Callable[[int | None], AbstractContextManager[Any]] = nullcontext,
    ) -> Network:
        """Makes the step again and returns the network after it.

        On the machine of the run, with as many BLAS threads, bit for bit the one that the run
        went on with.

        Args:
            rows: as the method of that name returns them.
            limit: holds BLAS to the run's number of threads, as `runtime.blas_threads` does.
        """
        record = self._made(step)
        if record["header"]["kind"] == DIVERGED:
            raise InputError(
                f"the loss of step {step} is not finite: the run made no update there."
            )
        if list(rows.X.shape) != self.data["X"]["shape"]:
            raise InputError("these are not the run's rows: give those that `rows` returns.")
        net, index = self.network(step), self.batch(step)
        update = self._update(step, net)
        plan = plan_for(net, rows.X, rows.y, rows.w, len(index))
        before, after = around_update(net, self.settings["clip_norm"], self.settings["clip_value"])
        with limit(self.settings["threads"]), np.errstate(all="ignore"):
            plan(index, self.rng(step))
            for call in before:
                call()
            update(float(record["header"]["factor"]))
            for call in after:
                call()
        return net

    # -- the files -----------------------------------------------------------------------

    def _net(self) -> Network:
        about = self._about
        with names_from_file():
            net = Network.from_spec(about["network"])
        if about["preparation"] is not None:
            net.preparation = preparation_from_spec(about["preparation"])
        if about["target_scale"] is not None:
            net.target_scale = TargetScale.from_spec(about["target_scale"])
        return net

    def _load(self) -> Parts:
        source: Mapping[str, Any] = self.source or {}
        if "data" not in source:
            raise InputError("the run does not say where its data came from: give X and y.")
        for place in (source["data"], (source.get("table") or {}).get("test")):
            if isinstance(place, str) and is_address(place):
                raise InputError(
                    f"the run's data came from {shown(place)}, and nothing is fetched because a "
                    "file says so: give X and y."
                )
        if source.get("options"):
            return split_train_test(load_data(source["data"], **source["options"]))
        table = source.get("table") or {}
        by_column = table.get("group") or table.get("time")
        if by_column is not None and isinstance(self.settings["validation"], str):
            raise InputError(
                f"the run was recorded by glassnet 0.1.0, which did not keep which rows it held "
                f"back to validate on by {by_column!r}: record it again."
            )
        return split_train_test(open_data(source["data"], Reading(**table)))

    def _made(self, step: int) -> np.void:
        """The record of a step that was made, or tried, and not of a state alone."""
        self._needs_batches("no batches, and no step to make again")
        if step not in self._records and step != self.end:
            raise self._records.missing(step, self.steps)  # the end is no step that was made
        record = self._records.whole(step)
        if record["header"]["kind"] == END:
            raise InputError(f"the run ended after {step} updates: no step was made from there.")
        assert record["header"]["kind"] in (STEP, DIVERGED)
        return record

    def _needs_batches(self, lacking: str) -> None:
        if self.full_batch:
            raise InputError(
                f"an L-BFGS run has {lacking}: its iterations' parameters and losses are recorded."
            )

    def __repr__(self) -> str:
        return f"Recording({in_few_words(self.path)}: {len(self.steps)} steps, {self._net()!r})"


def _said(part: Mapping[str, Any] | None) -> str:
    if part is None:
        return "not there"
    shape = " × ".join(f"{n:,}" for n in part["shape"])
    return f"{shape} of {part['dtype']} with SHA-256 {part['sha256'][:8]}…"
