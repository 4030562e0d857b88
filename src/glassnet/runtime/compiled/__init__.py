"""Training compiled by numba, the extra `compiled`: a third reading of what `core` says.

Nothing here is imported unless a training is long enough to pay for it. `kernels` gives what
training takes from outside, `training.loop.compiled.Kernels`.
"""
