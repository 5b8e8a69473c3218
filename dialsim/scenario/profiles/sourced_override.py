"""Overrides that give a value with its source, and versions of it with days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, get_args

from dialsim.errors import is_plain
from dialsim.messages.text import Text, message
from dialsim.scenario.profiles.profile_value import Confidence
from dialsim.scenario.profiles.validity import KEYS

if TYPE_CHECKING:
    pass

SOURCED = frozenset({"value", "unit", "source", "confidence", "note"})
"""What an override may hold that says where its value comes from."""


def is_sourced(new: object) -> bool:
    """Whether an override is a table that says where its value comes from.

    >>> is_sourced({"value": 0.3, "source": "measured", "confidence": "inferred"})
    True
    """
    return isinstance(new, Mapping) and {"value", "source"} <= set(new) <= SOURCED


def is_dated(new: object) -> bool:
    """Return whether an override is a value with days, or a list of such versions.

    >>> is_dated({"value": 3, "from": "2026-01-01"}), is_dated([{"count": 3, "per": "1d"}])
    (True, False)
    """
    if isinstance(new, Mapping):
        return "value" in new and not KEYS.isdisjoint(new)
    return (
        isinstance(new, (list, tuple))
        and bool(new)
        and all(isinstance(each, Mapping) for each in new)
        and any(not (KEYS | {"value"}).isdisjoint(each) for each in new)
    )


def source_faults(new: Mapping[str, Any], unit: str | None) -> Iterator[tuple[str, object, str]]:
    """Yield what is wrong with what a sourced value says beside its value: what, found, allowed.

    Parameters
    ----------
    unit
        That of the value whose place it takes; None: it has none.

    >>> list(source_faults({"value": 0.3, "unit": -1, "source": "log"}, "share"))
    [('the unit of this value is another', -1, '"share", or nothing')]
    """
    if "unit" in new and new["unit"] != unit:
        allowed = "nothing" if unit is None else message('"{unit}", or nothing').filled(unit=unit)
        yield message("the unit of this value is another"), new["unit"], allowed
    for key in ("source", "note"):
        text = new.get(key, "-")
        empty = key == "source" and not text
        if not isinstance(text, str) or empty or not all(map(is_plain, text)):
            yield f"its {key} is no text", text, message("one line of plain text")
    if new.get("confidence", "inferred") not in get_args(Confidence):
        yield "there is no such confidence", new["confidence"], ", ".join(get_args(Confidence))


def _with_source(new: Any) -> tuple[Any, dict[str, Any]]:
    """Return an override's value, and what it says of its source."""
    if not is_sourced(new):
        return new, {}
    return new["value"], {
        "source": str(new["source"]),
        "confidence": new.get("confidence", "inferred"),
        "note": Text(str(new.get("note", ""))),
    }
