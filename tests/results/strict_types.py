"""Results beside their types: every key and no other, in every table."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

Steps = tuple[str | int, ...]
"""The keys and places by which a table of a result is found."""


def of_type(adapter: TypeAdapter[Any], found: Any) -> dict[str, Any]:
    """Return a result that has the keys of its type, and values of their kinds."""
    assert adapter.validate_python(found, strict=True) == found
    return dict(found)


def is_of(adapter: TypeAdapter[Any], found: Any) -> bool:
    """Return whether a result has the keys of its type, as it is and as its JSON."""
    plain = json.loads(json.dumps(found))
    validated = adapter.validate_python(found, strict=True)
    return bool(validated == found and adapter.validate_python(plain, strict=True) == plain)


def assert_closed(adapter: TypeAdapter[Any], whole: Any, path: Steps) -> None:
    """Assert that a table of a result takes no other key, and needs its first."""
    for change in ("unknown", "missing"):
        found = deepcopy(whole)
        table: Any = found
        for step in path:
            table = table[step]
        if change == "unknown":
            table["misspelt"] = 1
        else:
            del table[next(iter(table))]
        with pytest.raises(ValidationError):
            adapter.validate_python(found, strict=True)
