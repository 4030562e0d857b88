"""How many BLAS threads serve a training: one for small products, all for large ones.

A second thread has to be woken and told at each product, and the arrays travel between the cores'
caches: below ten million multiplications a product it gains a fifth at most, above that a third
and more. On a busy machine, where a thread waits for a core, it makes a step three times slower;
docs/speed.md has the measurements, and `threads` overrides the choice. It goes by size alone:
were it to depend on the machine's load, the same seed would not give the same bits.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from threadpoolctl import ThreadpoolController, threadpool_info

LARGE = 10_000_000  # multiplications in one product from which several threads pay


def threads_for(multiplications: int) -> int | None:
    """1 for products of at most so many multiplications, None, the machine's own, for larger.

    >>> threads_for(32 * 64 * 32), threads_for(128 * 784 * 128)
    (1, None)
    """
    return 1 if multiplications < LARGE else None


@contextmanager
def blas_threads(threads: int | None) -> Iterator[None]:
    """Limits BLAS to so many threads, and puts back what was set; None leaves it alone."""
    if threads is None:
        yield
        return
    with _libraries().limit(limits=threads, user_api="blas"):
        yield


@cache
def _libraries() -> ThreadpoolController:
    """The libraries that are loaded, NumPy's BLAS among them: to look for them takes 0.2 ms."""
    return ThreadpoolController()


def can_be_limited() -> bool:
    """Whether the BLAS that NumPy uses is one whose threads can be set: Apple's is none."""
    return any(pool["user_api"] == "blas" for pool in threadpool_info())
