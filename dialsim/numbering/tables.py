"""The numbering plan of the world as flat arrays, and where they are kept.

They are compiled from the phonenumbers library's metadata (`compile.py`) once for each version of
it. A number is its E.164 digits as an integer, calling code first.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numba.core.caching import CompileResultCacheImpl
from numpy.typing import NDArray

from dialsim.errors import InternalError
from dialsim.jit.frame import frame
from dialsim.storage.checked import read_checked, write_checked

_place_of: Any = CompileResultCacheImpl  # untyped
_KEPT = "numbering plan"  # all else that it was made from stands in its name

NO_OPERATOR = -1
FROM_PREFIX = -2
"""In a label: the operator is that of the number's prefix; such a label is geographic."""
PREFIX_DIGITS = 9
"""Digits of E.164 that decide place, zones and operator; the library's longest prefix."""
TOP_DIGITS = 4
MOBILE_FROM = "861"
MOBILE_PREFIXES = 10_000
"""Chinese mobiles begin with one of 10000 ... 19999."""
WALK = -1
"""In place of a mobile prefix's label: its numbers are not all alike; walk the automaton."""
NO_NUMBER = -2
"""In place of a mobile prefix's label: no number of eleven digits begins so."""

LABEL = np.dtype(
    [
        ("number_class", "u1"),  # `NumberClass`
        ("region", "u1"),  # row of the regions
        ("operator", "i1"),  # `Operator`, NO_OPERATOR or FROM_PREFIX
        ("geographic", "u1"),  # 1: place and zones by prefix; 0: no place, the country's zones
    ]
)
"""What a number is, as far as the automaton tells."""
PROFILE = np.dtype([("operator", "i1"), ("place", "u2"), ("zones", "u2")], align=True)
"""What a prefix says; place and operator in China only."""
COUNTRY = np.dtype(
    [
        ("first", "i8"),  # dense index of its first number
        ("size", "i8"),  # how many numbers it allows
        ("root", "i4"),  # state before the first digit of the national number
        ("code", "i4"),  # calling code
        ("digits", "u1"),  # digits of the calling code
        ("zones", "u2"),  # row of the zone sets, for numbers without a place
    ],
    align=True,
)
"""One calling code; the first row is China's."""


@frame
class Plan(NamedTuple):
    """All that kernels need to understand a number (some 4 MB; never written)."""

    step: NDArray[Any]  # int32[states, 10]: next state; 0 is dead
    before: NDArray[Any]  # int64[states, 10]: how many numbers stand before those of this digit
    free: NDArray[Any]  # int8[states]: any so many digits end the number; -1: see `step`
    ends: NDArray[Any]  # int32[states]: row of `labels` of a number that ends so, or here; or -1
    labels: NDArray[Any]  # LABEL
    countries: NDArray[Any]  # COUNTRY
    country_of: NDArray[Any]  # int16[1000]: country row by a number's first three digits, or -1
    tops: NDArray[Any]  # int32[10^4 + 1]: row of `breaks` by a number's first four digits
    breaks: NDArray[Any]  # int32: first nine digits at which a new range begins
    break_profiles: NDArray[Any]  # uint16: row of `profiles` of each range
    profiles: NDArray[Any]  # PROFILE
    mobile_profiles: NDArray[Any]  # uint16[10^6]: row of `profiles` of 86 1xx xxxx, by those digits
    mobile_labels: NDArray[Any]  # int16[10^4]: by five digits: row of `labels`, WALK or NO_NUMBER
    mobile_first: NDArray[Any]  # int64[10^4]: dense index of the first number of those five digits


class Place(NamedTuple):
    """A city or province of China."""

    english: str  # as the library writes it: "Nanping, Fujian"
    chinese: str
    province: str  # in English


class Names(NamedTuple):
    """What the rows of the tables are called; row 0 is "none"."""

    regions: list[str]  # ISO country codes, and "001" for numbers of no country
    places: list[Place]
    zone_sets: list[tuple[str, ...]]
    home_rows: dict[str, int]  # country row of each ISO code
    region_zones: dict[str, list[int]]  # rows of the zone sets a region's numbers can have


@functools.lru_cache(maxsize=1)
def load_plan() -> tuple[Plan, Names]:
    """Return the world's numbering plan.

    Returns
    -------
    plan
        For kernels.
    names
        Of regions, places and zone sets.

    Notes
    -----
    Loaded once a process, from a file beside the compiled kernels; it takes some 20 ms. Where
    there is none for this version of the library, it is compiled first, in a process of its own,
    in some seconds. Where none can be kept, each process compiles.

    Examples
    --------
    >>> plan, names = load_plan()
    >>> names.regions[0], "CN" in names.regions, int(plan.countries[0]["code"])
    ('', True, 86)
    """
    path = _path()
    kept = None if path is None else read_checked(path, _KEPT)
    if kept is not None:
        return unpacked(kept)
    data = _compiled()
    if path is not None:
        _keep(path, data)
    return unpacked(data)


def zone_sets_of(countries: Sequence[str]) -> list[tuple[str, ...]]:
    """Return every set of time zones a valid number of these countries can have, sorted.

    Parameters
    ----------
    countries
        ISO codes as the library has them.

    Raises
    ------
    KeyError
        For a code the plan does not have.

    Examples
    --------
    >>> zone_sets_of(["CN"])
    [('Asia/Shanghai',), ('Asia/Shanghai', 'Asia/Urumqi')]
    >>> zone_sets_of(["SG", "HK"])
    [('Asia/Hong_Kong',), ('Asia/Singapore',)]
    """
    _, names = load_plan()
    rows = {row for country in countries for row in names.region_zones[country]}
    return sorted(names.zone_sets[row] for row in rows if row)


def unpacked(data: bytes) -> tuple[Plan, Names]:
    """Return plan and names from the bytes of a file."""
    with np.load(io.BytesIO(data)) as tables:
        plan = Plan(*(tables[field] for field in Plan._fields))
        found = json.loads(tables["names"].tobytes())
    regions = found["regions"]
    return plan, Names(
        regions,
        [Place(*place) for place in found["places"]],
        [tuple(zones) for zones in found["zone_sets"]],
        found["home_rows"],
        {regions[int(row)]: zones for row, zones in found["region_zones"].items()},
    )


def plan_stamp() -> str:
    """Return the hex digest of all that the tables depend on: library version and our sources."""
    digest = hashlib.blake2b(_library_version().encode(), digest_size=10)
    here = Path(__file__).parent
    for name in ("automaton.py", "china.py", "compile.py", "tables.py"):
        digest.update((here / name).read_bytes())
    return digest.hexdigest()


def _library_version() -> str:
    """Return the version of the phonenumbers library, which is not imported for it."""
    spec = importlib.util.find_spec("phonenumbers")
    if spec is None or spec.origin is None:
        raise InternalError("the phonenumbers library is not installed")
    text = Path(spec.origin).read_text("utf-8")
    found = re.search(r"""^__version__\s*=\s*["']([^"']+)""", text, re.MULTILINE)
    return found[1] if found else hashlib.blake2b(text.encode()).hexdigest()


def _path() -> Path | None:
    """Return where the tables are kept: where numba would keep a kernel of this folder."""
    try:
        place = _place_of(unpacked)._locator.get_cache_path()
    except RuntimeError:
        return None
    return Path(place) / f"plan-{plan_stamp()}.tables"


def _compiled() -> bytes:
    """Return the file of the tables, made in a process of its own."""
    # Interpreters started as `python -c` or from a notebook find the package by sys.path alone.
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(
        [sys.executable, "-m", "dialsim.numbering.compile"],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise InternalError(
            f"the numbering plan could not be compiled:\n{done.stderr.decode(errors='replace')}"
        )
    return done.stdout


def _keep(path: Path, data: bytes) -> None:
    """Write the file where the next process finds it, or not if the place cannot be written."""
    try:
        write_checked(path, _KEPT, data)
        for old in sorted(path.parent.glob("plan-*")):
            if old != path:
                old.unlink()
    except OSError:
        pass  # slower the next time, not wrong
