"""PyTorch as its users write it: a DataLoader, fused updates, eager mode."""
# pyright: reportMissingImports=false

from itertools import pairwise

from _door import Prediction, Training, Worked, main

import torch  # isort: skip
from torch import nn  # isort: skip
from torch.utils.data import DataLoader, TensorDataset  # isort: skip


def worked(w: Worked):
    first, second = (nn.Linear(2, 2, dtype=torch.float64) for _ in w.W)
    for layer, W, b in zip((first, second), w.W, w.b):
        layer.bias.requires_grad_(False)
        with torch.no_grad():
            layer.weight[...] = torch.tensor(W, dtype=torch.float64)
            layer.bias[...] = torch.tensor(b, dtype=torch.float64)
    net = nn.Sequential(first, nn.Sigmoid(), second, nn.Sigmoid())
    rule = torch.optim.SGD([first.weight, second.weight], lr=w.learning_rate)
    x, y = (torch.tensor([v], dtype=torch.float64) for v in (w.x, w.y))

    def go():
        for _ in range(w.steps):
            rule.zero_grad()
            loss = 0.5 * ((net(x) - y) ** 2).sum()
            loss.backward()
            rule.step()

    return go, lambda: net(x)[0].tolist()


def network(sizes, dropout=0.0):
    layers = []
    for n_in, n_out in pairwise(sizes):
        layers += [nn.Linear(n_in, n_out), nn.ReLU(), *[nn.Dropout(dropout)] * (dropout > 0)]
    return nn.Sequential(*layers[: -1 - (dropout > 0)])


def optimizer(net, w: Training):
    if w.optimizer == "adam":
        return torch.optim.Adam(net.parameters(), lr=w.learning_rate, fused=True)
    return torch.optim.SGD(net.parameters(), lr=w.learning_rate, momentum=0.9, fused=True)


def loader(X, y, batch_size):
    return DataLoader(TensorDataset(X, y), batch_size=batch_size, shuffle=True)


def training(w: Training, batches=loader, wrap=lambda net: net):
    torch.manual_seed(0)
    net = network(w.sizes, w.dropout).to(getattr(torch, w.dtype))
    called = wrap(net)
    loss_of = nn.CrossEntropyLoss()
    rule = optimizer(net, w)
    X_all, y_all = torch.from_numpy(w.X), torch.from_numpy(w.y)
    held = round(w.validation * len(w.X))
    data = batches(X_all[held:], y_all[held:], w.batch_size)

    def measured():
        with torch.no_grad():
            z = net(X_all[:held])
            loss_of(z, y_all[:held]).item()
            return (z.argmax(1) == y_all[:held]).double().mean().item()

    def go():
        for _ in range(w.epochs):
            for X, y in data:
                rule.zero_grad()
                loss = loss_of(called(X), y)
                loss.backward()
                rule.step()
            if held:
                net.eval()
                measured()
                net.train()

    def weights():
        linear = [layer for layer in net if isinstance(layer, nn.Linear)]
        return [(d.weight.detach().numpy(), d.bias.detach().numpy()) for d in linear]

    return go, weights


def prediction(w: Prediction):
    net = network([784, *(len(b) for _, b in w.weights)])
    linear = [layer for layer in net if isinstance(layer, nn.Linear)]
    with torch.no_grad():
        for layer, (W, b) in zip(linear, w.weights):
            layer.weight[...], layer.bias[...] = torch.from_numpy(W), torch.from_numpy(b)
    net.append(nn.Softmax(dim=1))
    net.eval()

    @torch.inference_mode()
    def predict(X):
        return net(torch.from_numpy(X)).numpy()

    return predict


LIBRARY = f"PyTorch {torch.__version__}"
BLAS = f"MKL and oneDNN, {torch.get_num_threads()} threads"
if not (torch.backends.mkl.is_available() and torch.backends.mkldnn.is_available()):
    BLAS = f"see torch.__config__.show(), {torch.get_num_threads()} threads"

if __name__ == "__main__":
    main(
        LIBRARY,
        blas=BLAS,
        worked=worked,
        training=training,
        prediction=prediction,
        can=("dtype", "dropout", "validation"),
    )
