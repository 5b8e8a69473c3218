"""Disk cache of parts: called kernels are typed and lowered once, not by every process.

A process that calls from Python a kernel nobody has called so before makes a whole of it, and needs
the part of every kernel below: thirty seconds for the engine. Each is kept in a file of its own
beside the wholes, under the same stamp: intermediate form, signature, and the parts it calls.

A file is believed only if it is as it was written (`dialsim.storage.checked`), and only as long as
the parts it calls have the names, and return the types, that they had when it was made; else it is
as if there were none.

Where several processes compile together, one that needs a part says that it is at it, and waits for
a part that another is at (`dialsim.jit.compile_jobs`).
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import pickle
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from numba.core import compiler, serialize

from dialsim.jit.compile_jobs import Job, shared
from dialsim.jit.kernel_cache import blaming_the_cache
from dialsim.jit.linking import Part
from dialsim.storage.checked import read_checked, write_checked

_compile_result: Any = compiler.compile_result
_dumps: Any = serialize.dumps


class Place(NamedTuple):
    """Location of one kernel's parts.

    Attributes
    ----------
    folder
        Made when a part is kept.
    name
        What their names begin with.
    stamp
        All that can change them; a digest.
    """

    folder: Path
    name: str
    stamp: str


class PartCache:
    """The parts of one kernel, by argument types, as a numba dispatcher asks for them.

    Parameters
    ----------
    function
        The kernel as it is written.
    place
        Asked once, when the kernel is first compiled; None: no folder can be written.
    part_of
        The dispatcher of a kernel's part, by the kernel's module and name.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        place: Callable[[], Place | None],
        part_of: Callable[[str, str], Any],
    ) -> None:
        self._function, self._find_place, self._part_of = function, place, part_of
        self._place: Place | None = None
        self._looked = False
        self._paths: dict[tuple[Any, ...], Path] = {}

    @property
    def cache_path(self) -> str | None:
        """The folder, for numba's statistics."""
        place = self._at()
        return None if place is None else str(place.folder)

    def load_overload(self, arguments: Any, context: Any) -> Any:
        """Return the part for argument types as numba's compile result; None if missing."""
        context.refresh()
        path = self._path(arguments, context)
        if path is None:
            return None
        kept, jobs = self._read(path), shared()
        if kept is None and jobs is not None:
            if not jobs.claim(self.job_of(arguments)):
                jobs.await_other(self.job_of(arguments), path.exists)
            kept = self._read(path)  # another may have ended just before
        return None if kept is None else self._rebuilt(kept, tuple(arguments), context)

    def job_of(self, arguments: Any) -> Job:
        """Return the part's key in other processes."""
        return Job((self._function.__module__, self._function.__qualname__), tuple(arguments))

    def is_kept(self, arguments: Any, context: Any) -> bool:
        """Return whether there is a file of the part for some types."""
        path = self._path(arguments, context)
        return path is not None and path.exists()

    def _read(self, path: Path) -> Any:
        """Return a file's stored part; None if missing or invalid."""
        place = self._at()
        packed = None if place is None else read_checked(path, place.stamp)
        if packed is None:
            return None
        with blaming_the_cache(path.name):
            return pickle.loads(zlib.decompress(packed))

    def save_overload(self, arguments: Any, result: Any) -> None:
        """Store a part, unless it holds process addresses or the disk is full."""
        self._save(arguments, result)
        jobs = shared()
        if jobs is not None:
            jobs.end(self.job_of(arguments))

    def _save(self, arguments: Any, result: Any) -> None:
        library, place = result.library, self._at()
        path = self._path(arguments, result.target_context)
        if place is None or path is None or library.has_dynamic_globals or result.lifted:
            return
        called = [each for each in dict.fromkeys(library._linking_libraries) if type(each) is Part]
        describing = result.fndesc
        describing.typemap = describing.calltypes = None  # numba leaves them out as well
        parts = [(*part.kernel, part.arguments, self._symbol_of(part)) for part in called]
        kept = (
            library.name,
            library._final_module.as_bitcode(),
            parts,
            describing,
            result.environment,
            result.signature,
            result.reload_init,
        )
        packed = zlib.compress(_dumps(kept), 1)
        with contextlib.suppress(OSError):  # slower next time, not wrong
            write_checked(path, place.stamp, packed)

    def _rebuilt(self, kept: Any, arguments: tuple[Any, ...], context: Any) -> Any:
        """Return the stored part; None if its types differ or a callee has changed."""
        name, bitcode, called, describing, environment, signature, reload_init = kept
        if tuple(signature.args) != arguments:
            return None
        for begin in reload_init:
            begin()
        library = Part(context.codegen(), name)
        library.kernel = (self._function.__module__, self._function.__qualname__)
        library.arguments = arguments
        for module, kernel, types, symbol in called:
            importlib.import_module(module)
            dispatcher = self._part_of(module, kernel)
            dispatcher.compile(types)
            if _symbol(dispatcher.overloads[types]) != symbol:
                return None
            library._linking_libraries.append(dispatcher.overloads[types].library)
        library.bitcode = bitcode
        library._finalized = True
        return _compile_result(
            target_context=context,
            typing_context=context.typing_context,
            library=library,
            environment=environment,
            entry_point=context.get_executable(library, describing, environment),
            fndesc=describing,
            type_annotation="",
            signature=signature,
            objectmode=False,
            lifted=(),
            typing_error=None,
            call_helper=None,
            reload_init=reload_init,
            referenced_envs=(),
        )

    def _symbol_of(self, part: Part) -> str:
        return _symbol(self._part_of(*part.kernel).overloads[part.arguments])

    def _at(self) -> Place | None:
        if not self._looked:
            self._place, self._looked = self._find_place(), True
        return self._place

    def _path(self, arguments: Any, context: Any) -> Path | None:
        """Return the file of the part for some types on this machine's processor."""
        place = self._at()
        if place is None:
            return None
        types = tuple(arguments)
        if types not in self._paths:
            code = self._function.__code__.co_code
            key = repr((types, context.codegen().magic_tuple(), code)).encode()
            which = hashlib.blake2b(key, digest_size=8).hexdigest()
            self._paths[types] = place.folder / f"{place.name}.{which}.part"
        return self._paths[types]


def _symbol(result: Any) -> str:
    """Return what callers of a part depend on: its name and return type."""
    return f"{result.fndesc.mangled_name} {result.signature.return_type}"
