"""Bytes as a bad disk, a wrong program or a hand leaves them."""

from __future__ import annotations

import gzip
import random

ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gbk",
             "big5", "latin-1", "shift_jis", "utf-7")  # fmt: skip


def encoded(rng: random.Random, text: str, encoding: str) -> bytes:
    """Return a text in an encoding; what it cannot hold is left out."""
    return text.encode(encoding, "ignore" if rng.random() < 0.5 else "replace")


def damaged(rng: random.Random, data: bytes) -> tuple[bytes, str]:
    """Return bytes with one thing done to them, and what it was."""
    how = rng.choice(list(_WAYS))
    return _WAYS[how](rng, data), how


def _flip(rng: random.Random, data: bytes) -> bytes:
    out = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 8, 64])):
        if out:
            out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def _cut(rng: random.Random, data: bytes) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _cut_end(rng: random.Random, data: bytes) -> bytes:
    return data[: -rng.randrange(1, 9)]


def _head_lost(rng: random.Random, data: bytes) -> bytes:
    return data[rng.randrange(1, max(2, min(64, len(data) or 2))) :]


def _hole(rng: random.Random, data: bytes) -> bytes:
    at = rng.randrange(len(data) + 1)
    size = rng.choice([1, 4, 64, 512])
    return data[:at] + b"\0" * min(size, len(data) - at) + data[at + size :]


def _insert(rng: random.Random, data: bytes) -> bytes:
    at = rng.randrange(len(data) + 1)
    what = rng.choice(
        [b"\0", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b'"', b"'", b"\n", b"\r", b",", b"\x80" * 9,
         b"\xed\xa0\x80", b"\x1a", rng.randbytes(32)]
    )  # fmt: skip
    return data[:at] + what + data[at:]


def _again(rng: random.Random, data: bytes) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data + data[at:]


def _swap(rng: random.Random, data: bytes) -> bytes:
    if len(data) < 8:
        return data
    a, b = sorted(rng.sample(range(len(data)), 2))
    return data[:a] + data[b:] + data[a:b]


def _empty(rng: random.Random, data: bytes) -> bytes:
    return rng.choice([b"", b"\n", b"\0", b" ", b"\xef\xbb\xbf", b"\xff\xfe"])


def _noise(rng: random.Random, data: bytes) -> bytes:
    return rng.randbytes(rng.choice([1, 16, 300, 5000]))


def _other_kind(rng: random.Random, data: bytes) -> bytes:
    return rng.choice(
        [
            gzip.compress(data, mtime=0), b"PK\x03\x04" + data[:200], b"PAR1" + data + b"PAR1",
            b"PAR1", b"ARROW1\0\0" + data, b"\x7fELF" + data, b"\x89PNG\r\n\x1a\n" + data,
            b"%PDF-1.7\n" + data, b"SQLite format 3\0" + data, b"\xd0\xcf\x11\xe0" + data,
            b"{" + data, b"<html>" + data, b"#!/bin/sh\n" + data,
        ]
    )  # fmt: skip


def _lines(rng: random.Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    for _ in range(rng.choice([1, 1, 3])):
        at = rng.randrange(len(lines))
        how = rng.randrange(4)
        if how == 0:
            lines.insert(at, lines[rng.randrange(len(lines))])
        elif how == 1 and len(lines) > 1:
            del lines[at]
        elif how == 2:
            lines[at] = lines[at][: rng.randrange(len(lines[at]) + 1)]
        else:
            rng.shuffle(lines)
    return b"\n".join(lines)


_WAYS = {
    "flipped bits": _flip,
    "cut": _cut,
    "end lost": _cut_end,
    "head lost": _head_lost,
    "hole of zeros": _hole,
    "bytes inserted": _insert,
    "part repeated": _again,
    "parts swapped": _swap,
    "emptied": _empty,
    "noise": _noise,
    "another kind of file": _other_kind,
    "lines moved": _lines,
}
