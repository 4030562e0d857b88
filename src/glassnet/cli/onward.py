"""`glassnet train --from`: a training that goes on from a saved model, on rows that fit it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glassnet.core.errors import InputError

if TYPE_CHECKING:
    from glassnet.core.network import Network
    from glassnet.data import Target
    from glassnet.training.settings import Recipe

# Settings of the network itself, which the model has already.
SETTLED = ("hidden", "activation", "loss", "dropout", "label_smoothing", "l1", "l2", "initializer",
           "dtype")  # fmt: skip


@dataclass(frozen=True)
class Model:
    """A saved model to go on from, and what it remembers of its training."""

    path: Path
    net: Network
    about: dict[str, Any]

    @property
    def target(self) -> Target | None:
        """The columns that it predicts, where it was trained on a table."""
        from glassnet.data import Target

        spec = self.about.get("target")
        return None if spec is None else Target.from_spec(spec)

    def of_a_table(self, task: str | None, target: list[str] | None) -> dict[str, Any]:
        """What a table is to be read by: the model's own target."""
        known = self.target
        if known is None:
            return {}
        if task not in (None, known.task):
            raise InputError(f"{self.path} predicts {_kind(known.task)}: leave --task out.")
        likely = self.about.get("encoding")
        return {"like": known, "target": target or list(known.names), "likely_encoding": likely}

    def shape(self) -> tuple[int, ...] | None:
        """That of the images that it takes; None where it takes no images."""
        shape = self.about.get("image_shape")
        return tuple(shape) if shape else None

    def check(self, dataset: Any) -> None:
        """An InputError where the data are of another task than the model."""
        net = self.net
        of = "classes" if net.classes is not None else "number" if net.target_scale else None
        if of not in (None, dataset.task):
            raise InputError(
                f"{self.path} predicts {_kind(of)}, and {dataset.name} holds "
                f"{_kind(dataset.task)}: give data of its kind."
            )

    def recipe(self, chosen: Recipe) -> Recipe:
        """A recipe with the network's own settings in the place of what it would have chosen."""
        from glassnet.core.layers import Dropout

        net = self.net
        hidden = net.dense_layers[:-1]
        return replace(
            chosen,
            hidden=tuple(layer.n_out for layer in hidden),
            activation=hidden[0].activation.name if hidden else chosen.activation,
            dropout=next((layer.rate for layer in net.layers if isinstance(layer, Dropout)), 0.0),
            loss=net.loss.name,
            label_smoothing=net.loss.spec().get("smoothing", 0.0),
            l1=net.l1,
            l2=net.l2,
            dtype=net.dtype.name,
            why=f"the network, its penalties and its preparation are those of {self.path}",
        )

    def said(self, dataset: Any) -> list[str]:
        """What is said before the training goes on."""
        lines = [
            f"goes on from {self.path}: its weights, classes, and preparation; nothing of how "
            "columns are read is learned anew."
        ]
        known = self.about.get("train_rows"), self.about.get("test_rows")
        if self.about.get("data") == dataset.name and None not in known:
            before = sum(int(n) for n in known if n is not None)
            if before != len(dataset.X) + len(() if dataset.X_test is None else dataset.X_test):
                lines.append(
                    f"{dataset.name} had {before:,} rows when the model was trained: some of "
                    "today's test rows may be among those that it learned from."
                )
        return lines


def model_to_go_on_from(path: Path, wanted: dict[str, Any], odd: dict[str, Any]) -> Model:
    """The model, once it is sure that nothing is asked for that it settles, or that begins anew.

    Args: wanted, the settings by name, None where not given; odd, options that do not go with it.
    """
    from glassnet.api import Network
    from glassnet.exchange import load, read_training

    for name in SETTLED:
        if wanted[name] is not None:
            option = name.replace("_", "-")
            raise InputError(f"--{option} is settled in {path}: leave it or --from out.")
    for name, value in odd.items():
        if value is not None:
            raise InputError(f"--{name} begins anew, not from a model: leave it or --from out.")
    return Model(path, load(path, Network), read_training(path))


def _kind(task: str) -> str:
    return "classes" if task == "classes" else "numbers"
