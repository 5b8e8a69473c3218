"""What rows carry past the engine: lines, attributes, numbers, pseudonyms."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from dialsim.outcomes.layout import CALL_ROW
from dialsim.outcomes.passthrough import Carried
from dialsim.outcomes.pseudonyms import PseudonymKey
from dialsim.outcomes.tables import Labels, attribute_column, call_table

KEY = PseudonymKey(b"a key of 16 bytes")
ATTRIBUTES = [["branch"], None, ["branch", "state"]]


def carried(**options: Any) -> Carried:
    """Return three lists: four rows with a branch, two drawn, three with branch and state."""
    made = Carried([0, 4, 6], [4, 2, 3], ATTRIBUTES, **options)
    words = ["north"]
    for first, codes in ((0, [0, -1]), (2, [1, 0])):
        words += ["south"] if first else []
        made.add(
            0, first, lines=np.arange(first + 2, first + 4), numbers=np.array([11, 0]) + first,
            attributes={"branch": np.array(codes)}, values={"branch": words},
        )  # fmt: skip
    made.add(
        2, 0, lines=np.array([5, 3, 4]), numbers=np.array([21, 22, 23]),
        attributes={"branch": np.array([0, 1, -1]), "state": np.zeros(3, int)},
        values={"branch": ["south", "east"], "state": ["a"]},
    )  # fmt: skip
    return made


def words(made: Carried, name: str) -> list[str | None]:
    values = [*made.values(name), None]
    return [values[code] for code in made.codes(name, np.arange(9))]


def test_values_are_those_of_all_lists() -> None:
    made = carried()
    assert made.names == ("branch", "state")
    assert words(made, "branch") == [
        "north", None, "south", "north", None, None, "south", "east", None,
    ]  # fmt: skip
    assert words(made, "state") == [None] * 6 + ["a"] * 3


def test_lines_follow_each_other_or_are_kept() -> None:
    made = carried()
    for source, expected in ((0, [2, 3, 4, 5]), (2, [5, 3, 4])):
        found = made.lines(source, 0, len(expected))
        assert found is not None
        assert found.tolist() == expected
    assert made.lines(1, 0, 2) is None
    made.add(
        0, 3, lines=np.array([99]), numbers=np.array([1]),
        attributes={"branch": np.array([0])}, values={"branch": ["north", "south"]},
    )  # fmt: skip
    found = made.lines(0, 1, 3)
    assert found is not None
    assert found.tolist() == [3, 4, 99]


def test_numbers_are_kept_for_those_who_ask() -> None:
    persons = np.array([0, 1, 4, 8])
    assert carried().numbers(persons).tolist() == [0, 0, 0, 0]
    assert carried(with_numbers=True).numbers(persons).tolist() == [11, 0, 0, 23]
    assert carried(with_numbers=True).private
    assert not carried(key=KEY).private
    assert not Carried([0], [2], [None], with_numbers=True).private


def calls(persons: list[int]) -> Any:
    rows = np.zeros(len(persons), CALL_ROW)
    rows["person"] = persons
    return rows


@pytest.mark.parametrize("batch", [1, 9])
def test_the_call_log_shows_what_was_asked_for(batch: int) -> None:
    made = carried(key=KEY, with_numbers=True, in_calls=True)
    labels = Labels(date(2026, 4, 13), "Asia/Shanghai", ["up"], ["m"], ["n"], carried=made)
    persons = [8, 0, 4, 8, 1]
    rows = [
        row
        for first in range(0, len(persons), batch)
        for row in call_table(calls(persons[first : first + batch]), labels).to_pylist()
    ]
    assert [row["branch"] for row in rows] == [None, "north", None, None, None]
    assert [row["attribute.state"] for row in rows] == ["a", None, None, "a", None]
    assert [row["number"] for row in rows] == ["+23", "+11", None, "+23", None]
    secret = KEY.pseudonym(23)
    assert [row["pseudonym"] for row in rows] == [secret, KEY.pseudonym(11), None, secret, None]


def test_without_asking_nothing_is_shown() -> None:
    labels = Labels(date(2026, 4, 13), "Asia/Shanghai", ["up"], ["m"], ["n"], carried=carried())
    names = call_table(calls([0]), labels).column_names
    assert not {"branch", "number", "pseudonym", "line"} & set(names)
    drawn = Carried([0], [1], [None], key=KEY, with_numbers=True)
    labels = Labels(date(2026, 4, 13), "Asia/Shanghai", ["up"], ["m"], ["n"], carried=drawn)
    row = call_table(calls([0]), labels).to_pylist()[0]
    assert row["pseudonym"] is None
    assert row["number"] is None


def test_attributes_never_hide_a_column() -> None:
    assert attribute_column("person") == "attribute.person"
    assert attribute_column("attribute.person") == "attribute.attribute.person"
    assert attribute_column("分行") == "分行"
