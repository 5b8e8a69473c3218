"""Distribution functions to full double precision: normal, and beta in log odds.

A campaign's tables (`dialsim.core.quantiles`) ask for some hundred thousand values before its first
event. What is only sums, products and quotients is a kernel's, and gives compiled what it gives in
numpy, bit for bit; so does the error function, which is the C library's in Python and in a kernel.
Exponentials and logarithms are left to numpy: compiled ones differ from them in the last bit.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialsim.jit.decorator import kernel

_CLOSE = 1e-14
_MOST_STEPS = 20_000

Floats = NDArray[np.float64]


def normal_cdf(z: Floats) -> Floats:
    """Return the standard normal distribution function, exact in both tails.

    >>> normal_cdf(np.array([0.0, -10.0])).tolist()
    [0.5, 7.619853024160498e-24]
    """
    shares = np.empty(z.size)
    _normal_each(np.ravel(z), shares)
    return shares.reshape(z.shape)


def logistic(t: Floats) -> Floats:
    """Return the share whose log odds are `t`."""
    return 1.0 / (1.0 + np.exp(-t))


def beta_cdf(t: Floats, a: float, b: float) -> tuple[Floats, Floats]:
    """Return the beta distribution function at log odds `t`, and its density in log odds.

    By the continued fraction of the incomplete beta function (DLMF 8.17.22), from whichever end
    it converges quickly.
    """
    x, rest = logistic(t), logistic(-t)
    log_beta = math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    density = np.exp(a * np.log(x) + b * np.log(rest) - log_beta)
    turn = x > (a + 1.0) / (a + b + 2.0)
    p, q = np.where(turn, b, a), np.where(turn, a, b)
    share = density / p * _fraction(np.where(turn, rest, x), p, q)
    return np.where(turn, 1.0 - share, share), density


def _fraction(x: Floats, p: Floats, q: Floats) -> Floats:
    """Return 1 / (1 + d1 / (1 + d2 / (1 + ...))) by Lentz's method, vectorised."""
    c, d = np.ones_like(x), 1.0 / (1.0 - (p + q) * x / (p + 1.0))
    if hasattr(_converge, "py_func"):
        value = d.copy()
        _converge(x, p, q, c, d, value)
        return value
    return _converge_in_numpy(x, p, q, c, d)


def _converge_in_numpy(x: Floats, p: Floats, q: Floats, c: Floats, d: Floats) -> Floats:
    """Return the result of :func:`_converge`, vectorised for uncompiled use."""
    step: Any = getattr(_step, "py_func", _step)
    value, change, m = d, np.zeros_like(x), 0
    while np.max(np.abs(change - 1.0)) > _CLOSE and m < _MOST_STEPS:
        m += 1
        c, d, value, change = step(m, x, p, q, c, d, value)
    return value


@kernel
def _converge(x: Floats, p: Floats, q: Floats, c: Floats, d: Floats, value: Floats) -> None:
    """Change each `value` step by step until none of them changes by more than the last bits.

    All points take as many steps: each comes to what it comes to in numpy.
    """
    furthest, m = 1.0, 0
    while furthest > _CLOSE and m < _MOST_STEPS:
        m += 1
        furthest = 0.0
        for i in range(x.shape[0]):
            c[i], d[i], value[i], change = _step(m, x[i], p[i], q[i], c[i], d[i], value[i])
            off = abs(change - 1.0)
            if off > furthest or off != off:  # what is no number ends it, as in numpy
                furthest = off


@kernel(inlined=True)
def _step(m: int, x: Any, p: Any, q: Any, c: Any, d: Any, value: Any) -> tuple[Any, Any, Any, Any]:
    """Return the next `c`, `d` and `value`, and by what the value changed last."""
    even = m * (q - m) * x / ((p + 2 * m - 1.0) * (p + 2 * m))
    d = 1.0 / (1.0 + even * d)
    c = 1.0 + even / c
    value = value * c * d
    odd = -(p + m) * (p + q + m) * x / ((p + 2 * m) * (p + 2 * m + 1.0))
    d = 1.0 / (1.0 + odd * d)
    c = 1.0 + odd / c
    change = c * d
    return c, d, value * change, change


@kernel
def _normal_each(z: Floats, shares: Floats) -> None:
    for i in range(z.shape[0]):
        shares[i] = 0.5 * math.erfc(z[i] * -math.sqrt(0.5))
