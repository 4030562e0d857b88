"""How many BLAS threads serve a training: one for small products, all for large ones.

A second thread has to be woken and told at each product, and the arrays travel between the cores'
caches. On two quiet cores it gains a third at 10 million multiplications a product; on a busy
machine, where a thread waits for a core, it loses ten times as much.
"""

from collections.abc import Iterator
from contextlib import contextmanager

LARGE = 50_000_000  # multiplications in one product from which several threads pay


def threads_for(multiplications: int) -> int | None:
    """1 for products of at most so many multiplications, None, the machine's own, for larger.

    >>> threads_for(128 * 784 * 128), threads_for(256 * 1024 * 1024)
    (1, None)
    """
    return 1 if multiplications < LARGE else None


@contextmanager
def blas_threads(threads: int | None) -> Iterator[None]:
    """Limits BLAS to so many threads, and puts back what was set; None leaves it alone.

    Needs threadpoolctl (the extra `speed`); without it nothing is changed.
    """
    if threads is None:
        yield
        return
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:
        yield
        return
    with threadpool_limits(threads, user_api="blas"):
        yield
