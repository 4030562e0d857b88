"""From a data set to a network and settings that suit it: what `glassnet train` does by default.

The defaults were chosen on validation data: of images folds of the digits' training part, and the
last 10,000 of MNIST's 60,000 training images; of tables as docs/defaults.md says.
"""

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core import losses, optimizers, schedules
from glassnet.core.errors import InputError, unknown
from glassnet.core.lbfgs import LBFGS
from glassnet.core.network import Network
from glassnet.core.validation.rules import in_words
from glassnet.data import Dataset, Parts, TableSet, TargetScale, YesNo, split_train_test
from glassnet.data.images.distortion import usual_distortion
from glassnet.data.yes_no import Aim
from glassnet.training.ensemble import mean_of
from glassnet.training.rows import as_rows, measure
from glassnet.training.settings import ClassWeight, Recipe, Settings

UPDATES = 3000  # of the parameters, for a table of up to a thousand rows
LEAST_BATCH, MOST_BATCH = 32, 1024
MOST_EPOCHS = 800  # of a table so small that an epoch is a few updates
MOST_LAYERS = 500  # hidden ones; with dropout after each, about as many as a model file has
MOST_NAMED = 12  # labels in a sentence
_NUMBER = r"\d+(\.\d*)?([eE][-+]?\d+)?|\.\d+([eE][-+]?\d+)?"
PENALTIES = (0.5, 0.1, 0.02)  # l2 = one of them · inputs to a row
MOST_INPUTS = 0.5  # to a row, that count in it
BEST_UPDATES = 47_000  # of the preset best: a hundred epochs of MNIST
PRESETS = ("tuned", "plain", "best")


def defaults(
    task: str,
    rows: int,
    inputs: int,
    image: bool = False,
    preset: str = "tuned",
    given: Collection[str] = (),
) -> Recipe:
    """What suits data of this kind and size.

        updates    3,000 up to a thousand rows, beyond 3,000 (N/1000)^0.3
        batch      the power of two nearest to √N, from 32 to 1,024
        l2         0.1 n_in/N, at most 0.05: the fewer the rows to an input, the stronger;
                   `choose_penalty` looks for a better one. With the plain preset five times that

    Args:
        task: 'classes', 'number' or 'yes_no'.
        rows: N, of the training part.
        inputs: n_in, what the network is fed with: after one-hot coding, of a table.
        image: pixels of an image, flattened.
        preset: one of PRESETS; plain is textbook throughout. Of images tuned and plain are one;
            best, which tables have not, takes a hundred times as long: a quarter of an hour of
            MNIST on two cores.
        given: the settings that are not left to this; no reason is told for them.
    """
    if preset not in PRESETS:
        raise unknown("preset", preset, PRESETS)
    if image:
        return _best_of_images(rows, given) if preset == "best" else _image_defaults(rows, given)
    if preset == "best":
        raise InputError("best is a preset for pictures; of other data it is tuned: leave it out.")
    N = max(rows, 1)
    batch = int(np.clip(2 ** round(math.log2(math.sqrt(N))), LEAST_BATCH, MOST_BATCH))
    updates = UPDATES * max(N / 1000, 1) ** 0.3
    epochs = int(np.clip(round(updates / math.ceil(N / batch)), 1, MOST_EPOCHS))
    share = PENALTIES[0] if preset == "plain" else PENALTIES[1]
    l2 = float(f"{share * min(inputs / N, MOST_INPUTS):.2g}")
    reasons = {
        ("epochs", "batch_size"): f"about {round(epochs * math.ceil(N / batch), -2):,} updates",
        ("l2",): "the penalty l2 grows with the inputs to a row, so that few rows are not learned "
        "by heart",
    }
    about = f"{N:,} training rows of {inputs:,} input{'s' if inputs != 1 else ''}, "
    what = {"classes": "classes", "yes_no": "several yes or no"}.get(task, "a number")
    about += f"{what} to predict"
    chosen = Recipe(
        hidden=(64, 64),
        learning_rate=5e-3,
        schedule="one_cycle",
        epochs=epochs,
        batch_size=batch,
        l2=l2,
        preset=preset,
    )
    if preset == "tuned":
        chosen = replace(chosen, schedule="cosine_of_log", spread=True)
    return replace(chosen, why=_because(about, reasons, given))


def _because(about: str, reasons: Mapping[tuple[str, ...], str], given: Collection[str]) -> str:
    """The reasons of those settings that were left to the data; "" where none was."""
    told = [reason for names, reason in reasons.items() if not set(names) & set(given)]
    return f"{about}: {'; '.join(told)}" if told else ""


def _image_defaults(rows: int, given: Collection[str]) -> Recipe:
    reasons = {
        ("hidden",): "one wide layer",
        ("dropout", "label_smoothing"): "dropout and label smoothing against learning by heart",
    }
    why = _because(f"{rows:,} training images", reasons, given)
    chosen = Recipe(
        hidden=(256,), label_smoothing=0.1, schedule="one_cycle", epochs=60, batch_size=32, why=why
    )
    if rows < 16_000:
        return replace(chosen, dropout=0.3, learning_rate=1e-2)
    return replace(chosen, dropout=0.2, learning_rate=3e-3, epochs=12, batch_size=128)


def _best_of_images(rows: int, given: Collection[str]) -> Recipe:
    """Two wide layers, and pictures never twice the same; chosen on MNIST's training rows."""
    batch = 128
    epochs = int(np.clip(round(BEST_UPDATES / math.ceil(rows / batch)), 1, MOST_EPOCHS))
    reasons = {
        ("hidden",): "two wide layers",
        ("augment",): "each picture distorted anew in each epoch, in place of dropout",
        ("epochs", "batch_size"): f"about {BEST_UPDATES:,} updates",
    }
    return Recipe(
        hidden=(1024, 1024), optimizer="momentum", learning_rate=0.05, schedule="cosine",
        epochs=epochs, batch_size=batch, preset="best",
        why=_because(f"{rows:,} training images", reasons, given),
    )  # fmt: skip


def recipe_for(
    data: Dataset | TableSet,
    *,
    inputs: int | None = None,
    parts: Parts | None = None,
    **settings: Any,
) -> Recipe:
    """The defaults for this data set, with the settings that are not None in their place.

    Args:
        inputs: what the network is fed with, where a preparation makes more or fewer of them
            than the data have columns.
        parts: as `split_train_test` gives them; None to split here.

    The penalty is that of the rule, until `choose_penalty` has tried others.
    """
    N = len((split_train_test(data) if parts is None else parts).y)
    n_in = data.X.shape[1] if inputs is None else inputs
    named = {name for name, value in settings.items() if value is not None}
    preset = settings.get("preset") or "tuned"
    chosen = defaults(data.task, N, n_in, data.image_shape is not None, preset, named)
    if data.X_test is not None and chosen.l2 and data.X is data.X_test and "l2" not in named:
        why = "these rows are all there is: they may be learned by heart, without a penalty"
        chosen = replace(chosen, l2=0.0, why=why)
    return of_pictures(with_settings(chosen, settings), data.image_shape)


def of_pictures(recipe: Recipe, shape: tuple[int, ...] | None) -> Recipe:
    """The recipe, with the pictures' shape where it distorts them, as the preset best does.

    Raises: InputError where there are none.
    """
    if recipe.augment is None and recipe.preset == "best" and shape is not None:
        return replace(recipe, augment=usual_distortion(shape))
    if recipe.augment is None:
        return recipe
    if shape is None:
        raise InputError("augment distorts pictures, and these data are none: leave it out.")
    return replace(recipe, augment=replace(recipe.augment, shape=tuple(shape)))


# what other optimizers have, as it is where L-BFGS takes their place
_NOT_FOR_LBFGS: dict[str, Any] = {
    "learning_rate": None, "schedule": "constant", "batch_size": 32, "dropout": 0.0,
    "clip_norm": None,
}  # fmt: skip


_SMOOTHED = ("cross_entropy", "binary_cross_entropy")


def check_together(settings: Mapping[str, Any]) -> None:
    """That no setting is given which another one leaves without effect, and names are known.

    Raises: InputError.
    """
    if settings.get("optimizer") not in (None, LBFGS.name, *optimizers.OPTIMIZERS):
        known = (*optimizers.OPTIMIZERS, LBFGS.name)
        raise unknown("optimizer", settings["optimizer"], known)
    loss = settings.get("loss")
    if settings.get("label_smoothing") and loss is not None and loss not in _SMOOTHED:
        raise InputError(
            f"the label smoothing belongs to a cross-entropy, and the loss is {loss}: leave one "
            "of them out."
        )
    if settings.get("quantile") is not None and loss not in (None, "pinball"):
        raise InputError(
            f"the quantile belongs to the loss pinball, and the loss is {loss}: leave one of them "
            "out."
        )
    if settings.get("quantiles") is not None:
        for name in ("quantile", "loss"):
            if settings.get(name) not in (None, "pinball"):
                raise InputError(
                    f"the quantiles are learned together by the loss pinball: leave the {name} out."
                )
    if (settings.get("members") or 1) > 1:
        for name in ("validation", "early_stopping"):
            if settings.get(name):
                raise InputError(
                    f"several members are trained to their last epoch, and the {name} ends one "
                    f"network's training: leave the {name} out, or take one member."
                )
    if settings.get("dropout") and settings.get("hidden") == ():
        raise InputError("dropout drops hidden activations, and there are none: leave it out.")


def with_settings(chosen: Recipe, settings: Mapping[str, Any]) -> Recipe:
    """The recipe with the settings that are not None in their place."""
    given = {name: value for name, value in settings.items() if value is not None}
    check_together(given)
    said = tuple(name for name in given if name not in ("seed", "preset"))
    if "quantile" in given or "quantiles" in given:
        given["loss"] = "pinball"
    other = given.get("optimizer", "adam")
    if other == LBFGS.name:
        for name in _NOT_FOR_LBFGS:
            if given.get(name) not in (None, 0, "constant"):
                raise InputError(
                    f"L-BFGS takes one loss of all rows and finds its own step: leave the "
                    f"{name.replace('_', ' ')} out."
                )
        given |= _NOT_FOR_LBFGS
    elif other != "adam" and "learning_rate" not in given:
        given["learning_rate"] = optimizers.get(other).learning_rate
    if "initializer" in given:
        given["spread"] = False
    return replace(chosen, **given, given=said)


def learner(data: Dataset | TableSet, preset: str) -> Callable[[Any], Any]:
    """What makes a preparation of rows to learn from: with tuned tables, numbers are clipped."""
    if isinstance(data, TableSet) and preset == "tuned":
        return lambda X: data.learn(X).clipped()
    return data.learn


def prepare(
    data: Dataset | TableSet,
    recipe: Recipe,
    preparation: Any = None,
    parts: Parts | None = None,
) -> tuple[Network, Parts]:
    """The network for the data, and the parts; all it knows is from the training part.

    Args:
        preparation: what was learned from the training part elsewhere, as of a table, with
            `n_inputs`; None to learn one here.
        parts: as `split_train_test` gives them; None to split here.
    """
    parts = split_train_test(data) if parts is None else parts
    if preparation is None:
        preparation = learner(data, recipe.preset)(parts.X)
    each = [replace(recipe, seed=seed) for seed in member_seeds(recipe)]
    net = mean_of([network_for(one, data.task, preparation.n_inputs, parts.y) for one in each])
    net.preparation = preparation
    net.yes_no = meaning_of(data, recipe)
    return net, parts


def meaning_of(data: Any, recipe: Recipe) -> YesNo | None:
    """What several yes/no targets of a table mean, by the recipe's thresholds; None of others."""
    target = data.target if isinstance(data, TableSet) else None
    meaning = None if target is None else target.meaning
    if meaning is None or recipe.thresholds is None:  # nobody chose any: a half each
        return meaning
    aim: Aim = "balanced" if recipe.balanced else "f1"
    return replace(meaning, thresholds=recipe.thresholds, aim=aim)


def member_seeds(recipe: Recipe) -> list[int]:
    """Of each member's first weights and order of rows: no two recipes' seeds share one.

    >>> member_seeds(Recipe(members=3, seed=2)), member_seeds(Recipe(seed=2))
    ([6, 7, 8], [2])
    """
    return [recipe.seed * recipe.members + m for m in range(recipe.members)]


def network_for(recipe: Recipe, task: str, n_in: int, y: NDArray[Any]) -> Network:
    """A network of the recipe's layers and loss for targets y, (N,) or (N, n_out)."""
    output, classes, scale = "identity", None, None
    if task == "classes":
        classes = np.unique(y)
        output, n_out = "softmax", len(classes)
    elif task == "yes_no":
        output, n_out = "sigmoid", y.shape[1]
        _check_yes_no(recipe)
    else:
        scale = TargetScale.learn(y)
        n_out = 1 if y.ndim == 1 else y.shape[1]
    loss: dict[str, Any] | None = None if recipe.loss is None else {"name": recipe.loss}
    if loss is not None and recipe.loss == "pinball" and recipe.quantile is not None:
        loss["quantile"] = recipe.quantile
    if loss is not None and recipe.quantiles is not None and task == "number":
        if y.ndim != 1:
            raise InputError("several quantiles are of one number, and here are several: name one.")
        loss["quantile"], n_out = recipe.quantiles, len(recipe.quantiles)
    if recipe.loss == "pinball" and task == "classes":
        raise InputError("the loss pinball is of numbers; here classes are predicted.")
    counts = loss is not None and losses.get(loss).joint == "exp"
    if counts and task == "classes":
        raise InputError(f"the loss {recipe.loss} is of counts; here classes are predicted.")
    if counts:  # e^z has the targets' own units
        output, scale = "exp", None
    smooths = recipe.loss in (None, *_SMOOTHED)
    if recipe.label_smoothing and "label_smoothing" in recipe.given and task == "number":
        raise InputError("the label smoothing is of classes; here numbers are predicted.")
    if recipe.label_smoothing and smooths and task == "classes":
        loss = {**(loss or {"name": "cross_entropy"}), "smoothing": recipe.label_smoothing}
    if recipe.label_smoothing and task == "yes_no":
        loss = {"name": "binary_cross_entropy", "smoothing": recipe.label_smoothing}
    if task != "yes_no" and loss is not None and losses.get(loss).joint == "sigmoid":
        output, n_out = "sigmoid", 1 if n_out == 2 else n_out
    net = Network.dense(
        [n_in, *recipe.hidden, n_out],
        hidden=recipe.activation,
        output=output,
        loss=loss,
        initializer=recipe.initializer,
        dropout=recipe.dropout,
        l1=recipe.l1,
        l2=recipe.l2,
        dtype=recipe.dtype,
        seed=recipe.seed,
    )
    if recipe.spread:
        _spread(net, recipe.seed)
    net.target_scale = scale
    net.classes = None if classes is None else classes.tolist()
    return net


def _check_yes_no(recipe: Recipe) -> None:
    """Raises: InputError for a loss that several yes/no targets do not have."""
    if recipe.loss not in (None, "binary_cross_entropy"):
        raise InputError(
            f"several yes/no targets are learned by binary_cross_entropy, and the loss is "
            f"{recipe.loss}: leave it out."
        )


def _spread(net: Network, seed: int) -> None:
    """Biases of hidden neurons from N(0, 1), so that their kinks lie all over; W of the output 0.

    Source: Holzmüller, Grinsztajn and Steinwart (2024), "Better by default".
    """
    rng = np.random.default_rng([seed, 1])  # the first draws of the seed are the weights'
    for layer in net.dense_layers[:-1]:
        layer.b = rng.normal(size=layer.n_out)
    if len(net.dense_layers) > 1:
        net.dense_layers[-1].W = np.zeros(net.dense_layers[-1].W_shape)


def fit_settings(recipe: Recipe) -> dict[str, Any]:
    """The recipe's part that `fit` takes by name, with an optimizer and schedule of its own."""
    kept = {"learning_rate", "callbacks", "record", "checkpoint", "resume", "team", "shards"}
    kept |= {"in_numbers", "compiled", "every_epoch"}
    named = {f.name: getattr(recipe, f.name) for f in fields(Settings) if f.name not in kept}
    return named | {"optimizer": recipe.rule(), "schedule": schedules.get(recipe.schedule)}


def score(net: Network, X: Any, y: Any) -> dict[str, float]:
    """Figures on raw rows and their labels or numbers: accuracy or r2, and the loss.

    The loss is on the scale that the network was trained on.
    """
    return measure(net, as_rows(net, X, y, "the data"))


def weights_said(text: str) -> ClassWeight:
    """Class weights as a person writes them: 'balanced', or 'no=1,yes=12.5'.

    >>> weights_said("no=1,yes=12.5")
    {'no': 1.0, 'yes': 12.5}
    """
    if text.strip() == "balanced":
        return "balanced"
    found = re.findall(r"(.+?)=\s*([^=,]+?)\s*(?:,|$)", text)  # a label may have commas
    weights = {label: float(n) for label, n in found if re.fullmatch(_NUMBER, n)}
    if len(weights) < max(text.count("="), 1):
        raise InputError(
            f"the class weight is '{text[:60]}': give balanced, or a number from 0 up for each "
            "label, with commas between, as no=1,yes=12.5."
        )
    return weights


def weights_for(weights: ClassWeight, labels: Sequence[Any] | None) -> ClassWeight:
    """Class weights by the labels themselves, where they were said by their text.

    Args: labels, those of the targets; None where these are numbers.

    >>> weights_for({"1": 2.5}, [0, 1])
    {1: 2.5}
    """
    if weights is None:
        return None
    if labels is None:
        raise InputError(
            "the class weight is of classes; here numbers are predicted: leave it out."
        )
    if isinstance(weights, str):
        return weights
    known = {str(label): label for label in labels}
    for label in weights:
        if label not in known:
            raise InputError(
                f"the class weight names '{label}', which is no class: give some of "
                f"{in_words([*known][:MOST_NAMED])}{' …' if len(known) > MOST_NAMED else ''}."
            )
    return {known[label]: weight for label, weight in weights.items()}


def quantiles_said(text: str) -> tuple[float, ...]:
    """Quantiles as a person writes them: '.1,.5,.9', in any order.

    >>> quantiles_said(".9,.1")
    (0.1, 0.9)
    """
    try:
        found = tuple(sorted({float(part) for part in text.split(",")}))
    except ValueError:
        found = ()
    if len(found) < 2 or not all(0 < q < 1 for q in found):
        raise InputError(
            f"quantiles is '{text[:60]}': give two or more different numbers between 0 and 1 with "
            "commas between, as .1,.5,.9."
        )
    return found


def balanced_yes_no(chosen: Recipe) -> Recipe:
    """Of several yes/no targets `balanced` is about the thresholds, and weighs no row.

    Raises: InputError where labels have weights.
    """
    if chosen.class_weight is None:
        return chosen
    if chosen.class_weight != "balanced":
        raise InputError(
            "the class weight is of one target's labels; several yes/no targets take balanced, by "
            "which each threshold counts yes and no alike."
        )
    return replace(chosen, class_weight=None, balanced=True)


def hidden_sizes(text: str | Sequence[int]) -> tuple[int, ...]:
    """Sizes of hidden layers as a person writes them: '64,32'; 'none' for no layer.

    >>> hidden_sizes("64,32")
    (64, 32)
    """
    if not isinstance(text, str):
        return tuple(text)
    if text.strip().lower() == "none":
        return ()
    try:
        sizes = tuple(int(part) for part in text.split(","))
    except ValueError:
        sizes = (0,)
    if len(sizes) > MOST_LAYERS:
        raise InputError(f"hidden has {len(sizes):,} layers: give at most {MOST_LAYERS}.")
    if min(sizes) < 1:
        raise InputError(
            f"hidden is '{text[:60]}': give sizes from 1 up with commas between, as 64,32, or none."
        )
    return sizes
