"""The machine under the mathematics: threads of the matrix products, signals, what it is."""

from glassnet.runtime.machine import machine
from glassnet.runtime.signals import postponed
from glassnet.runtime.threads import blas_threads, can_be_limited, threads_for

__all__ = ["blas_threads", "can_be_limited", "machine", "postponed", "threads_for"]
