"""Networks made elsewhere, as networks of ours: from objects in memory, and from their files.

    parts           what a layer of any tool comes to: sums, a bend, a scale
    objects         PyTorch's modules, scikit-learn's estimators, Keras's models
    keras_files     .keras and .h5
    named_arrays    safetensors: arrays by name, where the activations are said beside them
    rows_of_layers  their order, by names and shapes

The libraries that made them are not imported: what is asked of an object, it is asked by itself.
Pickles (.pt, .pkl, .joblib) run what stands in them, and are not read.
"""

from glassnet.exchange.arrivals.files import ENDINGS, read_file
from glassnet.exchange.arrivals.objects import from_keras, from_sklearn, from_torch
from glassnet.exchange.arrivals.unsaid import Unsaid

__all__ = ["ENDINGS", "Unsaid", "from_keras", "from_sklearn", "from_torch", "read_file"]
