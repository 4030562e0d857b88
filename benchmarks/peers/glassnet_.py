"""glassnet through its public API, as its users write it."""

from _door import Prediction, Training, Worked, main

# The door comes before whatever loads BLAS.
import glassnet as gn  # isort: skip
import numpy as np  # isort: skip


def worked(w: Worked, compiled: bool = False):
    layers = [gn.Dense(2, 2, "sigmoid", bias="frozen", W=W, b=b) for W, b in zip(w.W, w.b)]
    net = gn.Network(layers, "squared_error", dtype="float64")
    x, y = np.array([w.x]), np.array([w.y])
    rule = gn.SGD(w.learning_rate)

    def go():
        gn.fit(net, x, y, epochs=w.steps, batch_size=1, optimizer=rule, progress=False,
               compiled=compiled)  # fmt: skip

    return go, lambda: net.predict_proba(x)[0]


def training(w: Training, compiled: bool = False):
    net = gn.Network.dense(
        w.sizes, hidden="relu", output="softmax", seed=0, dtype=w.dtype, dropout=w.dropout, l2=w.l2
    )
    rate = w.learning_rate
    rule = gn.Adam(rate) if w.optimizer == "adam" else gn.Momentum(rate, momentum=0.9)

    def go():
        gn.fit(
            net, w.X, w.y,
            epochs=w.epochs, batch_size=w.batch_size, optimizer=rule, progress=False,
            compiled=compiled, sample_weight=w.sample_weight, schedule=w.schedule,
            validation=w.validation or None,
        )  # fmt: skip

    return go, lambda: [(layer.W, layer.b) for layer in net.dense_layers]


def prediction(w: Prediction):
    activations = ["relu"] * (len(w.weights) - 1) + ["softmax"]
    layers = [
        gn.Dense(W.shape[1], W.shape[0], f, W=W, b=b) for (W, b), f in zip(w.weights, activations)
    ]
    return gn.Network(layers).predict_proba


CAN = ("dtype", "dropout", "weighted", "validation", "l2", "schedule")
LIBRARY = f"glassnet {gn.__version__}, NumPy {np.__version__}"

if __name__ == "__main__":
    main(LIBRARY, worked=worked, training=training, prediction=prediction, can=CAN)
