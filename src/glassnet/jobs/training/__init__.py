"""What a training is asked for, what it tells on the way, and what becomes of it at its end."""
