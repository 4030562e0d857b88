"""What is told of a run in the learner's words: parameters by name, arrays by shape."""
