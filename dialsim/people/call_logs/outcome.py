"""How an attempt ended, as far as a call log records it, and the words for it."""

from __future__ import annotations

from enum import IntEnum

from dialsim.core.codes import Seen
from dialsim.people.reading.cells import DECLINED_WORDS, SEEN_WORDS, plain


class Outcome(IntEnum):
    """How an attempt ended, as far as a log records it."""

    LIVE = 0  # answered, by a person if the log records it
    ABANDONED = 1  # answered, and no agent talked
    ASSISTANT = 2  # answered by a call assistant or voicemail
    NO_ANSWER = 3
    BUSY = 4
    UNREACHABLE = 5
    INVALID = 6
    BLOCKED = 7  # by the network or the callee's own lists
    CANCELLED = 8
    UNKNOWN = 9
    FAILED = 10  # not answered; the log does not say why


ANSWERED = (Outcome.LIVE, Outcome.ABANDONED, Outcome.ASSISTANT)

OF_SEEN = {
    Seen.CONNECTED: Outcome.LIVE,
    Seen.ABANDONED: Outcome.ABANDONED,
    Seen.ASSISTANT: Outcome.ASSISTANT,
    Seen.NO_ANSWER: Outcome.NO_ANSWER,
    Seen.BUSY: Outcome.BUSY,
    Seen.UNREACHABLE: Outcome.UNREACHABLE,
    Seen.INVALID: Outcome.INVALID,
    Seen.BLOCKED: Outcome.BLOCKED,
    Seen.LINE_REJECTED: Outcome.BLOCKED,
    Seen.CANCELLED: Outcome.CANCELLED,
    Seen.REFUSED: Outcome.BLOCKED,
}
"""Outcome of what a dialer sees."""

WORDS = {
    "answered": Outcome.LIVE,
    "live": Outcome.LIVE,
    "connected": Outcome.LIVE,
    "abandoned": Outcome.ABANDONED,
    "assistant": Outcome.ASSISTANT,
    "voicemail": Outcome.ASSISTANT,
    "no_answer": Outcome.NO_ANSWER,
    "busy": Outcome.BUSY,
    "unreachable": Outcome.UNREACHABLE,
    "invalid": Outcome.INVALID,
    "blocked": Outcome.BLOCKED,
    "intercepted": Outcome.BLOCKED,
    "refused": Outcome.BLOCKED,
    "line_rejected": Outcome.BLOCKED,
    "cancelled": Outcome.CANCELLED,
    "failed": Outcome.FAILED,
    "unknown": Outcome.UNKNOWN,
}
WORDS |= {word: OF_SEEN[seen] for word, seen in SEEN_WORDS.items()}
WORDS |= dict.fromkeys(DECLINED_WORDS, OF_SEEN[Seen.CONNECTED])
"""Words that an outcome column may use as they are: those of a call history, and further ones."""


def plain_word(word: str) -> str:
    """Return a word in the form for comparing outcomes: lower case, joined by underscores.

    >>> plain_word(" No Answer"), plain_word("NO-ANSWER")
    ('no_answer', 'no_answer')
    """
    return "_".join(plain(str(word)).lower().replace("-", " ").split())
