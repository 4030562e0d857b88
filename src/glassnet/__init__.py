"""glassnet: a neural network you can see through.

    import glassnet as gn

    net = gn.Network.dense([784, 128, 10], hidden="relu", output="softmax", seed=0)
    run = gn.fit(net, X, y, epochs=10, optimizer=gn.Adam(1e-3), validation=0.1)
    net.predict(X_new)

The public names are loaded when they are first used, so that `import glassnet` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from glassnet.core.display.notebook import display_by

__version__ = "0.1.0"

__all__ = [
    "__version__",
    "Network", "fit", "load", "export", "ask", "watch", "Dense", "Dropout", "InputError",
    "gradcheck",
    "along_directions", "LBFGS", "SGD", "Momentum", "Nesterov", "AdaGrad", "RMSProp", "Adam",
    "AMSGrad", "AdamW", "Constant", "StepDecay", "Exponential", "Cosine", "OneCycle",
    "CosineOfLog", "WarmUp",
    "SquaredError", "AbsoluteError", "Huber", "CrossEntropy", "BinaryCrossEntropy", "Poisson",
    "Pinball",
    "History", "Recording", "accuracy", "confusion", "r2", "load_data", "Dataset",
    "split_train_test",
    "Preparation", "Activation", "Elementwise", "Loss", "Optimizer", "Schedule", "register",
    "shapley_values", "counterfactual", "partial_dependence", "conformalize", "load_conformal",
    "from_torch", "from_keras", "from_sklearn", "Distortion", "Studio",
]  # fmt: skip

# What a type checker reads of the public names, beside where they come from when they are used.
if TYPE_CHECKING:
    from glassnet.api import (
        Network,
        ask,
        export,
        fit,
        from_keras,
        from_sklearn,
        from_torch,
        load,
        load_conformal,
        watch,
    )
    from glassnet.core.activations import Activation, Elementwise
    from glassnet.core.custom.registration import register
    from glassnet.core.errors import InputError
    from glassnet.core.layers import Dense, Dropout
    from glassnet.core.lbfgs import LBFGS
    from glassnet.core.losses import (
        AbsoluteError,
        BinaryCrossEntropy,
        CrossEntropy,
        Huber,
        Loss,
        Pinball,
        Poisson,
        SquaredError,
    )  # fmt: skip
    from glassnet.core.numerical.gradcheck import along_directions, gradcheck
    from glassnet.core.optimizers import (
        SGD,
        AdaGrad,
        Adam,
        AdamW,
        AMSGrad,
        Momentum,
        Nesterov,
        Optimizer,
        RMSProp,
    )  # fmt: skip
    from glassnet.core.schedules import (
        Constant,
        Cosine,
        CosineOfLog,
        Exponential,
        OneCycle,
        Schedule,
        StepDecay,
        WarmUp,
    )  # fmt: skip
    from glassnet.data.dataset import Dataset, split_train_test
    from glassnet.data.images.distortion import Distortion
    from glassnet.data.preparation import Preparation
    from glassnet.data.sets.builtin import load_data
    from glassnet.explain.reasons.counterfactual import counterfactual
    from glassnet.explain.reasons.dependence import partial_dependence
    from glassnet.explain.reasons.shapley import shapley_values
    from glassnet.studio.notebook import Studio
    from glassnet.training.events import History
    from glassnet.training.measure.conformal import conformalize
    from glassnet.training.metrics import accuracy, confusion, r2
    from glassnet.training.recording import Recording

_HOMES = {
    "api": (
        "Network", "fit", "load", "load_conformal", "export", "ask", "watch", "from_torch",
        "from_keras", "from_sklearn",
    ),
    "core.layers": ("Dense", "Dropout"),
    "core.activations": ("Activation", "Elementwise"),
    "core.custom.registration": ("register",),
    "core.errors": ("InputError",),
    "core.numerical.gradcheck": ("gradcheck", "along_directions"),
    "core.lbfgs": ("LBFGS",),
    "core.optimizers": (
        "Optimizer", "SGD", "Momentum", "Nesterov", "AdaGrad", "RMSProp", "Adam", "AMSGrad",
        "AdamW",
    ),
    "core.schedules": (
        "Schedule", "Constant", "StepDecay", "Exponential", "Cosine", "OneCycle",
        "CosineOfLog", "WarmUp",
    ),
    "core.losses": (
        "Loss", "SquaredError", "AbsoluteError", "Huber", "CrossEntropy", "BinaryCrossEntropy",
        "Poisson", "Pinball",
    ),
    "explain.reasons.shapley": ("shapley_values",),
    "explain.reasons.counterfactual": ("counterfactual",),
    "explain.reasons.dependence": ("partial_dependence",),
    "training.events": ("History",),
    "training.recording": ("Recording",),
    "training.measure.conformal": ("conformalize",),
    "training.metrics": ("accuracy", "confusion", "r2"),
    "data.sets.builtin": ("load_data",),
    "data.images.distortion": ("Distortion",),
    "data.dataset": ("Dataset", "split_train_test"),
    "data.preparation": ("Preparation",),
    "studio.notebook": ("Studio",),
}  # fmt: skip
_HOME = {name: home for home, names in _HOMES.items() for name in names}


if not TYPE_CHECKING:  # a checker that saw it would take every name for one that is there

    def __getattr__(name: str) -> Any:
        if name in _HOME:
            value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
            globals()[name] = value
            return value
        sentence = f"module 'glassnet' has no attribute '{name}'"
        if name.startswith("_"):  # what Python itself asks for
            raise AttributeError(sentence)
        from glassnet.core.errors import NameMissing, nearest

        near = nearest(name, __all__)
        raise NameMissing(f"{sentence}: did you mean {near}?" if near else f"{sentence}.")


def _display(thing: object, notation: str) -> str:
    """What a notebook shows of an object of any room; the views are loaded when one asks."""
    return import_module("glassnet.views.notebook").display(thing, notation)


display_by(_display)


def __dir__() -> list[str]:
    return sorted(__all__)
