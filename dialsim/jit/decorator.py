"""The decorator for compiled functions, and their cache.

numba's own disk cache looks only at the file a function stands in. A kernel that calls a kernel of
another file would go on giving the old answer after an edit there, and a cache warmed without
bounds checks would answer a run that asks for them. Here each compiled function is stamped with
everything that could change its machine code, and lies in a folder of that stamp. A file of it that
is damaged costs the time to compile it again (`dialsim.storage.checked`).
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib
import inspect
import os
import re
import shutil
from collections.abc import Callable, Container, Iterator
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast, overload

import numba
import numpy
from numba.core.caching import CompileResultCacheImpl, FunctionCache, NullCache

from dialsim.jit.argument_types import compiled_for
from dialsim.jit.branches import COUNTED
from dialsim.jit.callee_discovery import PARTS
from dialsim.jit.compile_jobs import Job, shared
from dialsim.jit.kernel_cache import WholeFiles, blaming_the_cache
from dialsim.jit.linking import GRANTED, INLINED, KEPT, PartCompiler, WholeCompiler
from dialsim.jit.mode import PLAIN
from dialsim.jit.part_cache import PartCache, Place

# numba describes neither its settings nor its inner options to a type checker; llvmlite nothing.
_njit: Any = numba.njit
_config: Any = numba.config
_llvmlite: Any = importlib.import_module("llvmlite")

P = ParamSpec("P")
R = TypeVar("R")

KERNELS: list[Any] = []
"""Every kernel made so far: numba dispatchers, or plain functions under NUMBA_DISABLE_JIT=1."""

CALLED: list[Any] = []
"""Those that another kernel has been compiled with, as it calls them."""

# Settings of numba that change the machine code; those that only print or place are left out.
_SWITCHES = (
    "BOUNDSCHECK",
    "OPT",
    "CPU_NAME",
    "CPU_FEATURES",
    "ENABLE_AVX",
    "DISABLE_INTEL_SVML",
    "LOOP_VECTORIZE",
    "SLP_VECTORIZE",
    "DEBUGINFO_DEFAULT",
    "EXTEND_VARIABLE_LIFETIMES",
    "ENABLE_PROFILING",
    "LLVM_REFPRUNE_PASS",
    "LLVM_REFPRUNE_FLAGS",
)
_FOLDER = "kernels-"
_FILES = "storage/"  # how files are written changes no machine code
_PACKAGE = Path(__file__).resolve().parents[1]
_IMPORT = re.compile(
    rb"^[ \t]*(?:from|import)[ \t]+%s\b\.?([\w.]*)"
    rb"(?:[ \t]+import[ \t]+(\([^)]*\)|[^\n]*))?" % re.escape(_PACKAGE.name).encode(),
    re.MULTILINE,
)
_places: set[Path] = set()  # folders in which folders of stamps lie
_called: dict[tuple[str, str], Callable[[], Any]] = {}  # a kernel's part, by its module and name


@overload
def kernel(function: Callable[P, R]) -> Callable[P, R]: ...
@overload
def kernel(
    *, nrt: bool = False, inlined: bool | None = None, granted: tuple[str, ...] = ()
) -> Callable[[Callable[P, R]], Callable[P, R]]: ...
def kernel(
    function: Callable[..., Any] | None = None,
    *,
    nrt: bool = False,
    inlined: bool | None = None,
    granted: tuple[str, ...] = (),
) -> Any:
    """Compile a function; use as ``@kernel``, or as ``@kernel(nrt=True)`` if it must allocate.

    Parameters
    ----------
    function
        Reads and writes arrays, records and numbers; calls other kernels only. Module globals
        are frozen into the machine code, so they must be constants; parameters are arguments.
    nrt
        Whether numba's memory runtime is linked in. Without it the kernel can allocate no array.
    inlined
        True brings it into each kernel that calls it, False into none, whatever LLVM thinks; it
        guesses from sizes. True is for kernels on an attempt's way, a call of which puts by a dozen
        registers; False for what is rare and stands in their midst: what it needs in registers the
        others would have to put by.
    granted
        What its machine code takes for granted where Python calls it (`dialsim.jit.specialise`):
        whoever does so has asked before whether it holds. Kernels that call it make nothing of it.

    Returns
    -------
    A numba dispatcher, added to :data:`KERNELS`; the function itself under NUMBA_DISABLE_JIT=1.

    Notes
    -----
    The options, and why:

    ``nogil=True``
        so that lists are read, logs written and replications played beside a kernel at work.
    ``_nrt=False``
        no reference counts: they cost more than the work itself when a kernel hands a tuple of
        arrays to another (0.23 instead of 1.0 µs an iteration).
    ``error_model="numpy"``
        no branch at each division; a kernel sees to its own zeros.
    ``inline="never"``
        numba's own inlining makes compile time explode; LLVM's is what counts (``inlined``).
    ``no_cfunc_wrapper=True``, and ``no_cpython_wrapper=True`` for what kernels call
        a wrapper takes apart all the arrays of a call from Python: of a kernel that is given the
        whole state it is a second of compiling, and only a few are ever called so. Each kernel is
        therefore two dispatchers: the one Python sees, and one without wrapper that stands for it
        wherever another kernel calls it (`dialsim.jit.linking`).
    no ``fastmath``
        a sum must not depend on the order a compiler fancies.
    no ``parallel``, no explicit signatures
        results do not depend on threads; nothing is compiled at import.

    The cache is ours (see the module's text), and keeps what Python calls, and of the package's
    own kernels the parts (`dialsim.jit.part_cache`). It lies where numba
    would put its own: under NUMBA_CACHE_DIR, beside the source, or in the user's cache folder.
    Where none of them can be written, kernels are compiled anew by each process.
    """
    if function is None:
        return cast(Any, functools.partial(kernel, nrt=nrt, inlined=inlined, granted=granted))
    if _config.DISABLE_JIT:
        KERNELS.append(function)
        return function
    if PLAIN:
        # Frames lend their arrays without counting references, so nobody may count them.
        plain = _njit(nogil=True, error_model="numpy", _nrt=nrt)(function)
        plain.get_call_template = functools.partial(_widened, plain.get_call_template)
        KERNELS.append(plain)
        return plain
    options = {"nogil": True, "error_model": "numpy", "inline": "never", "_nrt": nrt}
    options["no_cfunc_wrapper"] = True
    if (function.__module__, function.__qualname__) in _called:  # its name says not which it is
        KEPT.discard((function.__module__, function.__qualname__))
    elif _is_kept(function):
        KEPT.add((function.__module__, function.__qualname__))
    if inlined is not None:
        INLINED[function.__module__, function.__qualname__] = inlined
    if granted:
        GRANTED[function.__module__, function.__qualname__] = granted
    # Else numba works it out twice for each of six hundred kernels, at every start.
    function.__signature__ = _signature(function)  # type: ignore[attr-defined]
    compiled = _njit(pipeline_class=WholeCompiler, **options)(function)

    @functools.cache
    def called() -> Any:
        """Return the kernel as others call it; in a process that compiles nothing, never made."""
        part = _njit(pipeline_class=PartCompiler, no_cpython_wrapper=True, **options)(function)
        if (function.__module__, function.__qualname__) in KEPT:
            place = functools.partial(_place_of_parts, function)
            part._cache = PartCache(function, place, part_of)
        CALLED.append(part)
        return part

    _called[function.__module__, function.__qualname__] = PARTS[compiled] = called
    compiled._cache = _CacheWhenAsked(function, nrt)
    compiled.get_call_template = functools.partial(
        _widened, lambda *given: called().get_call_template(*given)
    )
    compiled.get_overload = lambda signature: called().get_overload(signature)
    KERNELS.append(compiled)
    return compiled


def _signature(function: Callable[..., Any]) -> inspect.Signature:
    """Return `inspect.signature` of a function, in a quarter of its time for a plain one."""
    code = function.__code__
    varies = code.co_flags & (inspect.CO_VARARGS | inspect.CO_VARKEYWORDS)
    if varies or code.co_kwonlyargcount or code.co_posonlyargcount or function.__defaults__:
        return inspect.signature(function)
    types = function.__annotations__
    unknown = inspect.Parameter.empty
    names = code.co_varnames[: code.co_argcount]
    return inspect.Signature(
        [_parameter(name, types.get(name, unknown)) for name in names],
        return_annotation=types.get("return", unknown),
        __validate_parameters__=False,
    )


@functools.cache
def _parameter(name: str, annotation: object) -> inspect.Parameter:
    """Return a parameter without default, the same for all kernels that have it."""
    return inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=annotation)


def part_of(module: str, name: str) -> Any:
    """Return the dispatcher of a kernel for calls from kernels, by module and name."""
    return _called[module, name]()


def _is_kept(function: Callable[..., Any]) -> bool:
    """Return whether the stamp identifies a kernel: one of the package, by its name."""
    ours = function.__module__.partition(".")[0] == _PACKAGE.name
    return ours and "<locals>" not in function.__qualname__


def _place_of_parts(function: Callable[..., Any]) -> Place | None:
    """Return the folder of a kernel's parts; None if none can be written."""
    try:
        implementation = _KernelCacheImpl(function)
    except RuntimeError:
        return None
    folder = Path(implementation.locator.get_cache_path())
    return Place(folder, implementation.filename_base, kernel_stamp())


def _widened(template_of: Callable[..., Any], args: Any, kws: Any) -> Any:
    """Resolve a call from another kernel with literals and codes as plain integers.

    numba would compile a callee anew for every constant and enum it is called with: thirty times
    for ``draw``. One signature a kernel is enough; LLVM still folds constants where it inlines.
    """
    wide = tuple(compiled_for(arg) for arg in args)
    return template_of(wide, {name: compiled_for(arg) for name, arg in kws.items()})


def is_compiled(kernel: Any) -> bool:
    """Return whether a kernel is compiled for a call, in this process or on disk.

    Parameters
    ----------
    kernel
        One of :data:`KERNELS` that Python calls.

    Returns
    -------
    bool
        True under NUMBA_DISABLE_JIT=1, too: there is nothing to compile.

    Notes
    -----
    Takes what :func:`kernel_stamp` takes, and reads a file to see whether it is whole: some
    milliseconds for an engine. Nothing is loaded.
    """
    return bool(getattr(kernel, "signatures", False)) or is_on_disk(kernel)


def is_on_disk(kernel: Any) -> bool:
    """Return whether a kernel is in the disk cache; True if there is nothing to compile.

    Parameters
    ----------
    kernel
        One of :data:`KERNELS` that Python calls.
    """
    if not hasattr(kernel, "py_func"):
        return True
    files = getattr(kernel._cache, "_cache_file", None)  # none where no folder can be written
    return files is not None and files.is_any()


def is_kept_on_disk(kernel: Any) -> bool:
    """Return whether a kernel compiled by one process is in the disk cache."""
    return not hasattr(kernel, "py_func") or hasattr(kernel._cache, "_cache_file")


def kernel_stamp() -> str:
    """Return the hex digest of everything that affects kernels' machine code or constants.

    That is: the text of every source file that makes kernels, of ``core`` and of whatever they
    import from the package, but for how files are written; which way branches were counted to go;
    the versions of numba, numpy and llvmlite; and numba's settings for code generation. Costs some
    twenty milliseconds once, then microseconds.
    """
    digest = hashlib.blake2b(_source_digest(), digest_size=20)
    for version in (numba.__version__, numpy.__version__, _llvmlite.__version__):
        digest.update(f"{version}\n".encode())
    for name in _SWITCHES:
        digest.update(f"{name}={getattr(_config, name, None)!r}\n".encode())
    return digest.hexdigest()


def clear_cache() -> int:
    """Remove all compiled kernels, of any stamp, and return the number of folders.

    What a process has loaded or compiled before stays with it, and is not kept again.
    """
    for name, text in _kernel_sources():
        if b"@kernel" in text:
            module = name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            importlib.import_module(f"{_PACKAGE.name}.{module}")
    return _remove_folders(but="")


def prune_cache() -> int:
    """Remove compiled kernels of other stamps and return the number of folders.

    Looks where the kernels imported so far are kept; other processes that still run with another
    stamp keep what they have loaded and compile the rest anew.
    """
    return _remove_folders(but=_FOLDER + kernel_stamp()[:16])


def _remove_folders(but: str) -> int:
    removed = 0
    for each in KERNELS:
        _ = getattr(each, "_cache", None) and each._cache.cache_path  # its place is known then
    for place in sorted(_places):
        for folder in sorted(place.glob(_FOLDER + "*")):
            if folder.is_dir() and folder.name != but:
                shutil.rmtree(folder, ignore_errors=True)
                removed += not folder.exists()
    return removed


@functools.cache
def _source_digest() -> bytes:
    """Return the digest of all sources that kernels depend on; read once per process."""
    digest = hashlib.blake2b(digest_size=20)
    for name, text in _kernel_sources():
        digest.update(name.encode() + b"\0")
        digest.update(hashlib.blake2b(text, digest_size=20).digest())
    digest.update(COUNTED.read_bytes() if COUNTED.exists() else b"")
    return digest.digest()


def _kernel_sources() -> list[tuple[str, bytes]]:
    """Return name and text of kernel sources and everything they import, sorted by name."""
    texts = dict(_sources())
    waiting = [
        name for name, text in texts.items() if b"@kernel" in text or name.startswith("core/")
    ]
    taken: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in taken and not name.startswith(_FILES):
            taken.add(name)
            waiting.extend(_imported(texts[name], texts))
    return [(name, texts[name]) for name in sorted(taken)]


def _sources() -> Iterator[tuple[str, bytes]]:
    """Yield the package's source files, such as ``core/rng.py``, skipping cache folders.

    Each start of a process reads them all: names are put together as text, which paths take longer
    for than files do to be read.
    """
    for folder, below, files in os.walk(_PACKAGE):
        below[:] = [name for name in below if name != "__pycache__"]
        inside = folder[len(str(_PACKAGE)) + 1 :].replace(os.sep, "/")
        for file in files:
            if file.endswith(".py"):
                with open(f"{folder}/{file}", "rb") as source:  # noqa: PTH123
                    yield f"{inside}/{file}".lstrip("/"), source.read()


def _imported(text: bytes, known: Container[str]) -> list[str]:
    """Return the package's files that a source imports by absolute name."""
    found = []
    for module, names in _IMPORT.findall(text):
        for leaf in (b"", *re.findall(rb"\w+", names)):
            stem = "/".join(part.decode() for part in (*module.split(b"."), leaf) if part)
            files = (f"{stem}.py", f"{stem}/__init__.py".lstrip("/"))
            found += [name for name in files if name in known]
    return found


class _StampedPlace:
    """A numba cache locator with our folder and freshness stamp."""

    def __init__(self, place: Any) -> None:
        self._place = place
        self._stamp = kernel_stamp()
        root = Path(place.get_cache_path())
        self._folder = root / (_FOLDER + self._stamp[:16])
        _places.add(root)

    def ensure_cache_path(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)

    def get_cache_path(self) -> str:
        return str(self._folder)

    def get_source_stamp(self) -> tuple[str, Any]:
        # The file's own stamp counts for kernels that stand outside the package.
        return self._stamp, self._place.get_source_stamp()

    def get_disambiguator(self) -> str:
        return str(self._place.get_disambiguator())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._place, name)


class _KernelCacheImpl(CompileResultCacheImpl):
    """numba's cache format for compiled functions, in our folder."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        self._locator = _StampedPlace(self._locator)

    def rebuild(self, target_context: Any, payload: Any) -> Any:
        """Return a compiled function from its cached form; numba calls it."""
        with blaming_the_cache(self.filename_base):
            return super().rebuild(target_context, payload)


class _KernelCache(FunctionCache):
    """The cache of one kernel."""

    _impl_class = _KernelCacheImpl
    _cache_file: Any
    nrt = False
    kernel = ("", "")

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        stamp = repr(self._impl.locator.get_source_stamp())
        self._cache_file = WholeFiles(Path(self.cache_path), self._impl.filename_base, stamp)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return the cached function of a signature; None if there is none.

        numba first makes everything ready that compiling needs, a fifth of a second at each start;
        of that, machine code needs the memory runtime where it allocates, and else nothing.
        Whoever compiles makes it ready anyway.

        Where several processes compile together, one that another is at is waited for.
        """
        found, jobs = self._look(sig, target_context), shared()
        if found is None and jobs is not None and self.kernel in KEPT:
            job = Job(self.kernel, tuple(sig), is_whole=True)
            if not jobs.claim(job):
                jobs.await_other(job, functools.partial(self._is_there, sig, target_context))
            found = self._look(sig, target_context)
        return found

    def save_overload(self, sig: Any, data: Any) -> None:
        """Store a compiled function; on a full disk it is compiled again next time."""
        with contextlib.suppress(OSError):
            super().save_overload(sig, data)
        jobs = shared()
        if jobs is not None and self.kernel in KEPT:
            jobs.end(Job(self.kernel, tuple(sig), is_whole=True))

    def _look(self, sig: Any, target_context: Any) -> Any:
        try:
            if self.nrt:
                return super().load_overload(sig, target_context)
            with self._guard_against_spurious_io_errors():
                return self._load_overload(sig, target_context)
        except ModuleNotFoundError:  # kept by a process that ran the source file by itself
            return None

    def _is_there(self, sig: Any, target_context: Any) -> bool:
        return self._cache_file.path(self._index_key(sig, target_context.codegen())).exists()


_new_cache: Any = _KernelCache


class _CacheWhenAsked:
    """A kernel's cache, opened at the first call: most are never called."""

    def __init__(self, function: Callable[..., Any], nrt: bool) -> None:
        self._function, self._nrt = function, nrt

    @functools.cached_property
    def _opened(self) -> Any:
        try:
            opened = _new_cache(self._function)
        except RuntimeError:
            # No folder can be written: slower, not wrong.
            return NullCache()
        opened.nrt = self._nrt
        opened.kernel = (self._function.__module__, self._function.__qualname__)
        return opened

    def __getattr__(self, name: str) -> Any:
        return getattr(self._opened, name)
