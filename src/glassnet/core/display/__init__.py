"""What an object shows of itself: a line in Python, a picture in a notebook."""
