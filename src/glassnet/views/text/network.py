"""A network as a table of text: what `summary` gives."""

from glassnet.core.network import Network
from glassnet.views.text import wording


def network_text(net: Network) -> str:
    """The layers, a line each under a head, and a line of what else there is to say.

    >>> print(network_text(Network.dense([2, 3, 1], hidden="tanh", output="sigmoid")))
    layer  inputs  neurons  activation   biases    W  parameters
        1       2        3        tanh  learned  3×2           9
        2       3        1     sigmoid  learned  1×3           4
    loss binary cross entropy; 13 parameters, 13 of them learned; float32
    """
    rows = wording.network_table(net)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.rjust(n) for cell, n in zip(row, widths, strict=True)) for row in rows]
    return "\n".join([*lines, "; ".join(wording.network_facts(net))])
