"""How good a network is: figures, their intervals, what they are compared with."""
