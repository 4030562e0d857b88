"""From a model file, a row and a table to why it is answered so: for whoever asks."""
