"""glassnet's networks as scikit-learn estimators: `from glassnet.sklearn import NetworkClassifier`.

A module of its own, since scikit-learn takes seconds to import and nothing else here needs it.
"""

from glassnet.estimators import NetworkClassifier, NetworkRegressor

__all__ = ["NetworkClassifier", "NetworkRegressor"]
