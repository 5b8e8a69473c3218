"""How kernels are compiled: by ``dialsim.jit``, or by numba's plain decorator.

``DIALSIM_JIT=plain`` takes every part of this package but the decorator and frames out of the way:
each kernel is compiled by ``numba.njit``, a call at a time, and kept nowhere. Results are the same,
which a test holds; compiling takes minutes. It tells a fault of dialsim's compiler from one of
dialsim, and is what a new release of numba is tried with first.
"""

from __future__ import annotations

import os
import re

import numba

from dialsim.distribution import pip_install
from dialsim.errors import CapacityError, Problem, ScenarioError
from dialsim.messages.text import message

VARIABLE = "DIALSIM_JIT"
OLDEST, NEWEST = (0, 66), (0, 68)
"""Releases of numba whose compiler this package was tried with, as in ``pyproject.toml``."""


def is_plain() -> bool:
    """Return whether kernels are compiled by numba alone.

    Raises
    ------
    ScenarioError
        The variable says something else than ``plain``.
    """
    given = os.environ.get(VARIABLE, "")
    if given not in ("", "plain"):
        raise ScenarioError(
            [
                Problem(
                    f"environment variable {VARIABLE}",
                    message("unknown way of compiling"),
                    found=given,
                    allowed=message("plain, or nothing"),
                )
            ]
        )
    return given == "plain"


def check_release(release: str) -> None:
    """Refuse a numba release whose compiler may differ from what is replaced here.

    Raises
    ------
    CapacityError
        It is older or newer than those that were tried, or a candidate of one of them.

    Examples
    --------
    >>> check_release("0.68.1")
    >>> check_release("0.69.0rc1")
    Traceback (most recent call last):
        ...
    dialsim.errors.CapacityError: numba 0.69.0rc1: dialsim works with 0.66 to 0.68; change \
the installation (pip install 'numba>=0.66,<0.69'), or set DIALSIM_JIT=plain
    """
    parts = re.fullmatch(r"(\d+)\.(\d+)(?:\.\d+)?", release)
    if parts is not None and OLDEST <= (int(parts[1]), int(parts[2])) <= NEWEST:
        return
    oldest, newest, next_one = (
        ".".join(map(str, each)) for each in (OLDEST, NEWEST, (NEWEST[0], NEWEST[1] + 1))
    )
    raise CapacityError(
        message("numba {release}").filled(release=release),
        message("dialsim works with {oldest} to {newest}").filled(oldest=oldest, newest=newest),
        message("the installation ({command}), or set {variable}=plain").filled(
            command=pip_install(f"numba>={oldest},<{next_one}"), variable=VARIABLE
        ),
    )


PLAIN = is_plain()
"""Whether this process compiles kernels by numba alone."""

if not PLAIN:
    check_release(numba.__version__)
