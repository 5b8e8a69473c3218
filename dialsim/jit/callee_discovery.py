"""Discovery of the kernels that a kernel calls, before the first of them is compiled.

numba finds the types of a kernel's values one after another, and on a call compiles what is called,
since the call is of the type that it returns. So it knows of one call at a time, which is all that
one process needs. Where several compile together (`dialsim.jit.compile_jobs`), a scout goes first,
which passes calls of kernels over as numba passes over those whose arguments it does not know yet.
At its end it is known which can be compiled now; all of them but one are offered to the others,
and the scout goes on with what they return. What it finds is thrown away: types that are known in
another order may come out as others, and are to be those that numba finds alone.
"""

from __future__ import annotations

import contextlib
import inspect
from typing import Any

from numba.core import errors, typeinfer

from dialsim.jit.argument_types import compiled_for
from dialsim.jit.compile_jobs import Job, Jobs, shared
from dialsim.jit.linking import KEPT
from dialsim.jit.mode import PLAIN

# numba describes none of these to a type checker.
_Inferer: Any = typeinfer.TypeInferer
_Call: Any = typeinfer.CallConstraint
_arguments: Any = typeinfer.fold_arg_vars
_propagate: Any = _Inferer.propagate
_resolve: Any = _Call.resolve

PARTS: dict[Any, Any] = {}
"""By the dispatcher of each kernel, what returns that of its part."""


def _find_types(infer: Any, raise_errors: bool = True) -> Any:
    """Infer the types of a function as numba does; scout ahead if others help."""
    jobs = shared()
    if jobs is not None and _may_call_kernels(infer.func_id.func):
        _scout(infer, jobs)
    return _propagate(infer, raise_errors)


def _may_call_kernels(function: Any) -> bool:
    """Return whether a function names a kernel; indirect calls are not found."""
    named = (function.__globals__.get(name) for name in function.__code__.co_names)
    return any(hasattr(each, "py_func") and each in PARTS for each in named)


def _scout(infer: Any, jobs: Jobs) -> None:
    """Compile the callees of a function, as far as they are known beforehand."""
    scout = _Inferer(infer.context, infer.func_ir, infer.warnings)
    scout.arg_names = infer.arg_names.copy()
    for name, variable in infer.typevars.items():
        if variable.locked:  # an argument, or a constant
            scout.seed_type(name, variable.getone())
    scout.build_constraint()
    scout.tried = set()
    while True:
        scout.passed_over = {}
        # Once, in the order of the source: numba does so until nothing new is found.
        scout.constraints.propagate(scout)
        if len(scout.passed_over) < 2:  # for one alone nobody has to go ahead
            return
        _compile(scout.passed_over, _at_hand(infer), jobs)
        scout.tried.update(scout.passed_over)


def _resolve_call(self: Any, infer: Any, variables: Any, fnty: Any) -> None:
    """Infer the type of a call; a scout notes an uncompiled callee and goes on."""
    passed_over: dict[Job, Any] | None = getattr(infer, "passed_over", None)
    made = PARTS.get(getattr(fnty, "dispatcher", None))
    if passed_over is None or made is None:
        return _resolve(self, infer, variables, fnty)
    known = _arguments(variables, self.args, self.vararg, self.kws)
    if known is None or not all(each.is_precise() for each in known[0]):
        return None
    part, arguments = made(), tuple(compiled_for(each) for each in known[0])
    if arguments in part.overloads:
        return _resolve(self, infer, variables, fnty)
    code = part.py_func.__code__
    as_given = len(arguments) == code.co_argcount and not code.co_flags & inspect.CO_VARARGS
    if as_given and hasattr(part._cache, "job_of"):
        job = part._cache.job_of(arguments)
        if job not in infer.tried:  # else it cannot be compiled, as will be told
            passed_over[job] = part
    return None


def _compile(parts: dict[Job, Any], above: tuple[Job, ...], jobs: Jobs) -> None:
    """Compile the callees of a kernel, by job; all are ready afterwards."""
    kept = {job for job in parts if _is_kept(job, parts[job])}
    for order, job in enumerate(parts):
        if order and job not in kept:
            jobs.offer(job, above, order)
    later = []
    for job, part in parts.items():
        if job in kept or _is_kept(job, part) or jobs.claim(job):
            _make_ready(job, part)
        else:
            later.append(job)
    for job in later:
        _make_ready(job, parts[job])


def _is_kept(job: Job, part: Any) -> bool:
    return bool(part._cache.is_kept(job.arguments, part.targetctx))


def _make_ready(job: Job, part: Any) -> None:
    """Compile a part, load it from disk, or wait for the process that compiles it."""
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


if not PLAIN:
    _Inferer.propagate = _find_types
    _Call.resolve = _resolve_call
