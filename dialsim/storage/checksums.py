"""Checksums of stored files: computed while a file is written, checked on every byte read.

A file is summed in blocks, so that whoever reads a part of it checks that part alone. CRC-32 finds
every single flipped bit, and every run of up to 32 of them, for certain.
"""

from __future__ import annotations

import zlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from dialsim.messages.text import message

BLOCK_BYTES = 1 << 18
"""Bytes of a block. Smaller ones lengthen the sums, larger ones what is read around a column."""
_DIGITS = 8  # of a checksum in hex
_KEPT = 16  # blocks in memory: columns lie side by side, and most begin where another ends


class ContentChanged(OSError):  # noqa: N818 - a state of a file, as FileNotFoundError is
    """A file does not hold what was written.

    Attributes
    ----------
    path
        The file.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(
            message("{name}: its content is not what was written").filled(name=path.name)
        )
        self.path = path


@dataclass(frozen=True)
class FileSums:
    """Checksums of one file.

    Attributes
    ----------
    length
        In bytes.
    crc32
        Checksum of each block, eight hex digits each, one after another.
    rows
        Rows of the table in it.
    block_bytes
        Length of a block; the last may be shorter.
    """

    length: int
    crc32: str
    rows: int = 0
    block_bytes: int = BLOCK_BYTES

    def to_dict(self) -> dict[str, Any]:
        """Return the fields except the block length, which all files of a run share."""
        return {"bytes": self.length, "rows": self.rows, "crc32": self.crc32}

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any], block_bytes: int) -> FileSums:
        """Return the object that :meth:`to_dict` described."""
        return cls(int(kept["bytes"]), str(kept["crc32"]), int(kept["rows"]), block_bytes)

    @property
    def blocks(self) -> int:
        """Number of blocks of the file."""
        return -(-self.length // self.block_bytes)

    def block_is(self, block: int, data: bytes) -> bool:
        """Return whether `data` is the block as it was written."""
        wanted = self.crc32[block * _DIGITS : (block + 1) * _DIGITS]
        length = min(self.block_bytes, self.length - block * self.block_bytes)
        return len(data) == length and wanted == _hex(zlib.crc32(data))


class SummedFile:
    """A new file, written front to back, with checksums computed on the way.

    Parameters
    ----------
    path
        Written over if it is there; it keeps its mode.
    """

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = path.open("wb", buffering=0)
        self._bytes = 0
        self._crc = 0
        self._done: list[str] = []
        self.closed = False

    def write(self, data: bytes) -> int:
        """Append bytes; ignore them once the file was closed after a failure."""
        view = memoryview(data).cast("B")
        if self.closed:
            return len(view)
        left = view
        while len(left):  # a plain file may take less than all
            left = left[self._file.write(left) :]
        self._sum(view)
        return len(view)

    def _sum(self, view: memoryview) -> None:
        while len(view):
            room = BLOCK_BYTES - self._bytes % BLOCK_BYTES
            piece, view = view[:room], view[room:]
            self._crc = zlib.crc32(piece, self._crc)
            self._bytes += len(piece)
            if len(piece) == room:
                self._done.append(_hex(self._crc))
                self._crc = 0

    def sums(self, rows: int) -> FileSums:
        """Return the checksums of everything written so far, which holds so many rows."""
        last = [_hex(self._crc)] if self._bytes % BLOCK_BYTES else []
        return FileSums(self._bytes, "".join(self._done + last), rows)

    def tell(self) -> int:
        """Return the number of bytes written."""
        return self._bytes

    def flush(self) -> None:
        """Do nothing: writes are not buffered."""

    def close(self) -> None:
        """Close the file."""
        self.closed = True
        self._file.close()


class CheckedFile:
    """A file open for reading; every block is checked before its bytes are returned.

    Parameters
    ----------
    path
        The file.
    sums
        As it was written.

    Raises
    ------
    ContentChanged
        On opening: it has another length; on reading: a block is another.
    OSError
        It cannot be read.
    """

    def __init__(self, path: Path, sums: FileSums) -> None:
        self._path, self._sums = path, sums
        self._kept: OrderedDict[int, bytes] = OrderedDict()
        self._at = 0
        self.closed = False
        self._file: BinaryIO = path.open("rb", buffering=0)
        if self._file.seek(0, 2) != sums.length or len(sums.crc32) != sums.blocks * _DIGITS:
            self.close()
            raise ContentChanged(path)

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, or all remaining ones if `size` is negative."""
        stop = self._sums.length if size < 0 else min(self._at + size, self._sums.length)
        data = b"".join(self._pieces(self._at, stop))
        self._at += len(data)
        return data

    def _pieces(self, start: int, stop: int) -> Iterator[memoryview]:
        length = self._sums.block_bytes
        while start < stop:
            block, first = divmod(start, length)
            piece = memoryview(self._block(block))[first : first + stop - start]
            start += len(piece)
            yield piece

    def _block(self, block: int) -> bytes:
        if block in self._kept:
            self._kept.move_to_end(block)
            return self._kept[block]
        self._file.seek(block * self._sums.block_bytes)
        data = _whole_read(self._file, self._sums.block_bytes)
        if not self._sums.block_is(block, data):
            raise ContentChanged(self._path)
        self._kept[block] = data
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return data

    def check(self) -> None:
        """Check the whole file; raise ContentChanged if it differs."""
        for block in range(self._sums.blocks):
            self._block(block)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move to a position, as a plain file does."""
        self._at = offset + (0, self._at, self._sums.length)[whence]
        return self._at

    def tell(self) -> int:
        """Return the position."""
        return self._at

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def close(self) -> None:
        """Close the file."""
        self.closed = True
        self._kept.clear()
        self._file.close()

    def __enter__(self) -> CheckedFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _whole_read(file: BinaryIO, size: int) -> bytes:
    """Return up to `size` bytes of a plain file, fewer only at its end."""
    data = file.read(size)
    while len(data) < size and (more := file.read(size - len(data))):
        data += more
    return data


def _hex(crc: int) -> str:
    return f"{crc:08x}"
