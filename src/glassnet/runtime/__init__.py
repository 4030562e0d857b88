"""The machine under the mathematics: how many threads the matrix products run on."""

from glassnet.runtime.threads import blas_threads, threads_for

__all__ = ["blas_threads", "threads_for"]
