"""To and from files and other tools: the model file; in `onnx`, what goes from tool to tool."""

from glassnet.exchange.model_file import load, read_training, save

__all__ = ["load", "read_training", "save"]
