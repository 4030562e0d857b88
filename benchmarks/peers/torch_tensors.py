"""PyTorch without the DataLoader: batches are indexed straight from the tensors."""
# pyright: reportMissingImports=false

from _door import Training, main

import torch  # isort: skip
import torch_eager  # isort: skip


class Batches:
    """Each iteration over it is an epoch in a new order."""

    def __init__(self, X, y, batch_size):
        self.X, self.y, self.batch_size = X, y, batch_size

    def __iter__(self):
        for index in torch.randperm(len(self.X)).split(self.batch_size):
            yield self.X[index], self.y[index]


def training(w: Training):
    return torch_eager.training(w, Batches)


main(
    torch_eager.LIBRARY,
    blas=torch_eager.BLAS,
    training=training,
    can=("dtype", "dropout", "validation"),
)
