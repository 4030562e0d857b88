import marimo

app = marimo.App()


@app.cell
def _():
    import marimo as mo
    import numpy as np

    import glassnet as gn

    return gn, mo, np


@app.cell
def _(gn):
    net = gn.Network.dense([2, 3, 1], hidden="tanh", output="sigmoid", dtype="float64", seed=0)
    studio = net.play([0.5, -0.5], [1.0])
    studio
    return net, studio


@app.cell
def _(gn, np):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(120, 2))
    y = (X[:, 0] > 0).astype(int)
    other = gn.Network.dense([2, 5, 2], hidden="tanh", output="softmax", seed=0)
    plane = other.play(X, y)
    plane
    return X, other, plane, y


@app.cell
def _(mo):
    def button(name):
        return mo.ui.button(label=name, value=0, on_click=lambda n: n + 1)

    ask_weight, ask_move, ask_score = button("weight"), button("move"), button("score")
    ask_forget, ask_layer = button("forget"), button("layer")
    mo.hstack([ask_weight, ask_move, ask_score, ask_forget, ask_layer])
    return ask_forget, ask_layer, ask_move, ask_score, ask_weight


@app.cell
def _(ask_weight, mo, net, studio):
    told = float(net.dense_layers[0].W[0, 0]), studio.network is net
    mo.plain_text(f"weight {ask_weight.value}: {told}")
    return


@app.cell
def _(ask_move, mo, net, studio):
    if ask_move.value:
        net.dense_layers[0].W[0, 1] = 0.125
        studio.refresh()
    mo.plain_text(f"move {ask_move.value}: moved")
    return


@app.cell
def _(X, ask_score, mo, other, plane, y):
    found = float(other.score(X, y)), plane.network is other
    mo.plain_text(f"score {ask_score.value}: {found}")
    return


@app.cell
def _(ask_forget, mo, other, plane):
    if ask_forget.value:
        other.theta[:] = 0.0
        plane.refresh()
    mo.plain_text(f"forget {ask_forget.value}: nothing known")
    return


@app.cell
def _(ask_layer, mo, plane):
    name = plane.network.dense_layers[0].activation.name
    mo.plain_text(f"layer {ask_layer.value}: {name!r}")
    return


if __name__ == "__main__":
    app.run()
