"""Why a row of a call log is no attempt of a dialer that can be used."""

from __future__ import annotations

from enum import IntEnum

from dialsim.messages.text import Text, message


class CallFault(IntEnum):
    """Why a row is not used. 0 means it is."""

    NONE = 0
    # rows that cannot be understood
    MALFORMED = 1
    NO_TIME = 2
    BAD_TIME = 3
    NO_NUMBER = 4
    NOT_A_NUMBER = 5
    FOREIGN = 6
    BACKWARDS = 7
    BAD_LENGTH = 8
    # rows that are no attempts
    INBOUND = 20
    SECOND_LEG = 21
    NOT_DIALLED = 22
    NO_CALL = 23
    DUPLICATE = 24


OMITTED = {
    "inbound": CallFault.INBOUND,
    "second_leg": CallFault.SECOND_LEG,
    "not_dialled": CallFault.NOT_DIALLED,
    "no_call": CallFault.NO_CALL,
}
"""Fault by the word of a format's ``leave_out``."""

_WORDS = {
    CallFault.MALFORMED: message("a row with too few or too many fields, or broken text"),
    CallFault.NO_TIME: message("no moment at which it was dialled"),
    CallFault.BAD_TIME: message("a moment that cannot be read"),
    CallFault.NO_NUMBER: message("no number called"),
    CallFault.NOT_A_NUMBER: message("what was called is no phone number, such as an extension"),
    CallFault.FOREIGN: message("a number of another country"),
    CallFault.BACKWARDS: message("it ends, or is answered, before it begins"),
    CallFault.BAD_LENGTH: message("a ring or talk that is no length of time up to a day"),
    CallFault.INBOUND: message("an inbound call"),
    CallFault.SECOND_LEG: message("a transfer or second leg of a call"),
    CallFault.NOT_DIALLED: message("never dialled: the platform refused it"),
    CallFault.NO_CALL: message("no finished call"),
    CallFault.DUPLICATE: message("the same call as an earlier row"),
}


def call_fault_words(name: str) -> Text:
    """Return why a row is not used, by the name of its `CallFault`.

    >>> str(call_fault_words("INBOUND"))
    'an inbound call'
    """
    return _WORDS[CallFault[name]]
