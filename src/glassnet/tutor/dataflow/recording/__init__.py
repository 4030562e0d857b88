"""In the learner's process: every operation of their program noted as a node of a graph."""
