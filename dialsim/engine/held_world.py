"""A world whose arrays are held for calls from Python that come by the ten thousand.

A pacing policy in Python is asked each second of a campaign: what it sees, what it decides and the
slice until it is asked again are each a call or two into compiled code.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dialsim.core.rng import wrapping
from dialsim.engine.state import State, Static
from dialsim.jit.held_frame import HeldFrame, entry_point, is_machine_code


class HeldWorld:
    """What calls kernels of the form ``kernel(static, state, ...)`` with one world's arrays.

    A copy and what is unpickled hold nothing yet.

    Notes
    -----
    The first call of a kernel is an ordinary one, and takes some 10 ms more; later ones take 1 µs
    instead of some 30. Arrays of a world may be replaced, by others of the same types.
    """

    def __init__(self) -> None:
        self._static: HeldFrame | None = None
        self._state: HeldFrame | None = None
        self._entries: dict[Any, Callable[..., Any]] = {}
        self._wraps = False  # compiled code never warns

    @property
    def is_used(self) -> bool:
        """Whether a kernel has been called."""
        return bool(self._entries)

    def call(self, kernel: Any, static: Static, state: State, *more: int) -> Any:
        """Return what a kernel gives, called with whole numbers beside the arrays."""
        entry = self._entries.get(kernel)
        if entry is None:
            with wrapping():
                found = kernel(static, state, *more)
            self._wraps = not is_machine_code(kernel)
            self._entries[kernel] = entry_point(kernel, static, state, *more)
            return found
        if self._static is None or self._static.frame is not static:
            self._static = HeldFrame(static)
        if self._state is None or self._state.frame is not state:
            self._state = HeldFrame(state)
        if self._wraps:
            with wrapping():
                return entry(self._static, self._state, *more)
        return entry(self._static, self._state, *more)

    def __reduce__(self) -> tuple[type[HeldWorld], tuple[()]]:
        return HeldWorld, ()
