"""A network that predicts classes, or several yes and no at once, by scikit-learn's interface."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import ClassifierMixin
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import check_classification_targets, type_of_target, unique_labels
from sklearn.utils.validation import assert_all_finite, column_or_1d

from glassnet.api import Network
from glassnet.core.activations import Activation
from glassnet.core.errors import InputError
from glassnet.data.table.said import Kinds
from glassnet.estimators.base import NetworkEstimator, _learns_in_parts
from glassnet.estimators.rows import written_out
from glassnet.training.settings import ClassWeight


class NetworkClassifier(ClassifierMixin, NetworkEstimator):
    """A dense network that predicts classes.

    The parameters are those of scikit-learn's MLPClassifier, with its defaults; after them
    what is new. `network_` is the trained network, of which every number can be asked.

    Args:
        hidden_layer_sizes: neurons of each hidden layer; () for none.
        activation: "relu", "tanh", "logistic", "identity", "gelu", "silu", "leaky_relu", ..., or
            an Activation, of all hidden layers, or a list of one for each.
        solver: "adam", "sgd" or "lbfgs".
        alpha: the penalty, ½·alpha·ΣW² added to the sum over a batch's rows.
        batch_size: rows to an update; "auto" for 200, or all where there are fewer.
        learning_rate: with sgd "constant", "invscaling" (learning_rate_init/(t + 1)^power_t after
            t rows), or "adaptive": a fifth of it when the loss no longer falls.
        learning_rate_init, power_t: see there.
        max_iter: epochs; iterations of lbfgs.
        shuffle: a new order of the rows each epoch.
        random_state: of the first weights, the order, what is held back and dropped.
        tol, n_iter_no_change: a loss that for more than so many epochs did not fall by tol ends
            the training; math.inf for never. With lbfgs tol is the largest entry of the gradient
            at which it ends.
        max_fun: with lbfgs, evaluations of the loss at which it ends.
        verbose: prints each epoch's loss.
        warm_start: fit goes on from where network and optimizer stand.
        momentum, nesterovs_momentum: with sgd.
        early_stopping, validation_fraction: holds rows back, goes by the loss on them, which
            n_iter_no_change and tol are then of, and takes the best epoch's weights back; not
            with lbfgs.
        beta_1, beta_2, epsilon: Adam's.
        dropout: the rate after each hidden layer.
        label_smoothing: the share of a label that is given to all classes alike.
        class_weight: what a row counts by its label, as {"yes": 3.0}, or "balanced".
        l1: a penalty l1·Σ|W| beside the mean loss.
        clip_norm: a bound of the gradient's length.
        schedule: multiplies the learning rate, update by update: "cosine", "one_cycle", ...
        initializer: of the first weights, with biases of 0: "he_normal", "glorot_uniform", ... By
            default W and b are those that scikit-learn's draws of random_state; for activations
            that it does not have by activation.
        preparation: "auto" prepares a table (pandas, polars) with columns that are not plain
            numbers, as the command train does; "table" every table; None none.
        kinds: of a table's columns, where they are known better than they can be found out, as
            {"class": "category", "note": "ignore"}: category, number, text or ignore.

    Beside `network_`, `history_` and `preparation_` a fitted one has classes_, coefs_,
    intercepts_, loss_curve_, validation_loss_curve_, validation_scores_, loss_, best_loss_,
    best_validation_score_, n_iter_, t_, n_layers_, n_outputs_, out_activation_, n_features_in_.

    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> X = (X - X.mean(0)) / X.std(0)
    >>> clf = NetworkClassifier((16,), "tanh", solver="lbfgs", alpha=1.0, random_state=0).fit(X, y)
    >>> bool(clf.score(X, y) > 0.95)
    True
    """

    def __init__(
        self,
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
        label_smoothing: float = 0.0,
        class_weight: Mapping[Any, float] | str | None = None,
        l1: float = 0.0,
        clip_norm: float | None = None,
        schedule: Any = None,
        initializer: str | None = None,
        preparation: str | None = "auto",
        kinds: Kinds | None = None,
    ) -> None:
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
        self.label_smoothing = label_smoothing
        self.class_weight = class_weight
        self.l1 = l1
        self.clip_norm = clip_norm
        self.schedule = schedule
        self.initializer = initializer
        self.preparation = preparation
        self.kinds = kinds

    @available_if(_learns_in_parts)
    def partial_fit(
        self,
        X: Any,
        y: ArrayLike,
        classes: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Goes once through these rows, from where network and optimizer stand.

        Args: classes, all that there will be: needed in the first call, if its y lacks some.
        """
        again = hasattr(self, "network_")
        named = None if classes is None else unique_labels(classes)
        if again and named is not None and not np.array_equal(named, self.classes_):
            raise InputError(
                f"classes are {named.tolist()}, and in the first call they were "
                f"{self.classes_.tolist()}: give the same."
            )
        return self._fit(X, y, sample_weight, again, epochs=1, classes=named)

    def _read_targets(
        self, y: Any, again: bool, classes: NDArray[Any] | None = None
    ) -> NDArray[Any]:
        y = np.asarray(written_out(y))
        assert_all_finite(y, input_name="y")
        check_classification_targets(y)
        several = type_of_target(y) == "multilabel-indicator"
        if not several:
            y = column_or_1d(y, warn=True)
        if again:
            self._check_known(unique_labels(y), several)
        else:
            self.classes_ = unique_labels(y) if classes is None else classes
            self.multilabel_ = several
            if len(self.classes_) < 2 and not several:
                raise InputError(
                    f"y holds one class alone, {self.classes_.tolist()[0]!r}: a classifier needs "
                    "rows of two classes or more."
                )
        if several:
            return y.astype(np.float64)
        if not np.isin(y, self.classes_).all():
            strange = np.setdiff1d(y, self.classes_).tolist()
            raise InputError(f"y holds {strange[0]!r}, which is none of {self.classes_.tolist()}.")
        return np.searchsorted(self.classes_, y)

    def _check_known(self, labels: NDArray[Any], several: bool) -> None:
        """Raises: InputError where the targets are not of the kind that was learned."""
        if several != self.multilabel_ or np.setdiff1d(labels, self.classes_).size:
            raise InputError(
                f"y has the classes {labels.tolist()}, and the network learned "
                f"{self.classes_.tolist()}: with warm_start and partial_fit they stay the same."
            )

    def _outputs(self, y: NDArray[Any]) -> tuple[Any, Any, int]:
        smoothing = self.label_smoothing
        if self.multilabel_ or len(self.classes_) == 2:
            n_out = y.shape[1] if self.multilabel_ else 1
            return {"name": "binary_cross_entropy", "smoothing": smoothing}, "sigmoid", n_out
        loss = {"name": "cross_entropy", "smoothing": smoothing}
        return loss, "softmax", len(self.classes_)

    def _label(self, net: Network) -> None:
        """The network answers with the labels themselves."""
        if not self.multilabel_:
            net.classes = [
                int(c) if isinstance(c, float) and c.is_integer() else c
                for c in self.classes_.tolist()
            ]

    @contextmanager
    def _counted(self, net: Network) -> Generator[None]:
        """While it is trained, classes are counted from 0."""
        net.classes = None if self.multilabel_ else list(range(len(self.classes_)))
        try:
            yield
        finally:
            self._label(net)

    def _class_weight(self) -> ClassWeight:
        given = self.class_weight
        if not isinstance(given, Mapping):
            return given  # type: ignore[return-value]  # Settings says what it may be
        if self.multilabel_:
            raise InputError("class_weight is of classes that exclude each other: leave it out.")
        places = {label: k for k, label in enumerate(self.classes_.tolist())}
        strange = [label for label in given if label not in places]
        if strange:
            raise InputError(
                f"class_weight names {strange[0]!r}, which is none of {self.classes_.tolist()}."
            )
        return {places[label]: weight for label, weight in given.items()}

    # -- use -----------------------------------------------------------------------------

    def predict_proba(self, X: Any) -> NDArray[Any]:
        """Each class's probability, (N, n_classes), in the order of classes_.

        Of several yes and no at once each one's own, (N, n_outputs).
        """
        out = self._network_outputs(X)
        return np.hstack([1 - out, out]) if out.shape[1] == 1 and not self.multilabel_ else out

    def predict_log_proba(self, X: Any) -> NDArray[Any]:
        """The natural logarithms of predict_proba."""
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

    def predict(self, X: Any) -> NDArray[Any]:
        """Each row's most probable class, (N,); of several at once 0 or 1 each, (N, n_outputs)."""
        proba = self.predict_proba(X)
        if self.multilabel_:
            return (proba >= 0.5).astype(int)
        return self.classes_[proba.argmax(axis=1)]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
