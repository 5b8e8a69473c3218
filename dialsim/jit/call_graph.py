"""Which kernels a kernel calls, read from their sources before anything is compiled."""

from __future__ import annotations

from types import CodeType
from typing import Any


def kernels_below(kernel: Any) -> int:
    """Return how many kernels a kernel comes to, with itself: some hundredths of a second.

    Parameters
    ----------
    kernel
        A kernel, or a plain function, which counts as one without anything below it.

    Notes
    -----
    Called kernels are globals of the caller's module or of its closure. One that is compiled for
    two types of arguments counts once.

    Examples
    --------
    >>> from dialsim.engine.kernels import advance
    >>> kernels_below(advance) > 300 or kernels_below(advance) == 1  # 1: without numba
    True
    """
    found, waiting = {kernel}, [kernel]
    while waiting:
        for callee in _called(waiting.pop()):
            if callee not in found:
                found.add(callee)
                waiting.append(callee)
    return len(found)


def _called(kernel: Any) -> list[Any]:
    function = getattr(kernel, "py_func", None)
    if function is None:
        return []
    names: set[str] = set()
    codes = [function.__code__]
    while codes:
        code = codes.pop()
        names.update(code.co_names)
        codes += [each for each in code.co_consts if isinstance(each, CodeType)]
    named = [function.__globals__.get(name) for name in names]
    closed = [cell.cell_contents for cell in function.__closure__ or ()]
    return [each for each in (*named, *closed) if hasattr(each, "py_func")]
