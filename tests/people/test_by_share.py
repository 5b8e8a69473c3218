"""Persons on several lists whose terms differ: drawn again as the merging drew them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from dialsim.core.person_flags import PersonFlag
from dialsim.core.rng import run_base, threshold32, wrapping
from dialsim.people.by_share import by_share, clear_drawn_bars, redraw
from dialsim.people.layout import BY_SHARE, GIVEN
from dialsim.people.merging import kernels
from dialsim.people.merging.identities import merge
from dialsim.people.merging.layout import TERMS
from dialsim.people.reading.rows import blank_rows

LISTS, EACH = 3, 400
SHARES = [(0.7, 0.0, 1), (0.4, 0.2, 1), (0.4, 0.5, 3)]


def base_of(replication: int) -> np.uint64:
    with wrapping():
        return np.uint64(run_base(5, replication))


def terms() -> NDArray[Any]:
    found = np.zeros(LISTS, TERMS)
    found["until"] = np.arange(1, LISTS + 1) * EACH
    for each, (recorded, listed, purposes) in zip(found, SHARES, strict=True):
        each["recorded"], each["internal_dnc"] = threshold32(recorded), threshold32(listed)
        each["purposes"] = purposes
    return found


def some_rows() -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Rows of three lists, many of them of one person, and the row that stands for each."""
    rng = np.random.default_rng(8)
    rows = blank_rows(LISTS * EACH)
    who = rng.integers(0, EACH, len(rows))
    rows["number"] = 8_613_800_000_000 + who
    rows["consent"] = rng.choice([-1, -1, -1, 0, 1, 3], len(rows))
    rows["fault"] = rng.random(len(rows)) < 0.1
    rows["flags"] = np.where(rng.random(len(rows)) < 0.05, PersonFlag.INTERNAL_DNC, 0)
    first = np.full(len(rows), -1)
    for person in np.unique(who):
        mine = np.flatnonzero(who == person)
        usable = mine[rows["fault"][mine] == 0]
        first[mine] = usable[0] if len(usable) else -1
    return rows, first


def given_of(rows: NDArray[Any]) -> NDArray[Any]:
    given = np.zeros(len(rows), GIVEN)
    with wrapping():
        given["key"] = [kernels.person_key(int(row["number"]), row["id_key"]) for row in rows]
    for name in ("consent", "flags"):
        given[name] = rows[name]
    return given


def merged(base: np.uint64) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.int64]]:
    """Return GIVEN of merged rows, BY_SHARE, and the rows that stand for persons."""
    rows, first = some_rows()
    shares = by_share(rows, first, terms())
    merge(rows, first, terms(), base)
    return given_of(rows), shares, np.unique(first[first >= 0])


@pytest.mark.rule("E-DRAW-4")
@pytest.mark.parametrize("replication", [0, 1, 2])
def test_what_is_settled_is_what_was_merged(replication: int) -> None:
    found, _, persons = merged(base_of(replication))
    other, shares, _ = merged(base_of(7))
    assert len(shares) > EACH
    clear_drawn_bars(other, shares)
    settled = redraw(other, shares, base_of(replication))
    for name in ("consent", "flags"):
        assert settled[name][persons].tolist() == found[name][persons].tolist()


def test_replications_differ_where_shares_decide_and_nowhere_else() -> None:
    one, shares, persons = merged(base_of(0))
    other, _, _ = merged(base_of(1))
    open_rows = np.unique(shares["row"])
    sure = np.setdiff1d(persons, open_rows)
    assert (one[sure] == other[sure]).all()
    assert 0.1 < (one[open_rows] != other[open_rows]).mean() < 0.9
    alike = terms()
    for name in ("recorded", "internal_dnc", "purposes"):
        alike[name] = alike[name][0]
    assert len(by_share(*some_rows(), alike)) < len(shares)


def test_persons_of_one_list_leave_nothing_open() -> None:
    rows, _ = some_rows()
    assert not len(by_share(rows, np.arange(len(rows)), terms()))
    given = given_of(rows)
    assert redraw(given, np.zeros(0, BY_SHARE), base_of(0)) is given
