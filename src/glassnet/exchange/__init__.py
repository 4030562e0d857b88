"""To and from files and other tools: the model file."""

from glassnet.exchange.model_file import load, read_training, save

__all__ = ["load", "read_training", "save"]
