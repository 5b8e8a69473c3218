"""Pseudonyms: nobody without the key, everybody with it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from dialsim.errors import ScenarioError
from dialsim.outcomes.pseudonyms import KEY_VARIABLE, PseudonymKey, load_key

NUMBER = 8613800000001
SECRET = "0123456789abcdef"


def test_a_pseudonym_is_a_keyed_hash_of_the_number() -> None:
    key = PseudonymKey(SECRET.encode())
    made = hashlib.blake2b(
        b"8613800000001", digest_size=16, key=SECRET.encode(), person=b"dialsim number"
    )
    assert key.pseudonym(NUMBER) == made.hexdigest()
    assert key.digests([NUMBER, 2])[:16] == made.digest()
    assert key.pseudonym(NUMBER) != PseudonymKey(b"another key, 16+").pseudonym(NUMBER)


def test_the_fingerprint_tells_keys_apart_and_the_key_is_shown_nowhere() -> None:
    one, other = PseudonymKey(SECRET.encode()), PseudonymKey(SECRET.encode() + b"!")
    assert one.fingerprint == PseudonymKey(SECRET.encode()).fingerprint != other.fingerprint
    assert SECRET not in repr(one)


def test_every_byte_of_a_long_key_counts() -> None:
    long = b"x" * 200
    assert PseudonymKey(long + b"a").pseudonym(1) != PseudonymKey(long + b"b").pseudonym(1)


def test_a_key_comes_from_the_environment_or_a_file(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text(SECRET + "\r\n")
    assert load_key(path).fingerprint == load_key(None, {KEY_VARIABLE: SECRET}).fingerprint


def test_there_is_no_default(tmp_path: Path) -> None:
    for environment in ({}, {KEY_VARIABLE: ""}):
        with pytest.raises(ScenarioError, match=KEY_VARIABLE):
            load_key(None, environment)
    with pytest.raises(ScenarioError, match="at least 16 bytes"):
        load_key(None, {KEY_VARIABLE: "short"})
    with pytest.raises(ScenarioError, match="no such file"):
        load_key(tmp_path / "none")
    with pytest.raises(ScenarioError, match="is a directory"):
        load_key(tmp_path)
    big = tmp_path / "big"
    big.write_bytes(b"k" * 70_000)
    with pytest.raises(ScenarioError, match="too long"):
        load_key(big)
