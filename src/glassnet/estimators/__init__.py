"""scikit-learn's interface: parameters as its users write them, networks as ours compute.

parameters   scikit-learn's names, their rules, and the settings of ours that they stand for
rows         what is handed to fit and predict: arrays, sparse ones, tables that get prepared
progress     when a training has converged, and learning rates that fall from epoch to epoch
base         what both estimators share
"""

from glassnet.core.errors import InputError

try:
    import sklearn  # noqa: F401
except ImportError:
    raise InputError(
        "glassnet.sklearn needs scikit-learn: install it with pip install 'glassnet[sklearn]'"
    ) from None

from glassnet.estimators.classifier import NetworkClassifier
from glassnet.estimators.regressor import NetworkRegressor

__all__ = ["NetworkClassifier", "NetworkRegressor"]
