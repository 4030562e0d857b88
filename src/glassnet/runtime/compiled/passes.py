"""A step's pass compiled: gather, products, activations, loss, and the way back, in one call.

The network comes as a table of whole numbers, a row for each layer, so that what is compiled once
serves networks of every shape. z, a and delta lie as columns, (n, B), one behind the other in
`work`; W, b, dW and db in theta and grad, where the network has them. The products are those of
the BLAS that NumPy itself calls, called at its address.
"""
# numba calls what stands under its decorators in another way than it is written
# pyright: reportCallIssue=false, reportArgumentType=false

import math
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

from glassnet.runtime.compiled.curves import (
    EXACT,
    IN_ANY_ORDER,
    activate,
    deactivate,
    exp,
    sigmoid,
    type_of,
)

# columns of the table; places count numbers in theta, grad or work
(
    DROPS, N_IN, N_OUT, AT_W, AT_B, BIAS, F, BACK, AT_Z, AT_A, AT_DELTA, AT_BELOW, BY_ROWS, AT_DA,
    AT_MASK, LEARNS,
) = range(16)  # fmt: skip
COLUMNS = 16
ROWS_OF_X = -1  # AT_BELOW of the first layer: it takes the rows x
OF_NEURON, OF_LAYER, STILL = range(3)  # BIAS
SOFTMAX_OF_LABELS, SQUARED, LOGISTIC = range(3)  # what the output is
AHEAD, BACK_ALONE = range(3, 5)  # the way there alone, and the way back

PASSING: Any = {**EXACT, "nogil": True}


@intrinsic
def gemm(
    typing_context: Any, address: Any, left: Any, right: Any, m: Any, n: Any, k: Any, one: Any,
    a: Any, a_row: Any, b: Any, b_row: Any, c: Any, c_row: Any,
) -> Any:  # fmt: skip
    """C = A B by cblas, (m, n) from (m, k) and (k, n), in rows; one says of which numbers."""

    def made(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        address, left, right, m, n, k, one, a, a_row, b, b_row, c, c_row = args
        short, long = ir.IntType(32), ir.IntType(64)
        real = context.get_value_type(signature.args[6])
        place = ir.IntType(8).as_pointer()
        kinds = [
            short, short, short, long, long, long, real, place, long, place, long, real, place, long
        ]  # fmt: skip
        call = builder.inttoptr(address, ir.FunctionType(ir.VoidType(), kinds).as_pointer())
        in_rows = ir.Constant(short, 101)
        a, b, c = (builder.inttoptr(each, place) for each in (a, b, c))
        zero = ir.Constant(real, 0.0)
        builder.call(
            call,
            [in_rows, builder.trunc(left, short), builder.trunc(right, short), m, n, k, one,
             a, a_row, b, b_row, zero, c, c_row],
        )  # fmt: skip
        return context.get_dummy_value()

    long = types.int64
    kinds = (*[long] * 6, one, *[long] * 6)
    return types.void(*kinds), made


AS_IT_IS, TURNED = np.int64(111), np.int64(112)  # cblas's own numbers


@njit(**EXACT)
def product(
    at: int, left: int, right: int, m: int, n: int, k: int, a: int, b: int, c: int, one: Any
) -> None:
    """C = A B by their addresses, in rows; A or B turned are (k, m) or (n, k) there."""
    gemm(
        at, left, right, m, n, k, one, a, k if left == AS_IT_IS else m, b,
        n if right == AS_IT_IS else k, c, n,
    )  # fmt: skip


@njit(**EXACT)
def address(array: Any, place: int) -> int:
    """Of a number in a flat array."""
    return np.int64(array.ctypes.data) + place * array.itemsize


@njit(**EXACT)
def forward(at: int, table: Any, numbers: Any, theta: Any, work: Any, x: Any) -> None:
    """z and a of every layer for the rows x, (B, n_in).

    Args: at, the address of BLAS's product; numbers, what activations take, (layers, 2).
    """
    B = x.shape[0]
    rows = x.reshape(-1)
    one = type_of(numbers[0, 0], 1.0)
    for l in range(table.shape[0]):
        n_in, n_out, below = table[l, N_IN], table[l, N_OUT], table[l, AT_BELOW]
        at_a, at_z, at_b = table[l, AT_A], table[l, AT_Z], table[l, AT_B]
        if table[l, DROPS]:
            under = rows if below == ROWS_OF_X else work[below : below + n_in * B]
            mask = work[table[l, AT_MASK] : table[l, AT_MASK] + n_out * B]
            out = work[at_a : at_a + n_out * B]
            for k in range(out.size):
                out[k] = under[k] * mask[k]
            continue
        product(
            at, AS_IT_IS, TURNED if table[l, BY_ROWS] else AS_IT_IS, n_out, B, n_in,
            address(theta, table[l, AT_W]),
            address(rows, 0) if below == ROWS_OF_X else address(work, below),
            address(work, at_z), one,
        )  # fmt: skip
        z = work[at_z : at_z + n_out * B].reshape(n_out, B)
        a = z if at_a == at_z else work[at_a : at_a + n_out * B].reshape(n_out, B)
        one_b = table[l, BIAS] == OF_LAYER
        b = theta[at_b : at_b + (1 if one_b else n_out)]
        activate(table[l, F], numbers[l], z, b, one_b, a)


@njit(**EXACT)
def backward(
    at: int, table: Any, numbers: Any, lowest: int, theta: Any, grad: Any, work: Any, sums: Any,
    x: Any,
) -> None:  # fmt: skip
    """From the output's delta, or its da where BACK takes that through f, to dW and db.

    Args:
        lowest: the first layer that learns: below nothing is needed.
        sums: float64, as many as the widest layer has neurons.
    """
    B = x.shape[0]
    rows = x.reshape(-1)
    one = type_of(numbers[0, 0], 1.0)
    for back in range(table.shape[0] - lowest):
        l = table.shape[0] - 1 - back
        n_in, n_out, below = table[l, N_IN], table[l, N_OUT], table[l, AT_BELOW]
        at_delta, at_z, at_a = table[l, AT_DELTA], table[l, AT_Z], table[l, AT_A]
        delta = work[at_delta : at_delta + n_out * B]
        if table[l, DROPS]:
            mask = work[table[l, AT_MASK] : table[l, AT_MASK] + n_out * B]
            for k in range(delta.size):
                delta[k] *= mask[k]
            continue
        z = work[at_z : at_z + n_out * B].reshape(n_out, B)
        a = z if at_a == at_z else work[at_a : at_a + n_out * B].reshape(n_out, B)
        deactivate(table[l, BACK], numbers[l], delta.reshape(n_out, B), z, a, sums)
        if table[l, LEARNS]:
            if table[l, BIAS] == OF_NEURON:
                db = grad[table[l, AT_B] : table[l, AT_B] + n_out]
                for i in range(n_out):
                    db[i] = sums[i]
            elif table[l, BIAS] == OF_LAYER:
                grad[table[l, AT_B]] = sums[:n_out].sum()
            product(
                at, AS_IT_IS, AS_IT_IS if table[l, BY_ROWS] else TURNED, n_out, n_in, B,
                address(work, at_delta),
                address(rows, 0) if below == ROWS_OF_X else address(work, below),
                address(grad, table[l, AT_W]), one,
            )  # fmt: skip
        if l > lowest:
            product(
                at, TURNED, AS_IT_IS, n_in, B, n_out, address(theta, table[l, AT_W]),
                address(work, at_delta), address(work, table[l, AT_DA]), one,
            )  # fmt: skip


@njit(**IN_ANY_ORDER)
def softmax_of_labels(
    z: Any, delta: Any, labels: Any, index: Any, share: Any, top: Any, total: Any, low: Any,
    high: Any,
) -> float:  # fmt: skip
    """Softmax and cross-entropy: delta = (a − y)·share, and L. z and delta are (n, B).

    Args: low, what smoothing makes of y everywhere, and high more at the label; top, total, (B,),
        are there to be written to.
    """
    n, B = z.shape
    zero = type_of(z[0, 0], 0.0)
    for k in range(B):
        top[k] = z[0, k]
        total[k] = zero
    for i in range(1, n):
        for k in range(B):
            v = z[i, k]
            top[k] = v if v > top[k] else top[k]
    for i in range(n):
        for k in range(B):
            e = exp(z[i, k] - top[k])  # softmax(z) = softmax(z − max z)
            delta[i, k] = e
            total[k] += e
    # ℓ = ln Σ exp z − Σ y z, with y = low everywhere and high more at the label
    loss = 0.0
    if low != 0:
        for i in range(n):
            for k in range(B):
                loss -= low * np.float64(share[k] * (z[i, k] - top[k]))
    for k in range(B):
        at_label = z[labels[index[k]], k] - top[k]
        loss += np.float64(share[k]) * (math.log(total[k]) - high * at_label)
        total[k] = share[k] / total[k]
    smoothed, own = type_of(zero, low), type_of(zero, high)
    for i in range(n):
        for k in range(B):
            delta[i, k] = delta[i, k] * total[k] - smoothed * share[k]
    for k in range(B):
        delta[labels[index[k]], k] -= own * share[k]
    return loss


@njit(**IN_ANY_ORDER)
def squared_errors(a: Any, da: Any, y: Any, index: Any, share: Any) -> float:
    """L = Σ share ½ Σ (a − y)², and da = (a − y)·share; a and da (n, B), y (N, n)."""
    n, B = a.shape
    loss = 0.0
    for i in range(n):
        for k in range(B):
            e = a[i, k] - y[index[k], i]
            da[i, k] = e * share[k]
            loss += np.float64(da[i, k]) * np.float64(e)
    return 0.5 * loss


@njit(**IN_ANY_ORDER)
def logistic(z: Any, delta: Any, y: Any, index: Any, share: Any) -> float:
    """L = Σ share Σ (max(z, 0) − y z + ln(1 + e^−|z|)), and delta = (a − y)·share."""
    n, B = z.shape
    loss = 0.0
    for i in range(n):
        for k in range(B):
            v, told = z[i, k], y[index[k], i]
            over = type_of(v, 0.0) if v < 0 else v
            term = over - told * v + type_of(v, math.log1p(exp(-abs(v))))
            loss += np.float64(share[k]) * np.float64(term)
            delta[i, k] = (sigmoid(v) - told) * share[k]
    return loss


@njit(**PASSING)
def step(
    at: Any, table: Any, numbers: Any, lowest: int, output: int, theta: Any, grad: Any, work: Any,
    sums: Any, spare: Any, X: Any, x: Any, index: Any, gathers: bool, labels: Any, y: Any,
    share: Any, low: Any, high: Any,
) -> float:  # fmt: skip
    """The whole pass of one batch, or a half of it: fills grad and returns L.

    Args:
        X, x: all rows, (N, n_in), and those of the batch, (B, n_in), which `gathers` fills.
        index: where the batch's rows stand in X, labels and y.
        labels, y: of all rows, (N,) and (N, n_out), the one or the other.
        share: of each row of the batch in the loss, (B,).
    """
    if gathers and output != BACK_ALONE:
        for k in range(index.size):
            own = index[k]
            for j in range(x.shape[1]):
                x[k, j] = X[own, j]
    if output != BACK_ALONE:
        forward(at, table, numbers, theta, work, x)
    B, end = x.shape[0], table.shape[0] - 1
    n, at_z, at_delta = table[end, N_OUT], table[end, AT_Z], table[end, AT_DELTA]
    z = work[at_z : at_z + n * B].reshape(n, B)
    delta = work[at_delta : at_delta + n * B].reshape(n, B)
    loss = 0.0
    if output == AHEAD:
        return loss
    if output == SOFTMAX_OF_LABELS:
        loss = softmax_of_labels(
            z, delta, labels, index, share, spare[0], spare[1], low, high
        )  # fmt: skip
    elif output == LOGISTIC:
        loss = logistic(z, delta, y, index, share)
    elif output == SQUARED:
        at_a = table[end, AT_A]
        a = work[at_a : at_a + n * B].reshape(n, B)
        loss = squared_errors(a, delta, y, index, share)
    backward(at, table, numbers, lowest, theta, grad, work, sums, x)
    return loss
