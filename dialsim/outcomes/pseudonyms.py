"""Pseudonyms of phone numbers: a keyed hash that only the holder of the key can compute.

Whoever has the key can tell which pseudonym a number has, and nobody else can tell more than that
two rows are one person. The key is never written anywhere; its fingerprint is.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from dialsim.errors import Problem, ScenarioError
from dialsim.messages.text import message

KEY_VARIABLE = "DIALSIM_PSEUDONYM_KEY"
LEAST_BYTES = 16
DIGEST_BYTES = 16

_NUMBER = b"dialsim number"
_FINGERPRINT = b"dialsim key"
_LONGEST = 64  # of a blake2b key; a longer one is hashed to it first
_MOST_BYTES = 1 << 16


class PseudonymKey:
    """A secret that maps numbers to pseudonyms.

    Parameters
    ----------
    secret
        At least 16 bytes; every byte counts.

    Raises
    ------
    ScenarioError
        The secret is too short.

    Examples
    --------
    >>> key = PseudonymKey(b"an example, not a secret")
    >>> len(key.pseudonym(8613800000001)), key.fingerprint == key.pseudonym(8613800000001)
    (32, False)
    >>> key
    <PseudonymKey fingerprint ee30fc06ab8acb85>
    """

    def __init__(self, secret: bytes) -> None:
        if len(secret) < LEAST_BYTES:
            raise _refusal(
                message("the key of the pseudonyms is too short"),
                found=message("{count} bytes").filled(count=len(secret)),
                allowed=message("at least {least_bytes} bytes that nobody can guess").filled(
                    least_bytes=LEAST_BYTES
                ),
            )
        self._key = secret
        if len(secret) > _LONGEST:
            self._key = hashlib.blake2b(secret, digest_size=_LONGEST).digest()
        self._start = hashlib.blake2b(
            digest_size=DIGEST_BYTES, key=self._key, person=_NUMBER
        )  # copied for each number: setting up a keyed hash costs more than hashing

    @property
    def fingerprint(self) -> str:
        """16 hex digits that identify the key without revealing it."""
        return hashlib.blake2b(digest_size=8, key=self._key, person=_FINGERPRINT).hexdigest()

    def digest(self, number: int) -> bytes:
        """Return the pseudonym of an E.164 number as 16 bytes."""
        made = self._start.copy()
        made.update(str(int(number)).encode())
        return made.digest()

    def pseudonym(self, number: int) -> str:
        """Return the pseudonym of an E.164 number (digits, country code first): 32 hex digits."""
        return self.digest(number).hex()

    def digests(self, numbers: Iterable[int]) -> bytes:
        """Return the pseudonyms of many numbers, 16 bytes each; about 1 µs a number."""
        return b"".join(map(self.digest, numbers))

    def __repr__(self) -> str:
        return f"<PseudonymKey fingerprint {self.fingerprint}>"


def load_key(
    file: str | Path | None = None, environment: Mapping[str, str] | None = None
) -> PseudonymKey:
    """Return the key from a file, or else from the environment; there is no default.

    Parameters
    ----------
    file
        Holds the key and nothing else; line ends behind it do not count.
    environment
        None: the process's own; the key is in ``DIALSIM_PSEUDONYM_KEY``.

    Raises
    ------
    ScenarioError
        There is no key, it cannot be read, or it is shorter than 16 bytes.
    """
    given = os.environ if environment is None else environment
    if file is None:
        text = given.get(KEY_VARIABLE, "")
        if not text:
            raise _refusal(
                message("pseudonyms need a key, and there is none"),
                allowed=message(
                    "{key_variable} in the environment, or --pseudonym-key-file"
                ).filled(key_variable=KEY_VARIABLE),
                remedy=message(
                    "make one, for example with `openssl rand -hex 32`, and keep "
                    "it: without it nobody can find a person's rows again"
                ),
            )
        return PseudonymKey(text.encode("utf-8", "surrogateescape"))
    path = Path(file)
    try:
        with path.open("rb") as opened:
            secret = opened.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _refusal(
            message("the key of the pseudonyms cannot be read: {value}").filled(
                value=reason.lower()
            ),
            file=str(path),
        ) from None
    if len(secret) > _MOST_BYTES:
        raise _refusal(
            message("this is no key: it is too long"),
            allowed=message("{least_bytes} to {most_bytes} bytes").filled(
                least_bytes=LEAST_BYTES, most_bytes=_MOST_BYTES
            ),
            file=str(path),
        )
    return PseudonymKey(secret.rstrip(b"\r\n"))


def _refusal(
    message: str,
    *,
    found: str | None = None,
    allowed: str | None = None,
    remedy: str | None = None,
    file: str | None = None,
) -> ScenarioError:
    return ScenarioError(
        [Problem("", message, found=found, allowed=allowed, remedy=remedy, file=file)]
    )
