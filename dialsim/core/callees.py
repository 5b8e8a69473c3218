"""Which kernels a kernel calls is found out before the first of them is compiled.

numba finds the types of a kernel's values one after another, and on a call compiles what is called,
since the call is of the type that it returns. So it knows of one call at a time, which is all that
one process needs. Where several compile together (`dialsim.core.jobs`), calls of kernels are first
passed over, as numba passes over those whose arguments it does not know yet: at the end of that it
is known which can be compiled now, all of them but one are offered to the others, and the round
begins anew with what they return.
"""

from __future__ import annotations

import contextlib
from typing import Any

from numba import types
from numba.core import errors, typeinfer

from dialsim.core.jobs import Job, Jobs, shared
from dialsim.core.linking import KEPT

# numba describes none of these to a type checker.
_Inferer: Any = typeinfer.TypeInferer
_Call: Any = typeinfer.CallConstraint
_arguments: Any = typeinfer.fold_arg_vars
_propagate: Any = _Inferer.propagate
_resolve: Any = _Call.resolve
_unliteral: Any = types.unliteral

PARTS: dict[Any, Any] = {}
"""By the dispatcher of each kernel, what returns that of its part."""


def _find_types(infer: Any, raise_errors: bool = True) -> Any:
    """Find the types of all values of a function: as numba does, in rounds if others help."""
    jobs = shared()
    if jobs is None:
        return _propagate(infer, raise_errors)
    while True:
        passed_over: dict[Job, Any] = {}
        infer.passed_over = passed_over
        try:
            found = _propagate(infer, raise_errors=False)
        finally:
            del infer.passed_over
        if not passed_over:
            break
        _compile(passed_over, _at_hand(infer), jobs)
    return _propagate(infer) if found and raise_errors else found  # told as numba tells it


def _resolve_call(self: Any, infer: Any, variables: Any, fnty: Any) -> None:
    """Find the type of a call; if others help and its kernel is not compiled, note it for later."""
    passed_over: dict[Job, Any] | None = getattr(infer, "passed_over", None)
    made = PARTS.get(getattr(fnty, "dispatcher", None))
    if passed_over is None or made is None or self.kws:
        return _resolve(self, infer, variables, fnty)
    known = _arguments(variables, self.args, self.vararg, self.kws)
    if known is None or not all(each.is_precise() for each in known[0]):
        return None
    part, arguments = made(), tuple(_unliteral(each) for each in known[0])
    if arguments in part.overloads or not hasattr(part._cache, "job_of"):
        return _resolve(self, infer, variables, fnty)
    passed_over[part._cache.job_of(arguments)] = part
    return None


def _compile(parts: dict[Job, Any], above: tuple[Job, ...], jobs: Jobs) -> None:
    """Compile what a kernel calls, by job: all of it is ready afterwards, whoever did it."""
    for order, job in enumerate(parts):
        if order:
            jobs.offer(job, above, order)
    later = []
    for job, part in parts.items():
        if part._cache.is_kept(job.arguments, part.targetctx) or jobs.claim(job):
            _make_ready(job, part)
        else:
            later.append(job)
    for job in later:
        _make_ready(job, parts[job])


def _make_ready(job: Job, part: Any) -> None:
    """Compile a part, take it from the disk, or wait for whoever is at it."""
    with contextlib.suppress(errors.NumbaError):  # it is met again where it is called, and told
        part.compile(job.arguments)


def _at_hand(infer: Any) -> tuple[Job, ...]:
    """Return the kernels that are being compiled, each called by the one before."""
    calls = infer.context.callstack  # the last one first; iterating goes round twice
    frames = [calls[i] for i in reversed(range(len(calls)))]
    kernels = [(frame.func_id.func.__module__, frame.func_id.func_qualname) for frame in frames]
    jobs = [
        Job(kernel, tuple(frame.args))
        for kernel, frame in zip(kernels, frames, strict=True)
        if kernel in KEPT
    ]
    return (*[each._replace(is_whole=True) for each in jobs[:1]], *jobs)  # as may be the first


_Inferer.propagate = _find_types
_Call.resolve = _resolve_call
