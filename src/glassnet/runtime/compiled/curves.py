"""Exponentials, activations and their slopes as lines that a compiler makes vectors of.

numba has no vector form of exp, so it stands here as a polynomial. Of e^z all that an activation
asks for has z ≤ 0:

    z = n ln 2 + r, |r| ≤ ½ ln 2        e^z = 2ⁿ(1 + p),  p = e^r − 1 by its Taylor polynomial
    e^z − 1 = 2ⁿ p + (2ⁿ − 1)           which keeps its digits where z is small

Each is within a few units of the last place; a test bounds them.
"""
# numba calls what stands under its decorators in another way than it is written
# pyright: reportCallIssue=false

import math
from fractions import Fraction
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic, overload

# by the numbers that the passes put into their tables
IDENTITY, RELU, SIGMOID, TANH, LEAKY, ELU, SELU, SILU, GELU_TANH, GELU, SOFTPLUS = range(11)

EXACT: Any = {"error_model": "numpy", "fastmath": {"contract"}}
# sums in any order, as vectors need it; NaN and infinity stay what they are: a divergence is seen
IN_ANY_ORDER: Any = {**EXACT, "fastmath": {"contract", "reassoc", "nsz"}}


@intrinsic
def bits_of_float32(typing_context: Any, x: Any) -> Any:
    def made(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], ir.IntType(32))

    return types.int32(types.float32), made


@intrinsic
def float32_of_bits(typing_context: Any, x: Any) -> Any:
    def made(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], ir.FloatType())

    return types.float32(types.int32), made


@intrinsic
def bits_of_float64(typing_context: Any, x: Any) -> Any:
    def made(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], ir.IntType(64))

    return types.int64(types.float64), made


@intrinsic
def float64_of_bits(typing_context: Any, x: Any) -> Any:
    def made(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], ir.DoubleType())

    return types.float64(types.int64), made


# a number that rounds to whole ones what is added to it, and its bits: n stands in the last of them
ROUND32, ROUND32_BITS = np.float32(1.5 * 2**23), np.int32(0x4B400000)
ROUND64, ROUND64_BITS = np.float64(1.5 * 2**52), np.int64(0x4338000000000000)
LOW32, LOW64 = np.float32(-87.0), np.float64(-708.0)  # below, e^z is as good as 0
PER_LN2_32, PER_LN2_64 = np.float32(1 / math.log(2)), np.float64(1 / math.log(2))
# ln 2 in two parts, the first so short that n times it is exact
LN2 = Fraction("0.693147180559945309417232121458176568")


def _in_two(bits: int) -> tuple[float, float]:
    high = Fraction(round(LN2 * 2**bits), 2**bits)
    return float(high), float(LN2 - high)


HIGH32, REST32 = map(np.float32, _in_two(12))
HIGH64, REST64 = map(np.float64, _in_two(32))
_32 = [np.float32(1 / math.factorial(k)) for k in range(9)]
_64 = [np.float64(1 / math.factorial(k)) for k in range(15)]
S2, S3, S4, S5, S6, S7 = _32[2:8]
D2, D3, D4, D5, D6, D7, D8, D9, D10, D11, D12, D13 = _64[2:14]
INT23, INT52 = np.int32(23), np.int64(52)
BIAS32, BIAS64 = np.int32(127), np.int64(1023)


def parts_of_exp(z: Any) -> Any:
    """2ⁿ and p, of which e^z = 2ⁿ(1 + p) is made, for z ≤ 0; NaN of NaN."""
    raise NotImplementedError  # compiled code alone calls it


@overload(parts_of_exp, jit_options={"error_model": "numpy", "fastmath": {"contract"}})
def _parts_of_exp(z: Any) -> Any:
    def of_float32(z: Any) -> Any:
        z = LOW32 if z < LOW32 else z
        shifted = z * PER_LN2_32 + ROUND32
        n = shifted - ROUND32
        r = (z - n * HIGH32) - n * REST32
        p = r + r * r * (S2 + r * (S3 + r * (S4 + r * (S5 + r * (S6 + r * S7)))))
        whole = bits_of_float32(shifted) - ROUND32_BITS
        return float32_of_bits(np.int32(np.int32(whole + BIAS32) << INT23)), p

    def of_float64(z: Any) -> Any:
        z = LOW64 if z < LOW64 else z
        shifted = z * PER_LN2_64 + ROUND64
        n = shifted - ROUND64
        r = (z - n * HIGH64) - n * REST64
        p = D10 + r * (D11 + r * (D12 + r * D13))
        p = D6 + r * (D7 + r * (D8 + r * (D9 + r * p)))
        p = D2 + r * (D3 + r * (D4 + r * (D5 + r * p)))
        p = r + r * r * p
        whole = bits_of_float64(shifted) - ROUND64_BITS
        return float64_of_bits((whole + BIAS64) << INT52), p

    return of_float32 if z == types.float32 else of_float64


@njit(**EXACT)
def exp(z: Any) -> Any:
    """e^z, z ≤ 0."""
    two, p = parts_of_exp(z)
    return two + two * p


@njit(**EXACT)
def exp_minus_1(z: Any) -> Any:
    """e^z − 1, z ≤ 0."""
    two, p = parts_of_exp(z)
    one = type_of(z, 1.0)
    return two * p + (two - one)


def type_of(z: Any, value: Any) -> Any:
    """A number as z is one."""
    raise NotImplementedError


@overload(type_of, inline="always")
def _type_of(z: Any, value: Any) -> Any:
    kind = np.float32 if z == types.float32 else np.float64

    def made(z: Any, value: Any) -> Any:
        return kind(value)

    return made


@njit(**EXACT)
def sigmoid(z: Any) -> Any:
    """1 / (1 + e⁻ᶻ), by an exponent that is never positive."""
    e = exp(-abs(z))
    return (type_of(z, 1.0) if z >= 0 else e) / (type_of(z, 1.0) + e)


@njit(**EXACT)
def tanh(z: Any) -> Any:
    """−u/(2 + u) with u = e^(−2|z|) − 1, and the sign of z."""
    u = exp_minus_1(type_of(z, -2.0) * abs(z))
    t = -u / (type_of(z, 2.0) + u)
    return -t if z < 0 else t


# Loops over neurons and rows, written out for each f: a compiler makes vectors of them where each
# array has one name and is indexed by the loops' own numbers. Arrays are (n, B).


@njit(**EXACT)
def activate(f: int, p: Any, z: Any, b: Any, one_b: bool, a: Any) -> None:
    """z ← z + b and a = f(z); the first four leave a in z's place.

    Args: p, the two numbers that f takes; one_b, whether b[0] is every neuron's.
    """
    n, B = z.shape
    zero = type_of(p[0], 0.0)
    for i in range(n):
        own = b[0] if one_b else b[i]
        if f == IDENTITY:
            for k in range(B):
                z[i, k] += own
        elif f == RELU:
            for k in range(B):
                v = z[i, k] + own
                z[i, k] = zero if v < zero else v
        elif f == SIGMOID:
            for k in range(B):
                z[i, k] = sigmoid(z[i, k] + own)
        elif f == TANH:
            for k in range(B):
                z[i, k] = tanh(z[i, k] + own)
        else:
            for k in range(B):
                z[i, k] += own
    if f > TANH:
        _activate_bent(f, p, z, a)


@njit(**EXACT)
def _activate_bent(f: int, p: Any, z: Any, a: Any) -> None:
    """As `activate`, of what keeps its z."""
    n, B = z.shape
    zero, half, slope, scale = type_of(p[0], 0.0), type_of(p[0], 0.5), p[0], p[1]
    for i in range(n):
        if f == LEAKY:
            for k in range(B):
                a[i, k] = z[i, k] if z[i, k] > zero else slope * z[i, k]
        elif f in (ELU, SELU):
            for k in range(B):
                v = z[i, k]
                below = slope * exp_minus_1(zero if v > zero else v)
                a[i, k] = scale * (v if v > zero else below)
        elif f == SILU:
            for k in range(B):
                a[i, k] = z[i, k] * sigmoid(z[i, k])
        elif f == GELU_TANH:
            for k in range(B):
                v = z[i, k]
                a[i, k] = v * sigmoid(slope * (v + scale * v * v * v))
        elif f == GELU:
            for k in range(B):
                v = z[i, k]
                a[i, k] = v * half * type_of(v, math.erfc(-v * slope))
        elif f == SOFTPLUS:
            for k in range(B):
                v = z[i, k]
                more = type_of(v, math.log1p(exp(-abs(v))))
                a[i, k] = more + (zero if v < zero else v)


@njit(**IN_ANY_ORDER)
def deactivate(f: int, p: Any, delta: Any, z: Any, a: Any, db: Any) -> None:
    """delta ← delta · f′(z), and db, (n,) in float64, its sum over the rows."""
    n, B = delta.shape
    one, zero, slope = type_of(p[0], 1.0), type_of(p[0], 0.0), p[0]
    if f > LEAKY:
        _deactivate_bent(f, p, delta, z, a)
    for i in range(n):
        total = 0.0
        if f == RELU:
            for k in range(B):
                d = delta[i, k] if a[i, k] > zero else zero
                delta[i, k] = d
                total += d
        elif f == SIGMOID:
            for k in range(B):
                d = delta[i, k] * (a[i, k] * (one - a[i, k]))
                delta[i, k] = d
                total += d
        elif f == TANH:
            for k in range(B):
                d = delta[i, k] * (one - a[i, k] * a[i, k])
                delta[i, k] = d
                total += d
        elif f == LEAKY:
            for k in range(B):
                d = delta[i, k] if z[i, k] > zero else slope * delta[i, k]
                delta[i, k] = d
                total += d
        else:
            for k in range(B):
                total += delta[i, k]
        db[i] = total


@njit(**EXACT)
def _deactivate_bent(f: int, p: Any, delta: Any, z: Any, a: Any) -> None:
    """delta ← delta · f′(z), where f′ takes an exponential."""
    n, B = delta.shape
    one, half, two = type_of(p[0], 1.0), type_of(p[0], 0.5), type_of(p[0], 2.0)
    zero, three, slope, scale = type_of(p[0], 0.0), type_of(p[0], 3.0), p[0], p[1]
    for i in range(n):
        if f in (ELU, SELU):
            for k in range(B):
                v = z[i, k]
                below = slope * exp(zero if v > zero else v)
                delta[i, k] *= scale * (one if v > zero else below)
        elif f == SILU:
            for k in range(B):
                s = sigmoid(z[i, k])
                delta[i, k] *= s + a[i, k] * (one - s)
        elif f == GELU_TANH:
            for k in range(B):
                v = z[i, k]
                s = sigmoid(slope * (v + scale * v * v * v))
                du = half * slope * (one + three * scale * v * v)
                delta[i, k] *= s + two * v * s * (one - s) * du
        elif f == GELU:
            for k in range(B):
                v = z[i, k]
                under = half * type_of(v, math.erfc(-v * slope))
                delta[i, k] *= under + v * scale * exp(-half * v * v)
        elif f == SOFTPLUS:
            for k in range(B):
                delta[i, k] *= sigmoid(z[i, k])
