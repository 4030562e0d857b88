"""A network that predicts numbers, one or several, by scikit-learn's interface."""

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray
from sklearn.base import RegressorMixin
from sklearn.utils.validation import check_array, column_or_1d

from glassnet.api import Network
from glassnet.core import losses
from glassnet.core.activations import Activation
from glassnet.core.errors import InputError
from glassnet.data import TargetScale
from glassnet.data.table.said import Kinds
from glassnet.estimators.base import NetworkEstimator


class NetworkRegressor(RegressorMixin, NetworkEstimator):
    """A dense network that predicts numbers.

    The parameters are those of scikit-learn's MLPRegressor, with its defaults, and what is new;
    all but `loss` and `scale_targets` are as for `NetworkClassifier`.

    Args:
        loss: "squared_error" (½(a − y)² of a row), "absolute_error", "huber", "poisson", or a Loss.
            With "poisson", of counts, the output is exponential and the targets are not scaled.
        scale_targets: brings the targets to mean 0 and standard deviation 1 while the network
            learns; predictions come in their units. "auto" does so where a table is prepared.

    >>> from sklearn.datasets import load_diabetes
    >>> X, y = load_diabetes(return_X_y=True)
    >>> net = NetworkRegressor(hidden_layer_sizes=8, solver="lbfgs", alpha=20.0, random_state=0)
    >>> net = net.set_params(scale_targets=True, max_iter=1000).fit(X * 20, y)
    >>> bool(net.score(X * 20, y) > 0.5)
    True
    """

    def __init__(
        self,
        loss: Any = "squared_error",
        hidden_layer_sizes: int | Sequence[int] = (100,),
        activation: str | Activation | Sequence[str | Activation] = "relu",
        *,
        solver: str = "adam",
        alpha: float = 0.0001,
        batch_size: int | str = "auto",
        learning_rate: str = "constant",
        learning_rate_init: float = 0.001,
        power_t: float = 0.5,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: Any = None,
        tol: float = 1e-4,
        verbose: bool = False,
        warm_start: bool = False,
        momentum: float = 0.9,
        nesterovs_momentum: bool = True,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        n_iter_no_change: int = 10,
        max_fun: int = 15_000,
        dropout: float = 0.0,
        l1: float = 0.0,
        clip_norm: float | None = None,
        schedule: Any = None,
        initializer: str | None = None,
        preparation: str | None = "auto",
        kinds: Kinds | None = None,
        scale_targets: bool | str = "auto",
    ) -> None:
        self.loss = loss
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.learning_rate_init = learning_rate_init
        self.power_t = power_t
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.verbose = verbose
        self.warm_start = warm_start
        self.momentum = momentum
        self.nesterovs_momentum = nesterovs_momentum
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.n_iter_no_change = n_iter_no_change
        self.max_fun = max_fun
        self.dropout = dropout
        self.l1 = l1
        self.clip_norm = clip_norm
        self.schedule = schedule
        self.initializer = initializer
        self.preparation = preparation
        self.kinds = kinds
        self.scale_targets = scale_targets

    def _read_targets(
        self, y: Any, again: bool, classes: NDArray[Any] | None = None
    ) -> NDArray[Any]:
        y = check_array(y, ensure_2d=False, dtype="numeric", input_name="y")
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        outputs = 1 if y.ndim == 1 else y.shape[1]
        if again and outputs != self.network_.n_out:
            raise InputError(
                f"y has {outputs} numbers a row, and the network learned {self.network_.n_out}: "
                "with warm_start and partial_fit they stay as many."
            )
        return y

    def _outputs(self, y: NDArray[Any]) -> tuple[Any, Any, int]:
        output = "exp" if losses.get(self.loss).joint == "exp" else "identity"
        return self.loss, output, 1 if y.ndim == 1 else y.shape[1]

    def _tell(self, net: Network, y: NDArray[Any]) -> None:
        prepared = self.preparation_ is not None
        if net.loss.joint == "exp":
            if self.scale_targets is True:
                raise InputError("loss 'poisson' is of counts: leave scale_targets out.")
            return
        if self.scale_targets is True or (self.scale_targets == "auto" and prepared):
            net.target_scale = TargetScale.learn(y)

    def predict(self, X: Any) -> NDArray[Any]:
        """The numbers for rows, (N,) or (N, n_outputs), in the targets' units."""
        out = self._network_outputs(X)
        if self.network_.target_scale is not None:
            out = self.network_.target_scale.invert(out)
        return out[:, 0] if out.shape[1] == 1 else out
