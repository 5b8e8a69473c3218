"""Encodings that are given: whatever the bytes are, rows, rejects or a problem, never an error."""

from __future__ import annotations

import pkgutil
import random
from encodings import __path__ as codecs_path
from pathlib import Path

import pytest

from dialsim.people.reading.source_text import (
    MARK,
    Decoder,
    byte_orders,
    codec_name,
    decoded,
    text_blocks,
)
from tests.people.test_source import LIST, opened, read, source_of

ALL = sorted({codec_name(each.name) for each in pkgutil.iter_modules(codecs_path)} - {None})
TRICKY = b"+-~{}\x1b$BA(J)\x0e\x0f\x84\x31\x95\x33,\n\r\xff\xfe\x00A1"


@pytest.mark.parametrize("order", ["le", "be"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "UTF_16", "U32"])
def test_a_text_without_its_byte_order_mark(tmp_path: Path, encoding: str, order: str) -> None:
    """The order shows in the text: of the two readings one has digits, delimiters and line ends."""
    whole = f"{codec_name(encoding)}-{order}"
    source = source_of(tmp_path / "a.csv", LIST.encode(whole), encoding=encoding)
    assert read(source) == [["13800000001", "甲"], ["13800000002", "乙"]]
    assert (source.encoding, source.rows_at_most) == (whole, 2)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
@pytest.mark.parametrize("content", [LIST.encode(), LIST.encode("gb18030"), b"\xd8" * 99, b"1"])
def test_no_text_of_either_order_is_a_problem(
    tmp_path: Path, content: bytes, encoding: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    source, wrong = opened(path, encoding=encoding)
    assert source is None
    assert wrong.startswith(f"people[0].encoding: this is no {encoding} text")


@pytest.mark.parametrize("encoding", ALL)
def test_no_bytes_are_an_error(encoding: str) -> None:
    """In any encoding that Python knows, cut anywhere, shifted or escaped without an end."""
    rng = random.Random(54)
    for trial in range(60):
        source = TRICKY if trial % 2 else bytes(range(256))
        data = bytes(rng.choices(source, k=rng.randrange(1, 120)))
        cut = rng.randrange(len(data))
        codec = byte_orders(encoding, data)[0]
        blocks = b"".join(text_blocks(iter([data[:cut], data[cut:]]), codec))
        blocks.decode("utf-8", "replace")
        decoded(data[:cut], codec, False)


def test_an_escape_sequence_without_an_end() -> None:
    """The decoder of Python gives up on it: the rest of the text is read all the same."""
    decoder = Decoder("iso2022_jp")
    text = decoder.decode(b"\x1b$(" + b"\x1b$(" * 4) + decoder.decode(b"\n1,a\n", True)
    assert MARK in text
    assert text.endswith("1,a\n")


def test_a_mark_that_comes_in_pieces() -> None:
    pieces = [b"\xef", b"\xbb", b"\xbfnumber\n", b"1\n"]
    assert b"".join(text_blocks(iter(pieces), "utf-8")) == b"number\n1\n"
    assert b"".join(text_blocks(iter([b"1\n"]), "utf-8")) == b"1\n"
