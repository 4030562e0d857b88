"""ONNX, the format in which networks go from one tool to another: out, and in.

graph         a graph in the making: constants, operations, and what they give
activations   f(z) as ONNX's operation, or from the formula's tree
preparation   raw columns to the network's inputs
answers       outputs to labels, or to numbers in their units
writing       the whole: `to_onnx`
reading       a chain of layers that somebody else wrote: `from_onnx`
"""

from glassnet.exchange.onnx.reading import from_onnx
from glassnet.exchange.onnx.writing import to_onnx

__all__ = ["from_onnx", "to_onnx"]
