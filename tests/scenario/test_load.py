"""What a user sees when a scenario file is at fault."""

from __future__ import annotations

import os
import tempfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialsim.errors import ScenarioError
from dialsim.scenario import load_scenario
from tests.scenario.worlds import changed, world

ROOT = Path(__file__).parents[2]
SCENARIOS = sorted((ROOT / "scenarios").glob("*.toml"))

FAULTY = """\
schema = 1
name = "faulty"
start = "2026-04-31"
days = 0
sed = 3
[enterprise]
name = "X"
[rules]
pack = "cm"
caller_limits = [ { count = 50, per = "1hour", window = "fixed" } ]
[[people]]
name = "c"
synthetic = { count = 10, relation = "optedin" }
[[trunks]]
name = "main"
operator = "CTC"
permits = ["marketing"]
calls_per_second = "20"
channels = 800
[[caller_ids]]
name = "north"
class = "fixedd"
count = 3
trunk = "mian"
[[agents]]
name = "day"
count = 2
shifts = [
  { days = "mon-fri", from = 12:00, to = 09:00 },
  { days = "mon-fri", from = 09:00, to = 12:00 },
]
[[campaigns]]
name = "u"
purpose = "marketing"
category = "credit_card"
lawful_basis = "contract"
people = ["customers"]
caller_ids = ["nort"]
agents = ["day"]
pacing = { mode = "proggressive" }
[[goals]]
metric = "conversation"
at_least = 1
"""
EXPECTED = {
    "start": 3,
    "days": 4,
    "sed": 5,
    "rules.pack": 9,
    "rules.caller_limits[0].per": 10,
    "rules.caller_limits[0].window": 10,
    "people[0].synthetic.relation": 13,
    "trunks[0].operator": 16,
    "trunks[0].calls_per_second": 18,
    "caller_ids[0].class": 22,
    "caller_ids[0].trunk": 24,
    "agents[0].shifts[0].to": 29,
    "campaigns[0].lawful_basis": 36,
    "campaigns[0].people[0]": 37,
    "campaigns[0].caller_ids[0]": 38,
    "campaigns[0].pacing.mode": 40,
    "goals[0].metric": 42,
}

TUESDAY = date(2026, 4, 14)


def problems_of(source: Any) -> dict[str, Any]:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(source)
    return {problem.path: problem for problem in caught.value.problems}


def test_every_problem_is_reported_at_once_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "faulty.toml"
    path.write_text(FAULTY, encoding="utf-8")
    found = problems_of(path)
    assert {place: problem.line for place, problem in found.items()} == EXPECTED
    assert all(problem.file == str(path) for problem in found.values())
    assert found["rules.pack"].allowed == (
        "brazil, cn, cn-collections, cn-strict, india, lab, uk, uk-2016, us"
    )
    assert found["trunks[0].calls_per_second"].found == '"20"'


def test_the_text_holds_one_paragraph_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "faulty.toml"
    path.write_text(FAULTY, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    paragraphs = str(caught.value).split("\n\n")
    assert len(paragraphs) == len(EXPECTED)
    assert paragraphs[1] == f"{path}:4: days: out of range\n  found: 0\n  allowed: at least 1"
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("sed", "seed"),
        ("people[0].synthetic.relation", "opted_in"),
        ("trunks[0].operator", "CTCC"),
        ("caller_ids[0].class", "fixed"),
        ("caller_ids[0].trunk", "main"),
        ("campaigns[0].caller_ids[0]", "north"),
        ("campaigns[0].pacing.mode", "progressive"),
        ("goals[0].metric", "conversations"),
    ],
)
def test_the_nearest_name_is_offered(tmp_path: Path, place: str, name: str) -> None:
    path = tmp_path / "faulty.toml"
    path.write_text(FAULTY, encoding="utf-8")
    assert problems_of(path)[place].remedy == f'did you mean "{name}"?'


def test_a_guessed_day_brings_no_problem_of_its_own() -> None:
    raw = changed("start", "2026-13-01")
    raw["goals"] = [{"metric": "reach", "at_least": 1, "by": datetime(2026, 4, 14, 9)}]
    raw["campaigns"][0]["ring_timeout"] = "5s"
    assert set(problems_of(raw)) == {"start", "campaigns[0].ring_timeout"}


def test_faults_of_one_shift_are_told_together() -> None:
    raw = world()
    night = {"days": "mon-fry", "from": time(22), "to": time(2)}
    raw["agents"][0]["shifts"] = [night, {"days": "sat", "from": time(23), "to": time(23, 30)}]
    raw["agents"][0]["breaks"] = [night | {"days": "mon-fri"}]
    assert set(problems_of(raw)) == {
        "agents[0].shifts[0].days",
        "agents[0].shifts[0].to",
        "agents[0].breaks[0].to",
    }


def test_shifts_on_days_that_are_guessed_do_not_overlap() -> None:
    raw = world()
    shift = {"days": "mon-fry", "from": time(9), "to": time(12)}
    raw["agents"][0]["shifts"] = [shift, shift | {"days": "sat"}]
    assert set(problems_of(raw)) == {"agents[0].shifts[0].days"}


@pytest.mark.parametrize(
    ("table", "value", "place"),
    [
        ("events", [{"name": "e", "what": "deregistered", "from": TUESDAY}], "caller_ids"),
        ("plan", {"decisions": [{"key": "caller_ids.north.count"}]}, "from"),
        ("plan", {"decisions": [{"key": "caller_ids.north.count", "values": []}]}, "values"),
    ],
)
def test_what_stands_in_for_a_missing_value_brings_no_problem_of_its_own(
    table: str, value: Any, place: str
) -> None:
    raw = changed(table, value)
    raw["goals"] = [{"metric": "reach", "at_least": 1}]
    raw["costs"] = {"per_number_month": "30 CNY"}
    where = {"events": "events[0]", "plan": "plan.decisions[0]"}[table]
    assert set(problems_of(raw)) == {f"{where}.{place}"}


def test_what_other_events_name_is_looked_up_beside_one_that_names_nothing() -> None:
    event = {"name": "e", "what": "deregistered", "from": TUESDAY}
    raw = changed("events", [event, event | {"name": "f", "caller_ids": ["?"]}])
    assert set(problems_of(raw)) == {"events[0].caller_ids", "events[1].caller_ids[0]"}


def test_a_fault_of_shape_does_not_hide_a_fault_of_meaning() -> None:
    raw = changed("campaigns.0.pacing", {"mode": "powr"})
    raw["campaigns"][0]["ring_timeout"] = "5s"
    raw["goals"] = [{"metric": "abandoned_share", "at_most": 3}]
    assert set(problems_of(raw)) == {
        "campaigns[0].pacing.mode",
        "campaigns[0].ring_timeout",
        "goals[0].at_most",
    }


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.toml", b'name = "x\n', "not valid TOML at line 1, column 10"),
        ("a.toml", b"a = 1\na = 2\n", "not valid TOML at line 2"),
        ("a.toml", b"[a.b]\n[a.b]\n", "cannot declare [a.b] twice"),
        ("a.toml", b'["a\x27 ".b]\n["a\x27 ".b]\n', 'cannot declare ["a\' ".b] twice'),
        ("a.toml", b"a = []\n[[a]]\n", "cannot mutate immutable namespace [a]"),
        ("a.toml", b"name = '\xff'", "not UTF-8 text (byte 8)"),
        ("a.toml", b"", "this key is required"),
        ("a.toml", None, "no such scenario file"),
        (".", None, "this is a folder, not a scenario file"),
        ("a\0b.toml", None, "cannot be read"),
    ],
)
def test_unreadable_files(tmp_path: Path, name: str, content: bytes | None, message: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    assert message in str(caught.value)
    assert str(path).replace("\0", "\\u0000") in str(caught.value)


def test_a_missing_file_names_its_neighbour(tmp_path: Path) -> None:
    (tmp_path / "campaign.toml").write_text("")
    with pytest.raises(ScenarioError, match=r'did you mean "campaign\.toml"\?'):
        load_scenario(tmp_path / "campagn.toml")


def test_toml_1_1_and_byte_order_mark(tmp_path: Path) -> None:
    text = (ROOT / "scenarios" / "first_campaign.toml").read_text(encoding="utf-8")
    text = text.replace(
        'pacing = { mode = "progressive" }', 'pacing = {\n  mode = "power", # two\n  ratio = 2,\n}'
    )
    path = tmp_path / "a.toml"
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    scenario = load_scenario(path)
    assert scenario.campaigns[0].pacing.ratio == 2.0
    assert scenario.agents[0].shifts[0].start == time(9)


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_scenarios_of_the_repository_load(path: Path) -> None:
    assert load_scenario(str(path)).file_path("x.parquet") == path.parent / "x.parquet"


def test_there_are_scenarios() -> None:
    names = {path.stem for path in SCENARIOS}
    assert {"first_campaign", "bought_list", "too_fast", "too_fast_paced"} <= names


@pytest.mark.parametrize(
    ("dotted", "value", "place"),
    [
        ("days", 367, "days"),
        ("days", True, "days"),
        ("days", 2.5, "days"),
        ("seed", -1, "seed"),
        ("schema", 2, "schema"),
        ("name", "", "name"),
        ("name", "a\nb", "name"),
        ("start", datetime(2026, 4, 13, 9), "start"),
        ("start", ..., "start"),
        ("start", date(1, 1, 1), "start"),
        ("time_zone", "Asia/Shangai", "time_zone"),
        ("aftermath", 45, "aftermath"),
        ("aftermath", "-1d", "aftermath"),
        ("study", "lawful", "study"),
        ("people", [], "people"),
        ("people", {}, "people"),
        ("people.0.synthetic.count", 0, "people[0].synthetic.count"),
        ("people.0.synthetic.consent_recorded", 1.5, "people[0].synthetic.consent_recorded"),
        ("people.0.synthetic.purposes", ["sales"], "people[0].synthetic.purposes[0]"),
        ("people.0.synthetic", ..., "people[0].synthetic"),
        ("people.0.file", "a.parquet", "people[0].synthetic"),
        ("people.0.relation", "bought", "people[0].relation"),
        ("people.0.order", "priority", "people[0].order"),
        ("trunks.0.enters", "satellite", "trunks[0].enters"),
        ("caller_ids.0.filed", ..., "caller_ids[0].filed"),
        ("caller_ids.0.registered", False, "caller_ids[0].filed"),
        ("caller_ids.0.area_code", "0", "caller_ids[0].area_code"),
        ("agents.0.shifts", [], "agents[0].shifts"),
        ("agents.0.shifts.0.days", "mon-fry", "agents[0].shifts[0].days"),
        ("agents.0.shifts.0.to", "9:00", "agents[0].shifts[0].to"),
        ("campaigns.0.pacing", {"ratio": 2.0}, "campaigns[0].pacing.ratio"),
        ("campaigns.0.pacing", {"mode": "simulate"}, "campaigns[0].pacing.mode"),
        ("campaigns.0.attempts", {"at_most": 21}, "campaigns[0].attempts.at_most"),
        ("goals", [{"metric": "reach"}], "goals[0].at_least"),
        ("goals", [{"metric": "reach", "at_least": float("nan")}], "goals[0].at_least"),
        ("refuse_call", {"access": "per_call"}, "refuse_call.access"),
        ("network", {"off": ["label"]}, "network.off[0]"),
        ("network", {"profile": "strictt"}, "network.profile"),
        ("enterprise.call_centre", {"kind": "outsourced"}, "enterprise.call_centre.outsourcer"),
    ],
)
def test_one_fault_is_one_problem(dotted: str, value: object, place: str) -> None:
    assert list(problems_of(changed(dotted, value))) == [place]


SPOILERS = ["1", "-1", "[]", "{}", '"x"', "true", "09:00", "2026-01-01", "1.5", '["x"]', "[1]"]
SPOILERS += ["[[1]]", "{ a = 1 }", "nan", "inf", "9" * 20, '"1s"', "", "]"]
TEXTS = [path.read_text(encoding="utf-8") for path in SCENARIOS]
TEXTS.append(
    TEXTS[0][: TEXTS[0].index("[[people]]")]
    + """\
[refuse_call]
access = "operator_scrub"
[[people]]
name = "customers"
file = "customers.csv"
delimiter = ";"
encoding = "gb18030"
header = false
home = "HK"
countries = ["CN", "HK"]
order = "priority"
columns = { number = "1", alternates = ["2", "3"], priority = "4" }
attributes = ["5"]
[[people]]
name = "drawn"
[people.synthetic]
count = 10
relations = { opted_in = 0.8, bought = 0.2 }
operators = { CMCC = 0.6 }
prefixes = { "138" = 0.1 }
regions = { Xinjiang = 0.02 }
refuses = { loan = 0.2 }
dormant = 0.1
[[registries]]
name = "scrub"
kind = "refused"
file = "scrub.csv"
categories = ["loan"]
as_of = 2026-04-10
known_from = 2026-04-15T08:00:00
[[withdrawals]]
file = "withdrawn.csv"
columns = { id = "who" }
[history]
calls = { file = "calls.csv" }
"""
    + TEXTS[0][TEXTS[0].index("[[trunks]]") :]
)


@given(st.sampled_from(TEXTS), st.data())
def test_no_spoilt_file_escapes_as_anything_else(text: str, data: st.DataObject) -> None:
    rows = text.split("\n")
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(rows) - 1))
        what = data.draw(st.sampled_from(["take out", "twice", "spoil"]))
        if what == "take out":
            rows[at] = ""
        elif what == "twice":
            rows.insert(at, rows[at])
        elif "=" in rows[at]:
            rows[at] = rows[at].split("=")[0] + "= " + data.draw(st.sampled_from(SPOILERS))
    path = Path(tempfile.gettempdir()) / f"spoilt-{os.getpid()}.toml"
    path.write_text("\n".join(rows), encoding="utf-8")
    try:
        load_scenario(path)
    except ScenarioError as error:
        told = str(error)
    else:
        told = str(path)
    path.unlink()
    assert str(path) in told


def test_defaults_resolve_once() -> None:
    scenario = load_scenario(world())
    assert scenario.list_seed == scenario.seed
    assert scenario.aftermath == 45 * 86_400_000
    assert scenario.people[0].relation == "opted_in"
    assert scenario.people[0].consent_genuine == 1.0
    bought = load_scenario(changed("people.0.synthetic.relation", "bought")).people[0]
    assert (bought.relation, bought.consent_genuine) == ("bought", 0.0)


def test_a_dict_may_hold_dates_as_text() -> None:
    raw = changed("start", "2026-04-13")
    raw["agents"][0]["shifts"][0]["from"] = "09:00"
    assert load_scenario(raw) == load_scenario(world())
    assert load_scenario(raw).start == date(2026, 4, 13)


def test_the_callers_dict_is_left_alone() -> None:
    raw, same = world(), world()
    load_scenario(raw)
    assert raw == same


def test_with_() -> None:
    scenario = load_scenario(world())
    more = scenario.with_("caller_ids.north.count", 50)
    assert (more.caller_ids[0].count, scenario.caller_ids[0].count) == (50, 4)
    assert scenario.with_("campaigns.0.attempts.at_most", 3).campaigns[0].attempts.at_most == 3
    assert scenario.with_("seed", 9).list_seed == 9
    key = "network.overrides.frequency.mobile.warn_per_hour"
    assert scenario.with_(key, 5).network.overrides == {"frequency.mobile.warn_per_hour": 5}


@pytest.mark.parametrize(
    ("dotted", "value", "message"),
    [
        ("caller_ids.nort.count", 5, 'did you mean "north"'),
        ("caller_ids.north.cuont", 5, 'did you mean "count"'),
        ("name.first", 5, "below a plain value"),
        ("days", 0, "out of range"),
    ],
)
def test_with_checks(dotted: str, value: object, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        load_scenario(world()).with_(dotted, value)


def test_a_key_that_is_no_text_beside_another_fault() -> None:
    with pytest.raises(ScenarioError, match="unicode"):
        load_scenario(world() | {"\udcff": "x", "agents": ""})
