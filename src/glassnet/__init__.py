"""glassnet: a neural network you can see through.

    import glassnet as gn

    net = gn.Network.dense([784, 128, 10], hidden="relu", output="softmax", seed=0)
    run = gn.fit(net, X, y, epochs=10, optimizer=gn.Adam(1e-3), validation=0.1)
    net.predict(X_new)

The public names are loaded when they are first used, so that `import glassnet` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from glassnet.core.displayed import display_by

__version__ = "0.1.0"

_HOMES = {
    "glassnet.api": ("Network", "fit", "load", "ask"),
    "glassnet.core.layers": ("Dense", "Dropout"),
    "glassnet.core.activations": ("Activation", "Elementwise"),
    "glassnet.core.registration": ("register",),
    "glassnet.core.errors": ("InputError",),
    "glassnet.core.gradcheck": ("gradcheck", "along_directions"),
    "glassnet.core.lbfgs": ("LBFGS",),
    "glassnet.core.optimizers": (
        "Optimizer", "SGD", "Momentum", "Nesterov", "AdaGrad", "RMSProp", "Adam", "AMSGrad",
        "AdamW",
    ),
    "glassnet.core.schedules": (
        "Schedule", "Constant", "StepDecay", "Exponential", "Cosine", "OneCycle", "WarmUp",
    ),
    "glassnet.core.losses": (
        "Loss", "SquaredError", "AbsoluteError", "Huber", "CrossEntropy", "BinaryCrossEntropy",
    ),
    "glassnet.training.events": ("History",),
    "glassnet.training.recording": ("Recording",),
    "glassnet.training.metrics": ("accuracy", "confusion", "r2"),
    "glassnet.data.builtin": ("load_data",),
    "glassnet.data.dataset": ("Dataset", "split_train_test"),
    "glassnet.data.preparation": ("Preparation",),
}  # fmt: skip
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = ["__version__", *_HOME]

if TYPE_CHECKING:
    from glassnet.api import Network as Network
    from glassnet.api import ask as ask
    from glassnet.api import fit as fit
    from glassnet.api import load as load


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'glassnet' has no attribute '{name}'")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def _display(thing: object, notation: str) -> str:
    """What a notebook shows of an object of any room; the views are loaded when one asks."""
    return import_module("glassnet.views.notebook").display(thing, notation)


display_by(_display)


def __dir__() -> list[str]:
    return sorted(__all__)
