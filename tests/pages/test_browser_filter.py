"""What a reader chooses on the page of a run, as a browser shows it."""

from __future__ import annotations

import json
import re
from collections import Counter
from html import unescape
from pathlib import Path
from typing import Any

import pytest

import dialsim
from dialsim.messages import dates
from dialsim.messages.text import MARKS
from dialsim.pages.charts.calls import flow_rows
from dialsim.pages.charts.times import answer_rows, dropped_rows
from dialsim.pages.html.run_filter import run_filter
from dialsim.results import formatting
from tests.pages.several_parts import several_parts
from tests.pages.test_browser import shown, with_script
from tests.results.stopped import STOPPED

pytestmark = pytest.mark.full

DRIVE = """
addEventListener("load", function () { setTimeout(async function () {
  function wait(ms) { return new Promise(function (done) { setTimeout(done, ms); }); }
  function view(key) { return document.querySelector("[data-chart=" + key + "]").view; }
  function rows(key) { return view(key).data(key).map(row => ({...row})); }
  function text(selector) { return document.querySelector(selector).textContent.trim(); }
  function table(key) {
    return Array.from(document.querySelectorAll("#" + key + " tbody tr")).map(function (row) {
      return Array.from(row.children).map(cell => cell.textContent); });
  }
  async function choose(name) {
    var select = document.querySelector(".filter select");
    select.value = name && Array.from(select.options).find(each => each.text === name).value;
    select.dispatchEvent(new Event("change"));
    await wait(500);
  }
  async function draw(hours) {  // over the hours at these places, as a pointer would
    var each = view("flow").scale("x"), all = rows("flow").map(row => row.time);
    var ends = hours.length ? [each(all[hours[0]]) + 1, each(all[hours[1]]) + 2] : [0, 0];
    view("flow").signal("drawn_x", ends);
    await view("flow").runAsync();
    await wait(500);
  }
  var found = {};
  try { BODY } catch (error) { found.error = String(error); }
  document.documentElement.dataset.found = JSON.stringify(found);
}, 4000); });
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> dialsim.Run:
    return several_parts(tmp_path_factory.mktemp("parts"))


def driven(run: dialsim.Run, folder: Path, body: str, language: Any = "en") -> dict[str, Any]:
    """Return what a script finds on the page of a run once its charts are drawn."""
    page = run.save_report(folder / "page.html", language)
    page.write_text(with_script(page.read_text("utf-8"), DRIVE.replace("BODY", body)), "utf-8")
    elements, said = shown(page, folder / "profile", "--window-size=1400,1000")
    assert said == []
    told = re.search(r'data-found="([^"]*)"', elements)
    assert told, "the script came to no end"
    found: dict[str, Any] = json.loads(unescape(told[1]))
    assert "error" not in found, found
    return found


def calls_of(run: dialsim.Run, city: str) -> Counter[str]:
    """Return the attempts to the people of a city by hour."""
    home = {row["person"]: row["city"] for row in run.people.to_pylist()}
    return Counter(
        call["time"].strftime("%Y-%m-%dT%H:00:00")
        for call in run.calls.to_pylist()
        if home[call["person"]] == city
    )


def test_a_chosen_city_is_shown(run: dialsim.Run, tmp_path: Path) -> None:
    found = driven(
        run,
        tmp_path,
        """await choose("Beijing");
        found.flow = rows("flow"); found.table = table("flow"); found.progress = rows("progress");
        found.line = text(".filter output"); found.title = text("#flow h3");
        found.agents = text("#occupancy h3"); found.goals = text("#waterfall h3");
        found.row = text("tr.chosen td");
        await choose("");
        found.after = rows("flow");
        found.tags = document.querySelectorAll(".part:not([hidden])").length;
        found.again = table("flow");""",
    )
    expected = calls_of(run, "Beijing")
    assert +Counter({row["time"]: row["attempts"] for row in found["flow"]}) == expected
    whole, _ = flow_rows(run.log)
    assert [row["time"] for row in found["flow"]] == [row["time"] for row in whole]
    assert [row[1] for row in found["table"]] == [f"{r['attempts']:,}" for r in found["flow"]]
    split = {row["value"]: row for row in run.split("city").rows}["Beijing"]
    assert found["progress"][-1]["so_far"] == split["conversations"]
    assert found["line"] == (
        f"attempts {split['attempts']:,} · answered {split['answered']:,} · "
        f"conversations {split['conversations']:,}"
    )
    assert found["title"].endswith("Beijing")
    assert found["agents"].endswith("whole run")
    assert found["goals"].endswith("whole run")
    assert found["row"] == "Beijing"
    assert found["after"] == whole
    assert found["tags"] == 0
    assert [row[0] for row in found["again"]] == [row["when"] for row in whole]


def test_hours_that_are_drawn_over_are_shown(run: dialsim.Run, tmp_path: Path) -> None:
    found = driven(
        run,
        tmp_path,
        """await choose("side"); await draw([1, 2]);
        found.hours = view("flow").signal("drawn").time; found.answers = rows("answers");
        found.title = text("#answers h3"); found.agents = rows("occupancy");
        found.parts = table("hours .parts");
        await draw([]); found.every = rows("answers");""",
    )
    hours = [row["time"] for row in flow_rows(run.log)[0]]
    assert found["hours"] == hours[1:3]
    tried = Counter(
        call["time"].strftime("%H")
        for call in run.calls.to_pylist()
        if call["campaign"] == "side"
        and call["time"].strftime("%Y-%m-%dT%H:00:00") in found["hours"]
    )
    assert Counter({row["hour"]: row["attempts"] for row in found["answers"]}) == tried
    first = dates.moment(hours[1], weekday=True)
    assert hours[1][:10] == hours[2][:10]
    assert found["title"].endswith(f"side · {first} to {dates.clock(hours[2])}")
    assert {row["campaign"] for row in found["agents"]} == {"side"}
    named = {row[0]: row for row in found["parts"] if len(row) > 1}
    assert named["side"][1] == f"{sum(tried.values()):,}"
    assert sum(row["attempts"] for row in found["every"]) > sum(tried.values())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_tables_are_written_as_they_were(tmp_path: Path, language: Any) -> None:
    """All hours drawn over are the whole run, counted again by the script."""
    run = dialsim.run(STOPPED)
    found = driven(
        run,
        tmp_path,
        """found.before = table("answers"); await draw([0, rows("flow").length - 1]);
        found.again = table("answers"); found.rows = rows("answers");
        found.title = text("#answers h3"); found.flow = rows("flow");""",
        language,
    )
    rows = answer_rows(run.log, language)
    assert found["again"] == found["before"]
    assert [row["attempts"] for row in found["rows"]] == [row["attempts"] for row in rows]
    assert len(found["before"]) == len(rows)
    shares = [formatting.percent(row["share"]) for row in rows]
    shares = [text.replace(" ", "") for text in shares] if language == "zh" else shares
    assert [row[2] for row in found["again"]] == shares
    ends = [dates.moment(each["time"], weekday=True, language=language)
            for each in (found["flow"][0], found["flow"][-1])]  # fmt: skip
    assert ends[0][:6] != ends[1][:6]
    assert found["title"].endswith(MARKS["to"][language].format(*ends))


def test_a_number_range_narrows_life_lines(tmp_path: Path) -> None:
    run = dialsim.run(STOPPED)
    found = driven(
        run,
        tmp_path,
        """var all = rows("caller_lives").length;
        await choose("desk"); found.desk = rows("caller_lives"); found.limits = rows("headroom");
        found.labels = rows("caller_lives"); found.height = view("caller_lives").height();
        await choose("others"); found.title = text("#headroom h3");
        found.hidden = document.querySelector("[data-chart=headroom]").hidden;
        await choose("cmcc".toUpperCase()); found.whole = rows("caller_lives").length === all;
        found.said = text("#caller_lives h3");""",
    )
    names = {row["caller"] for row in found["desk"]}
    assert names
    assert all(name.startswith("desk") for name in names)
    assert found["height"] == 15 * len(names)
    assert [row["kind"] for row in found["limits"]] == ["filed"]
    assert found["title"].endswith("none of those shown")
    assert found["hidden"]
    assert found["whole"]
    assert found["said"].endswith("whole run")


def test_drops_of_a_part_are_counted(tmp_path: Path) -> None:
    raw = {**STOPPED, "agents": [{**STOPPED["agents"][0], "count": 1}]}
    raw["campaigns"] = [{**STOPPED["campaigns"][0], "pacing": {"mode": "power", "ratio": 3}}]
    run = dialsim.run(raw)
    assert any(row["dropped"] for row in dropped_rows(run.log))
    found = driven(
        run,
        tmp_path,
        'await choose("desk"); found.rows = rows("dropped"); found.t = table("dropped");',
    )
    (desk,) = (
        place
        for place, name in enumerate(run_filter(run.log, "en").groups[0][1])  # type: ignore[union-attr]
        if name == "desk"
    )
    data = run_filter(run.log, "en").data  # type: ignore[union-attr]
    hours = len(data["hours"])
    gone = data["groups"][0]["counts"]["abandoned"][desk * hours : (desk + 1) * hours]
    assert sum(row["dropped"] for row in found["rows"]) == sum(gone)
    assert {row["campaign"] for row in found["rows"]} == {"desk"}
    assert len(found["t"]) == len(found["rows"])


def test_a_source_opens_where_it_is_named(tmp_path: Path) -> None:
    found = driven(
        dialsim.run(STOPPED),
        tmp_path,
        """var link = document.querySelector('main > section a[href^="#source-"]'); link.click();
        var entry = document.getElementById(link.hash.slice(1));
        found.open = entry.closest("details").open; found.shown = entry.offsetHeight > 0;""",
    )
    assert found == {"open": True, "shown": True}
