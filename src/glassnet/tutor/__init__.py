"""The learner's own code and numbers: a skeleton, its check, mistakes by name, exercises."""
