"""One file that needs NumPy alone, and predicts and learns as the network does."""
