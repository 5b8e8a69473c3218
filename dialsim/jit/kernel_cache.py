"""Disk cache of wholes: machine code of the kernels that Python calls.

numba keeps an index of a kernel's types beside the files of machine code, which can name one that
is missing, cut, or another's. Here each whole is a file of its own, like a part
(`dialsim.jit.part_cache`): its name says of which types it is, and its digest that it is as it was
written.
"""

from __future__ import annotations

import contextlib
import glob
import hashlib
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from numba.core import serialize

from dialsim.errors import CacheError
from dialsim.storage.checked import read_checked, write_checked

_dumps: Any = serialize.dumps
_SUFFIX = ".whole"


class WholeFiles:
    """The cached wholes of one kernel, in place of numba's index and files.

    Parameters
    ----------
    folder
        Made when a whole is kept.
    name
        What their names begin with.
    stamp
        All that can change them.
    """

    def __init__(self, folder: Path, name: str, stamp: str) -> None:
        self._folder, self._name, self._stamp = folder, name, stamp

    def load(self, key: tuple[Any, ...]) -> Any:
        """Return the cached code for argument types and a processor; None if there is none."""
        content = read_checked(self.path(key), self._stamp)
        if content is None:
            return None
        with blaming_the_cache(self._name):
            kept, data = pickle.loads(content)
        return data if kept == key else None

    def save(self, key: tuple[Any, ...], data: Any) -> None:
        """Store code for argument types and a processor."""
        write_checked(self.path(key), self._stamp, _dumps((key, data)))

    def flush(self) -> None:
        """Remove everything stored for the kernel; numba calls it."""
        for path in self._paths():
            path.unlink(missing_ok=True)

    def is_any(self) -> bool:
        """Return whether anything intact is stored for the kernel."""
        return any(read_checked(path, self._stamp) is not None for path in self._paths())

    def path(self, key: tuple[Any, ...]) -> Path:
        """Return the file for argument types and a processor."""
        which = hashlib.blake2b(repr(key).encode(), digest_size=8).hexdigest()
        return self._folder / f"{self._name}.{which}{_SUFFIX}"

    def _paths(self) -> list[Path]:
        return sorted(self._folder.glob(f"{glob.escape(self._name)}.*{_SUFFIX}"))


@contextlib.contextmanager
def blaming_the_cache(kernel: str) -> Iterator[None]:
    """Raise CacheError if a cached kernel cannot be restored.

    Its digest was right: it has been written so, as by a machine with a broken memory.

    Raises
    ------
    CacheError
        In the place of whatever went wrong, but for a module that is not there, and for what is
        the machine's fault.
    """
    try:
        yield
    except (CacheError, ModuleNotFoundError, OSError, MemoryError):
        raise
    except Exception as error:
        raise CacheError(kernel, f"{type(error).__name__}: {error}") from error
