"""A step of learning as a whole: the walk, the chain rule, what changes what."""
