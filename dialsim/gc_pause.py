"""Pauses of Python's garbage collector while permanent objects are created.

A small run makes some 140,000 objects, most of them by importing numba, pydantic and dialsim, and
next to none are garbage: going through them again and again takes a tenth of its time.

A world is large and made of few objects, so that the collector hardly ever gets to it: three
gigabytes of worlds are some hundred objects. So nothing that holds a world may lie in a reference
cycle. Worlds, players, sinks and lists end as soon as nobody refers to them, with the collector
switched off (``tests/api/test_memory.py``).
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from threading import Lock
from typing import TypeVar

Failure = TypeVar("Failure", bound=BaseException)

_lock = Lock()
_resting = 0  # blocks that are under way, in all threads
_was_on = False  # before the first of them


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Disable cyclic garbage collection in the block; its objects count as old afterwards.

    Blocks may lie in one another, and in several threads: the collector goes on when the last has
    ended, unless it was off before the first. Garbage of the block is found by the next full
    collection, as that of any other old object.

    >>> import gc
    >>> with collector_at_rest():
    ...     gc.isenabled()
    False
    >>> gc.isenabled()
    True
    """
    global _resting, _was_on
    with _lock:
        if _resting == 0:
            _was_on = gc.isenabled()
            gc.disable()
        _resting += 1
    try:
        yield
    finally:
        with _lock:
            _resting -= 1
            if _resting == 0 and _was_on:
                if gc.get_freeze_count() == 0:  # else they are somebody's who wants them aside
                    gc.freeze()
                    gc.unfreeze()  # all are of the oldest generation now, without a look at them
                gc.enable()


def copy_of(error: Failure) -> Failure:
    """Return a copy of an error without its traceback; the error itself if it cannot be copied.

    Whoever keeps the error itself keeps every frame that its traceback leads to.
    """
    try:
        found = copy(error)
    except Exception:  # its class may be made of anything else than its arguments
        return error
    if found is error or str(found) != str(error):
        return error
    # Libraries that send errors to other processes, as Dask, teach `copy` to take these along.
    found.__cause__ = found.__context__ = None
    return found.with_traceback(None)


def taken_out(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the first error of a group, with no reference left from the group to it.

    A loop that has ended lies in reference cycles of its own, and with it the errors it has
    collected. Their tracebacks lead to every frame that was at work, and so to a world. The error
    that is returned keeps its traceback, its cause and its context; those of the group have none
    afterwards.
    """
    found: BaseException = group
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    error = copy_of(found)
    trace, cause, context = found.__traceback__, found.__cause__, found.__context__
    silent = found.__suppress_context__
    _strip(group)
    error.__cause__, error.__context__ = cause, context
    error.__suppress_context__ = silent
    return error.with_traceback(trace)


def _strip(group: BaseExceptionGroup[BaseException]) -> None:
    for each in (group, *group.exceptions):
        each.__traceback__ = each.__cause__ = each.__context__ = None
        if isinstance(each, BaseExceptionGroup) and each is not group:
            _strip(each)
