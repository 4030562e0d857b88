"""scikit-learn's MLPClassifier, without its penalty and its early end."""
# pyright: reportMissingImports=false, reportArgumentType=false

import warnings
from typing import Any

from _door import Prediction, Training, main

import sklearn  # isort: skip
from sklearn.neural_network import MLPClassifier  # isort: skip

warnings.simplefilter("ignore")  # that it did not converge, being ended by the epochs


def training(w: Training):
    rule: dict[str, Any] = {"solver": "adam"}
    if w.optimizer == "momentum":
        rule = {"solver": "sgd", "momentum": 0.9, "nesterovs_momentum": False}
    net = MLPClassifier(
        w.sizes[1:-1],
        **rule,
        alpha=w.l2 * w.batch_size,
        batch_size=w.batch_size,
        learning_rate_init=w.learning_rate,
        max_iter=w.epochs,
        n_iter_no_change=w.epochs + 1,
        early_stopping=w.validation > 0,
        validation_fraction=w.validation or 0.1,
        random_state=0,
    )

    def weights():
        return [(W.T, b) for W, b in zip(net.coefs_, net.intercepts_)]

    more = {"sample_weight": w.sample_weight} if w.weighted else {}
    return lambda: net.fit(w.X, w.y, **more), weights


def prediction(w: Prediction):
    net = MLPClassifier([len(b) for _, b in w.weights[:-1]], max_iter=1, batch_size=10)
    net.fit([[0.0] * 784] * 10, range(10))  # gives it its shape
    net.coefs_ = [W.T.copy() for W, _ in w.weights]
    net.intercepts_ = [b for _, b in w.weights]
    return net.predict_proba


# the rate is held where glassnet's falls, which costs neither time
main(
    f"scikit-learn {sklearn.__version__}", training=training, prediction=prediction,
    can=("dtype", "weighted", "validation", "l2", "schedule"),
)  # fmt: skip
