"""Read a text file as UTF-8 blocks, hashing its bytes.

Each invalid byte becomes a :data:`MARK`, so that only its cell is rejected.
"""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import numpy as np

from dialsim.messages.text import message

BLOCK = 1 << 20
"""Bytes read at once. A constant: what is read never depends on the caller's chunks."""

MARK = "\U0010fffe"
"""Stands for bytes that are no text: a code point that Unicode keeps free for such uses."""
MARK_BYTES = MARK.encode()

SHOWN = 200
"""Characters of a rejected row that are kept."""

_UTF_8 = ("utf-8", "utf-8-sig")
_BY_MARK = {
    "utf-16": {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"},
    "utf-32": {codecs.BOM_UTF32_LE: "utf-32-le", codecs.BOM_UTF32_BE: "utf-32-be"},
}
"""Encodings whose byte order mark says how bytes are ordered: what each mark says."""
_BOM = "\ufeff"
_NO_FORM = ("punycode", "idna", "unicode-escape", "raw-unicode-escape", "undefined")
_ERRORS = "dialsim.mark"


def _marked(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    if error.encoding.replace("-", "").startswith(("utf16", "utf32")):
        return MARK, error.end
    return MARK, error.start + _within_line(error.object[error.start : error.end])


def _within_line(wrong: bytes) -> int:
    """Return how many of some bytes that are no text are left out: a line ends all the same."""
    ends = [place for mark in (b"\r", b"\n") if (place := wrong.find(mark)) > 0]
    return min(ends, default=len(wrong))


codecs.register_error(_ERRORS, _marked)


class Digest(Protocol):
    """What :mod:`hashlib` returns."""

    def update(self, data: bytes, /) -> None:
        """Take the next bytes."""
        ...


class UnreadableError(Exception):
    """A file that broke off or could not be read; the text says why, in a few words."""


def codec_name(encoding: str) -> str | None:
    """Return Python's own name of a text encoding files can be in, or None.

    >>> codec_name("GB18030"), codec_name("utf8"), codec_name("base64"), codec_name("klingon")
    ('gb18030', 'utf-8', None, None)
    """
    try:
        info = codecs.lookup(encoding)
        "0,\n".encode(info.name)
        codecs.getincrementaldecoder(info.name)
    except (LookupError, ValueError, TypeError):
        return None
    return None if info.name.replace("_", "-") in _NO_FORM else info.name


def byte_orders(encoding: str, head: bytes) -> tuple[str, ...]:
    r"""Return the encodings that a text without its byte order mark may be in.

    Parameters
    ----------
    encoding
        As :func:`codec_name` names it.
    head
        The first bytes of the text.

    Returns
    -------
    tuple of str
        The encoding itself where the bytes say how they are ordered, or where no order matters.

    >>> byte_orders("utf-16", b"\xff\xfea\0"), byte_orders("utf-16", b"a\0")
    (('utf-16',), ('utf-16-le', 'utf-16-be'))
    """
    by_mark = _BY_MARK.get(encoding, {b"": encoding})
    return (encoding,) if head.startswith(tuple(by_mark)) else tuple(by_mark.values())


class Decoder:
    """Bytes to text, piece by piece: whatever is no text becomes a :data:`MARK`, nothing raises.

    Parameters
    ----------
    encoding
        As :func:`codec_name` names it; one whose bytes need a mark begin with it.
    """

    def __init__(self, encoding: str) -> None:
        self._decoder = codecs.getincrementaldecoder(encoding)(_ERRORS)

    def decode(self, data: bytes, final: bool = False) -> str:
        """Return the text of the next bytes; of a cut character with the bytes that end it."""
        before = self._decoder.getstate()
        try:
            text = self._decoder.decode(data, final)
            while final and (left := self._decoder.getstate()[0]):  # behind a last cut character
                self._decoder.reset()
                text += self._decoder.decode(left, True)
            return text
        except UnicodeError:  # an escape sequence that never ends: the decoder gives up
            if len(data) <= 1:
                self._decoder.reset()
                lost = before[0] + data
                return MARK + self.decode(lost[_within_line(lost) :], final)
            self._decoder.setstate(before)
            half = len(data) // 2
            return self.decode(data[:half]) + self.decode(data[half:], final)


class _Hashing(io.RawIOBase):
    """File wrapper that updates a digest with the bytes read."""

    def __init__(self, file: BinaryIO, digest: Digest | None) -> None:
        self.file, self.digest = file, digest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        data = self.file.read(len(buffer))
        if self.digest is not None:
            self.digest.update(data)
        buffer[: len(data)] = data
        return len(data)


def raw_blocks(path: Path, packed: bool, digest: Digest | None = None) -> Iterator[bytes]:
    """Yield a file's bytes, unpacked if `packed` (gzip); `digest` sees them as they are on disk.

    Raises
    ------
    UnreadableError
        If the file cannot be read to its end.
    """
    try:
        with path.open("rb", buffering=0) as file:
            if not packed:
                while data := file.read(BLOCK):
                    if digest is not None:
                        digest.update(data)
                    yield data
                return
            buffered = io.BufferedReader(_Hashing(file, digest), BLOCK)
            with gzip.GzipFile(fileobj=buffered) as unpacked:
                while data := unpacked.read(BLOCK):
                    yield data
            buffered.read()  # whatever follows belongs to the content's digest
    except EOFError:
        raise UnreadableError(message("the compressed file breaks off")) from None
    except (gzip.BadGzipFile, zlib.error):
        raise UnreadableError(message("the compressed file is damaged")) from None
    except OSError as error:
        raise UnreadableError(error.strerror or message("it cannot be read")) from None


def text_blocks(raw: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """Yield `raw` as UTF-8 without a byte order mark.

    UTF-8 itself goes through as it is, unchecked: see :func:`checked`.
    """
    first = True
    if encoding in _UTF_8:
        head = b""
        for data in raw:
            if first:
                head += data
                if len(head) < len(codecs.BOM_UTF8):
                    continue
                data, first = head.removeprefix(codecs.BOM_UTF8), False
            yield data
        if first and head:
            yield head
        return
    for text in _decoded(raw, Decoder(encoding)):
        if first and text:
            text = text.removeprefix(_BOM)
            first = False
        if text:
            yield text.encode("utf-8", "replace")


def _decoded(raw: Iterator[bytes], decoder: Decoder) -> Iterator[str]:
    for data in raw:
        yield decoder.decode(data)
    yield decoder.decode(b"", True)


def checked(block: bytes) -> tuple[bytes, bool]:
    r"""Return a block of whole lines as valid UTF-8, and whether it holds a :data:`MARK`.

    >>> checked("手机".encode()), checked(b"\xff,1")[0].decode() == MARK + ",1"
    ((b'\xe6\x89\x8b\xe6\x9c\xba', False), True)
    """
    if block.isascii():
        return block, False
    try:
        block.decode()
    except UnicodeDecodeError:
        return block.decode("utf-8", _ERRORS).encode(), True
    return block, MARK_BYTES in block


def decoded(data: bytes, encoding: str, whole: bool) -> str:
    """Return `data` as text without a byte order mark; a cut last character is left out.

    Parameters
    ----------
    whole
        That nothing follows: then a cut character is marked like other bytes that are no text.
    """
    return Decoder(encoding).decode(data, whole).removeprefix(_BOM)


def count_lines(path: Path, packed: bool, encoding: str) -> int:
    """Return the lines of a file, the last one too if no line end closes it.

    Reads the whole file, at several GB/s where the encoding shows line ends as ASCII does.
    """
    raw = raw_blocks(path, packed)
    if not _plain_line_ends(encoding):
        raw = text_blocks(raw, encoding)
    lines, last = 0, b""
    for data in raw:
        bytes_ = np.frombuffer(data, np.uint8)
        lines += int(np.count_nonzero(bytes_ == 10))
        if last == b"\r" and data[:1] == b"\n":
            lines -= 1
        if b"\r" in data:
            returns = bytes_ == 13
            lines += int(np.count_nonzero(returns))
            lines -= int(np.count_nonzero(returns[:-1] & (bytes_[1:] == 10)))
        last = data[-1:]
    return lines + (last not in (b"", b"\n", b"\r"))


def _plain_line_ends(encoding: str) -> bool:
    """Return whether the bytes 10 and 13 are line ends and nothing else is."""
    return (
        not encoding.startswith(("utf-16", "utf-32", "utf-7"))
        and "\n\r".encode(encoding) == b"\n\r"
    )
