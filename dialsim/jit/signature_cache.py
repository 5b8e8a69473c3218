"""Process-wide cache of the signatures of numba's own functions.

numba asks all that may add two integers, in order, each time it meets two integers that are added:
a twelfth of the time of compiling. Given the same types, the same function comes to the same in all
kernels whose settings are alike: they differ in whether a kernel may allocate. What was not found
is asked for again: its message says where.
"""

from __future__ import annotations

from typing import Any

from numba import types
from numba.core import targetconfig, typeinfer

from dialsim.jit.linking import is_ours

# numba describes neither to a type checker.
_Inferer: Any = typeinfer.TypeInferer
_settings: Any = targetconfig.ConfigStack.top_or_none
_resolve: Any = _Inferer.resolve_call

# Kernels are compiled where they are called, and a method's type holds whose it is.
_OTHERS = (types.Dispatcher, types.RecursiveCall, types.FunctionType, types.BoundFunction)

_known: dict[tuple[Any, ...], Any] = {}


def _resolve_once(infer: Any, called: Any, arguments: Any, named: Any) -> Any:
    """Return the signature of a call in a kernel; numba calls it."""
    if not is_ours(infer.func_id) or named or isinstance(called, _OTHERS):
        return _resolve(infer, called, arguments, named)
    asked = (called, _settings().nrt, *arguments)
    if asked not in _known:
        found = _resolve(infer, called, arguments, named)
        if found is None:
            return None
        _known[asked] = found
    return _known[asked]


def resolve_once() -> None:
    """Make numba resolve each signature once when it compiles kernels of this package."""
    _Inferer.resolve_call = _resolve_once
