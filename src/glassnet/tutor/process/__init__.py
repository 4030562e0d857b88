"""A learner's file is run in a process of its own: `sandbox` says what is held, on which system."""
