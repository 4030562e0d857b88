"""PyTorch with its network compiled by torch.compile; compiling is not timed."""
# pyright: reportMissingImports=false

from _door import Training, main

import torch  # isort: skip
import torch_eager  # isort: skip


def training(w: Training):
    return torch_eager.training(w, wrap=torch.compile)


main(torch_eager.LIBRARY, blas=torch_eager.BLAS, training=training)
