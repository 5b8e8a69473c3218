"""What an operator's scrubs cost: rows times scrubs, at the price the scenario names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import dialsim
from dialsim.errors import ScenarioError
from dialsim.results.lists.scrubs import scrubs, written_scrubs
from dialsim.scenario import load_scenario
from tests.people.scenarios import small_scenario


def scrubbed(folder: Path, *known_from: str | None, price: str | None = None) -> dict[str, Any]:
    """A list of three rows, scrubbed as often as there are moments at which a scrub is known."""
    (folder / "list.csv").write_text("number\n13800000001\n13800000002\n13800000003\n")
    raw = small_scenario({"name": "list", "file": str(folder / "list.csv")})
    raw["refuse_call"] = {"access": "operator_scrub"} | ({"price": price} if price else {})
    raw["registries"] = []
    for place, moment in enumerate(known_from):
        file = folder / f"refused{place}.csv"
        file.write_text("number\n13800000001\n")
        entry = {"name": f"scrub {place}", "kind": "refused", "file": str(file)}
        entry |= {"as_of": "2026-04-12"} | ({"known_from": moment} if moment else {})
        raw["registries"].append(entry)
    return raw


def test_rows_times_scrubs(tmp_path: Path) -> None:
    raw = scrubbed(tmp_path, None, "2026-04-13T12:00:00", price="0.015  CNY")
    found = scrubs(load_scenario(raw), 3)
    assert found is not None
    assert (found["syncs"], found["lookups"], found["price"]) == (2, 6, "0.015 CNY")
    assert found["cost"] == {"amount": 0.09, "currency": "CNY"}
    assert "at 0.015 CNY each that is 0.09 CNY" in written_scrubs(found)


def test_run_and_check_say_it(tmp_path: Path) -> None:
    raw = scrubbed(tmp_path, None, price="2 CNY")
    told = "1 scrub of 3 rows looks 3 numbers up; at 2 CNY each that is 6.00 CNY"
    estimate = dialsim.check(raw)["estimate"]
    assert estimate["scrubs"]["cost"] == {"amount": 6.0, "currency": "CNY"}
    assert told in estimate["notes"]
    summary = dialsim.run(raw).summary
    assert summary["scrubs"] == estimate["scrubs"]
    assert told in summary["assumptions"]


def test_without_a_price_none_is_made_up(tmp_path: Path) -> None:
    found = scrubs(load_scenario(scrubbed(tmp_path, None)), 3)
    assert found is not None
    assert (found["lookups"], found["price"], found["cost"]) == (3, None, None)
    assert "names no price" in written_scrubs(found)


def test_nothing_is_scrubbed(tmp_path: Path) -> None:
    raw = scrubbed(tmp_path)
    assert scrubs(load_scenario(raw), 3) is None
    del raw["refuse_call"]
    assert scrubs(load_scenario(raw), 3) is None


@pytest.mark.parametrize("price", ["0.02", 0.02, "CNY 0.02", "-1 CNY", "0.02 yuan"])
def test_a_price_has_its_currency(tmp_path: Path, price: Any) -> None:
    with pytest.raises(ScenarioError, match=r"refuse_call.price: not a price") as error:
        load_scenario(scrubbed(tmp_path, None, price=price))
    assert '"0.02 CNY"' in str(error.value)


def test_a_price_of_no_scrub(tmp_path: Path) -> None:
    raw = scrubbed(tmp_path)
    raw["refuse_call"] = {"access": "none", "price": "1 CNY"}
    with pytest.raises(ScenarioError, match="only an operator's scrub"):
        load_scenario(raw)
