"""What pictures show: the loss around a network, and the course of a run."""
