"""To and from files and other tools: the model file, and files that are whole or not there."""

from glassnet.exchange.files import check_folder, write_whole
from glassnet.exchange.model_file import load, read_training, save

__all__ = ["check_folder", "load", "read_training", "save", "write_whole"]
