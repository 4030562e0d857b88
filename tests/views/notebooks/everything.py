import marimo

app = marimo.App()


@app.cell
def _():
    import numpy as np

    import glassnet as gn
    from glassnet.explain import WORKED, chain, nudge, pass_of, walk, why_it_moved

    rng = np.random.default_rng(0)
    X = rng.normal(size=(4000, 4))
    y = np.array(["left", "right"])[(X @ [1.0, -1, 2, 0] > 0).astype(int)]
    net = gn.Network.dense([4, 6, 2], hidden="tanh", output="softmax", seed=0)
    ask = pass_of(WORKED)
    return WORKED, X, ask, chain, gn, net, nudge, pass_of, walk, why_it_moved, y


@app.cell
def _(X, gn, net, y):
    run = gn.fit(net, X, y, epochs=400, validation=0.2)
    return (run,)


@app.cell
def _(net, run):
    run  # before it is shown, the network is trained
    net
    return


@app.cell
def _(run):
    run
    return


@app.cell
def _(X, net, run):
    run
    net.forward(X[:2])
    return


@app.cell
def _(ask):
    ask
    return


@app.cell
def _(ask):
    ask.at("delta1[0]")
    return


@app.cell
def _(ask):
    ask.at("loss")
    return


@app.cell
def _(ask, chain):
    chain(ask, "dW1[0,1]")
    return


@app.cell
def _(ask, why_it_moved):
    why_it_moved(ask, "W1[0,1]")
    return


@app.cell
def _(ask, nudge):
    nudge(ask, "W1[0,1]")
    return


@app.cell
def _(ask, gn):
    gn.gradcheck(ask.net, [[0.05, 0.1]], [[0.01, 0.99]])
    return


@app.cell
def _(WORKED, walk):
    walk(WORKED)
    return


if __name__ == "__main__":
    app.run()
