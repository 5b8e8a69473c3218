"""Files kept between commands: written atomically, and read only if their checksum matches.

Compiled kernels, tables and scripts are kept so that the next command need not make them again. A
disk that fills up, a copy that is cut, a bit that flips would make machine code of it that crashes,
or plays something else. So each file begins with a digest over its content, its own name and the
stamp of what it was made from; a file that does not pass is thrown away, and whoever asked for it
makes it anew.

This is against damage. Whoever may write to the folder can write a digest as well.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from dialsim.storage.atomic_file import written_atomically
from dialsim.storage.plain import NoFileError, open_plain

DIGEST_BYTES = 20

_cleared: set[Path] = set()  # folders this process has cleared of what killed commands left


def write_checked(path: Path, stamp: str, content: bytes) -> None:
    """Write content under a name; create the folder if it does not exist.

    Parameters
    ----------
    stamp
        What the content was made from; a file with another stamp is not read.

    Raises
    ------
    OSError
        It cannot be written there; what stood there before does still.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    first = path.parent not in _cleared  # hundreds of files go to one folder
    _cleared.add(path.parent)
    with written_atomically(path, clear=first) as file:
        file.write(_digest(path, stamp, content))
        file.write(content)


def read_checked(path: Path, stamp: str) -> bytes | None:
    """Return the content stored under a name; None if it is missing or damaged.

    A file that is not as it was written is removed, unless another process has put a new one in
    its place meanwhile. So is what is no file, such as a pipe; a folder stays.
    """
    try:
        with open_plain(path) as file:
            digest, content = file.read(DIGEST_BYTES), file.read()
            read = os.fstat(file.fileno())
    except NoFileError:
        with suppress(OSError):  # a folder stays
            path.unlink()
        return None
    except OSError:
        return None
    if digest == _digest(path, stamp, content):
        return content
    with suppress(OSError):
        if os.path.samestat(read, path.stat()):
            path.unlink()
    return None


def _digest(path: Path, stamp: str, content: bytes) -> bytes:
    digest = hashlib.blake2b(f"{stamp}\0{path.name}\0".encode(), digest_size=DIGEST_BYTES)
    digest.update(content)
    return digest.digest()
