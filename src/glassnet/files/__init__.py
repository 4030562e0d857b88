"""Files that are whole or not there; knows nothing of networks."""
