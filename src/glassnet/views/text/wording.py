"""What every view of a walk says in words: its title, the network, what is given, the outcome."""

from collections.abc import Sequence

from glassnet.core.display.numbers import written
from glassnet.core.layers import LayerFacts
from glassnet.core.network import Network
from glassnet.explain import Stage, Walk
from glassnet.formula.tree import Equation

BIASES = {"frozen": "frozen", "neuron": "learned", "layer": "one for the layer, learned"}


def title(walk: Walk) -> str:
    when = "the first pass" if walk.steps == 0 else f"the pass after {walk.steps:,} updates"
    return f"{walk.name}: {when}"


def setting(walk: Walk) -> str:
    """The loss and the learning rate."""
    loss = walk.loss_name.replace("_", " ")
    return f"The loss is {loss}; the learning rate is {written(walk.learning_rate)}."


def outcome(walk: Walk) -> str:
    before, after = (written(loss, walk.digits) for loss in (walk.loss, walk.loss_after))
    return f"The loss before this update is {before}, after it {after}."


def layer_table(layers: Sequence[LayerFacts]) -> list[list[str]]:
    """A head and a row for each layer: its inputs, neurons, activation and biases."""
    rows = [["layer", "inputs", "neurons", "activation", "biases"]]
    for number, layer in enumerate(layers, start=1):
        name = layer.activation.replace("_", " ")
        biases = "frozen" if layer.frozen else BIASES[layer.bias]
        rows.append([str(number), str(layer.n_in), str(layer.n_out), name, biases])
    return rows


def network_table(net: Network) -> list[list[str]]:
    """As `layer_table`, and the shape of each W and how many parameters the layer has."""
    layers = net.layer_facts()
    head, *rows = layer_table(layers)
    told = [[*head, "W", "parameters"]]
    for row, layer in zip(rows, layers, strict=True):
        told.append([*row, f"{layer.n_out}×{layer.n_in}", f"{layer.parameters:,}"])
    return told


def network_facts(net: Network) -> list[str]:
    """What is to be said of a network beside its layers."""
    facts = [
        f"loss {net.loss.name.replace('_', ' ')}",
        f"{net.theta.size:,} parameters, {net.n_learned:,} of them learned",
        net.dtype.name,
    ]
    facts += [f"{name} {value:g}" for name, value in (("l1", net.l1), ("l2", net.l2)) if value]
    return facts + ([f"max norm {net.max_norm:g}"] if net.max_norm is not None else [])


def is_whole(walk: Walk, stage: Stage) -> bool:
    """Whether a stage's line of algebra tells all that its numbers went through.

    A penalty, a clipped gradient or a bound on the weights may stand in the formulas alone.
    """
    line = stage.equation
    if line is None:
        return False
    bounded = walk.max_norm is not None and isinstance(line, Equation) and line.sign == "←"
    used = {name.partition("[")[0] for answer in walk.answers(stage) for name in answer.values}
    return not bounded and {name for name in used if name.startswith("g.")} <= {*line.symbols()}
