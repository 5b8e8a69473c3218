"""Lists, registries, withdrawals and histories: what a scenario may say of them."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from dialsim.errors import ScenarioError
from dialsim.scenario import load_scenario, resolved_profiles, scenario_digest, warnings
from dialsim.scenario.checks.inputs import named_files
from dialsim.scenario.identity import NEUTRAL_VALUES
from tests.scenario.worlds import changed, world

OWN = {"name": "own", "file": "own.csv"}
DRAWN = {"count": 100}
SCRUB = {
    "name": "scrub",
    "kind": "refused",
    "file": "scrub.csv",
    "as_of": date(2026, 4, 10),
}


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every file that these scenarios name be there, empty."""
    for name in ("own.csv", "scrub.csv", "dnc.parquet", "withdrawn.csv", "calls.csv", "north.csv"):
        (tmp_path / name).write_bytes(b"")
    monkeypatch.chdir(tmp_path)


def own(**keys: object) -> dict[str, Any]:
    return changed("people.0", OWN | keys)


def drawn(**keys: object) -> dict[str, Any]:
    return changed("people.0.synthetic", DRAWN | keys)


def with_registry(**keys: object) -> dict[str, Any]:
    raw = own() | {"refuse_call": {"access": "operator_scrub"}}
    return raw | {"registries": [{k: v for k, v in (SCRUB | keys).items() if v is not ...}]}


def only(raw: dict[str, Any]) -> Any:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(raw)
    (problem,) = caught.value.problems
    return problem


EVERYTHING = own(
    format="csv",
    delimiter=";",
    encoding="GB18030",
    header=False,
    home="HK",
    countries=["CN", "HK"],
    order="best_hour",
    relation="bought",
    columns={"number": "1", "id": "2", "alternates": ["3", "4"], "withdrawn": "5"},
    attributes=["6", "2"],
) | {
    "refuse_call": {"access": "operator_scrub"},
    "registries": [
        SCRUB | {"categories": ["loan"], "home": "HK", "known_from": datetime(2026, 4, 14, 8)},
        {"name": "own", "kind": "internal", "file": "dnc.parquet", "columns": {"number": "tel"}},
    ],
    "withdrawals": [{"file": "withdrawn.csv", "columns": {"id": "who"}}],
    "history": {
        "calls": {"file": "calls.csv", "delimiter": "\t", "columns": {"time": "at"}},
        "caller_ids": {"file": "calls.csv"},
    },
}
EVERYTHING["caller_ids"][0] |= {"file": "north.csv", "columns": {"number": "n"}, "encoding": "gbk"}
EVERYTHING["campaigns"][0]["exports_data"] = True


def test_everything_comes_back() -> None:
    scenario = load_scenario(EVERYTHING)
    again = load_scenario(scenario.to_dict())
    assert again == scenario
    assert again.to_dict() == scenario.to_dict()
    people = scenario.people[0]
    assert people.columns.given == {
        "number": "1", "id": "2", "alternates:0": "3", "alternates:1": "4", "withdrawn": "5",
    }  # fmt: skip
    assert people.columns.priority == "priority"
    assert scenario.registries[1].columns.number == "tel"
    assert scenario.withdrawals[0].columns.given == {"id": "who"}
    assert scenario.history is not None
    assert scenario.history.calls is not None
    assert scenario.history.calls.delimiter == "\t"
    assert [place for place, _ in named_files(scenario)] == [
        "people[0].file", "registries[0].file", "registries[1].file", "withdrawals[0].file",
        "caller_ids[0].file", "history.calls.file", "history.caller_ids.file",
    ]  # fmt: skip


def test_what_is_not_used_is_not_written() -> None:
    """A scenario without the younger keys keeps the digest it had before them."""
    scenario = load_scenario(world())
    written = scenario.to_dict()
    assert not {"registries", "withdrawals", "history"} & set(written)
    assert set(written["people"][0]) == {"name", "synthetic", "order"}
    assert set(written["people"][0]["synthetic"]) == {
        "relation", "consent_recorded", "consent_genuine", "internal_dnc", "purposes", "count",
    }  # fmt: skip
    assert "exports_data" not in written["campaigns"][0]
    assert not {"header", "columns"} & set(written["caller_ids"][0])
    rules, network = resolved_profiles(scenario)
    assert rules is not None
    assert network is not None
    known = scenario_digest(scenario, rules, network)
    told = network.plain_values()
    unheard = {key for key, value in NEUTRAL_VALUES.items() if told.get(key) == value}
    for profile, young in ((rules, {"registry.max_age"}), (network, unheard)):
        values = {key: value for key, value in profile.values.items() if key not in young}
        object.__setattr__(profile, "values", values)
    assert scenario_digest(scenario, rules, network) == known


def test_a_list_from_a_file_is_told_as_before() -> None:
    scenario = load_scenario(own())
    assert set(scenario.to_dict()["people"][0]) == {
        "name", "file", "order", "relation", "consent_recorded", "consent_genuine",
        "internal_dnc", "purposes",
    }  # fmt: skip
    people = scenario.people[0]
    assert (people.home, people.countries, people.header) == ("CN", ("CN",), True)
    assert load_scenario(own(home="HK")).people[0].countries == ("HK",)


def digest(raw: dict[str, Any]) -> str:
    scenario = load_scenario(raw)
    rules, network = resolved_profiles(scenario)
    assert rules is not None
    assert network is not None
    return scenario_digest(scenario, rules, network)


def test_a_column_by_its_own_name_is_no_other_run() -> None:
    assert digest(own(columns={"number": "number"})) == digest(own())
    assert digest(own(columns={"number": "tel"})) != digest(own())
    assert digest(own(columns={"withdrawn": "w"})) != digest(own())


@pytest.mark.parametrize(
    "keys",
    [
        {"header": False},
        {"home": "HK"},
        {"countries": ["CN", "HK"]},
        {"attributes": ["branch"]},
        {"order": "priority"},
        {"delimiter": "|"},
    ],
)
def test_every_key_of_a_file_is_another_run(keys: dict[str, Any]) -> None:
    assert digest(own(**keys)) != digest(own())


@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [
        ("format", "xlsx", '"csv", "parquet"'),
        ("delimiter", "||", "one character"),
        ("delimiter", "\n", "one character"),
        ("delimiter", '"', "one character"),
        ("delimiter", "，", "one character"),
        ("delimiter", 5, "text in quotes"),
        ("encoding", "gb18031", "a text encoding"),
        ("encoding", "rot13", "a text encoding"),
        ("encoding", "undefined", "a text encoding"),
        ("encoding", "ü", "a text encoding"),
        ("home", "cn", '"CN"'),
        ("home", "ZZ", "an ISO 3166 code"),
        ("countries", [], "at least one item"),
        ("countries", ["CN", "XX"], "an ISO 3166 code"),
        ("countries", ["CN", "CN"], None),
        ("attributes", ["a", "a"], None),
        ("order", "random", '"list", "key", "priority", "best_hour"'),
        ("columns", {"number": ""}, "at least one character"),
        ("columns", {"number": "tel", "id": "tel"}, "a column of its own"),
        ("columns", {"number": "tel", "alternates": ["a", "tel"]}, "a column of its own"),
        ("columns", {"alternates": ["a", "b", "c", "d"]}, "at most 3"),
        ("columns", {"numbr": "tel"}, "number"),
    ],
)
def test_what_a_file_cannot_be(key: str, value: object, allowed: str | None) -> None:
    problem = only(own(**{key: value}))
    assert problem.path.startswith(f"people[0].{key}")
    assert allowed is None or allowed in problem.allowed


def test_the_nearest_encoding_is_offered() -> None:
    assert "gb18030" in only(own(encoding="gb1803")).remedy


def test_a_parquet_file_has_no_delimiter() -> None:
    problem = only(own(format="parquet", delimiter=";"))
    assert problem.message == "a Parquet file has no delimiter"
    load_scenario(own(format="parquet", header=True))


@pytest.mark.parametrize(
    ("key", "value"),
    [("columns", {"number": "n"}), ("home", "HK"), ("attributes", ["a"]), ("header", True)],
)
def test_a_drawn_list_has_no_file(key: str, value: object) -> None:
    problem = only(changed(f"people.0.{key}", value))
    assert problem.path == f"people[0].{key}"
    assert "a drawn list has none" in problem.message


def test_a_drawn_list_has_no_priority() -> None:
    assert only(changed("people.0.order", "best_hour")).path == "people[0].order"
    load_scenario(changed("people.0.order", "key"))


def test_no_file_no_columns() -> None:
    problem = only(changed("caller_ids.0.columns", {"number": "n"}))
    assert (problem.path, problem.allowed) == ("caller_ids[0].columns", "`file` beside it")


# --- registries -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "place", "text"),
    [
        ({"as_of": ...}, "as_of", "its date"),
        ({"kind": "industry", "as_of": ...}, "as_of", "how old it is"),
        ({"as_of": date(2026, 3, 12)}, "as_of", "2026-03-13 or later"),
        ({"as_of": date(2026, 4, 14)}, "as_of", "2026-04-13 or earlier"),
        ({"known_from": datetime(2026, 4, 13)}, "known_from", "before the start"),
        ({"known_from": datetime(2026, 4, 15, 0, 0, 1)}, "known_from", "outside the run"),
        ({"kind": "internal", "categories": ["loan"]}, "categories", "only a scrub"),
        ({"categories": []}, "categories", "refuses nothing"),
        ({"categories": ["lone"]}, "categories[0]", 'did you mean "loan"?'),
        ({"kind": "national"}, "kind", '"internal", "industry", "refused", "protected"'),
        ({"file": "scrubb.csv"}, "file", 'did you mean "scrub.csv"?'),
        ({"file": "."}, "file", "this is a folder"),
    ],
)
def test_registries(keys: dict[str, Any], place: str, text: str) -> None:
    problem = only(with_registry(**keys))
    assert problem.path == f"registries[0].{place}"
    assert text in str(problem)


def test_registries_in_time() -> None:
    load_scenario(with_registry(as_of=date(2026, 3, 13)))
    later = {"as_of": date(2026, 4, 14), "known_from": datetime(2026, 4, 14, 8)}
    load_scenario(with_registry(**later))
    load_scenario(with_registry(kind="internal", as_of=...))
    load_scenario(with_registry(kind="protected", as_of=date(2020, 1, 1)))


def test_who_refuses_is_known_from_a_scrub_only() -> None:
    problem = only(with_registry() | {"refuse_call": {}})
    assert problem.path == "registries[0].kind"
    assert "operator_scrub" in problem.allowed


def test_a_pack_may_only_shorten_the_age() -> None:
    raw = with_registry()
    raw["rules"] = {"overrides": {"registry.max_age": "32d"}}
    assert "a wall" in only(raw).message
    raw["rules"] = {"overrides": {"registry.max_age": "2d"}}
    assert "2026-04-11 or later" in str(only(raw))


def test_registries_have_names_of_their_own() -> None:
    raw = with_registry()
    raw["registries"] *= 2
    assert only(raw).path == "registries[1].name"


def test_a_guessed_day_hides_what_hangs_on_it() -> None:
    raw = with_registry() | {"start": "2026-13-01"}
    assert only(raw).path == "start"


def test_a_history_says_something() -> None:
    assert only(own() | {"history": {}}).path == "history"
    assert only(own() | {"history": {"calls": {"file": "cals.csv"}}}).remedy.endswith('calls.csv"?')


# --- lists that are drawn -------------------------------------------------------------------------


def test_a_drawn_list_may_say_who_is_on_it() -> None:
    raw = drawn(
        relations={"opted_in": 0.8},
        operators={"CMCC": 0.6, "CBN": 0.0},
        prefixes={"138": 0.1, "1700": 0.05},
        regions={"Xinjiang": 0.02, "Inner Mongolia": 0.1},
        refuses={"credit_card": 0.2, "loan": 0.2},
        empty=0.1,
        suspended=0.1,
        dormant=0.1,
        registered=0.5,
        registry_growth=0.01,
        whitelist=0.02,
        industry_dnc=0.1,
    )
    scenario = load_scenario(raw)
    assert load_scenario(scenario.to_dict()) == scenario
    mine = scenario.people[0]
    assert mine.synthetic is not None
    assert mine.synthetic.relations == pytest.approx({"opted_in": 0.8, "bought": 0.2})
    assert mine.relation == "opted_in"
    assert mine.consent_genuine == pytest.approx(0.8)
    assert (mine.genuine_of("opted_in"), mine.genuine_of("bought")) == (1.0, 0.0)
    assert digest(raw) != digest(drawn())


def test_whose_consent_is_genuine() -> None:
    bought = load_scenario(own(relation="bought", consent_genuine=0.1)).people[0]
    assert (bought.genuine_of("bought"), bought.genuine_of("opted_in")) == (0.1, 1.0)
    mixed = load_scenario(drawn(relations={"bought": 0.6}, consent_genuine=0.3))
    again = load_scenario(mixed.to_dict()).people[0]
    assert (again.relation, again.genuine_of("bought"), again.genuine_of("opted_in")) == (
        "bought",
        0.3,
        0.3,
    )


@pytest.mark.parametrize(
    ("keys", "place", "text"),
    [
        ({"relations": {"opted_in": 0.5, "bought": 0.4}}, "relations", "1 in all"),
        ({"relations": {}}, "relations", "no share is given"),
        ({"relations": {"optedin": 1.0}}, "relations.optedin", 'did you mean "opted_in"?'),
        ({"relation": "bought", "relations": {"bought": 1.0}}, "relations", "one of the two"),
        ({"operators": {"CMCC": 0.7, "CTCC": 0.4}}, "operators", "sum to 1.1"),
        ({"operators": {"CMC": 0.7}}, "operators.CMC", 'did you mean "CMCC"?'),
        ({"operators": {"CMCC": 1.5}}, "operators.CMCC", "at most 1"),
        ({"operators": 5}, "operators", "a table"),
        ({"operators": "CMCC"}, "operators", "a table"),
        ({"operators": {"ABROAD": 1.0}}, "operators.ABROAD", '"MVNO"'),
        ({"prefixes": {"128": 0.1}}, "prefixes.128", "first 3 to 7 digits"),
        ({"prefixes": {"138": 0.1, "1380": 0.1}}, "prefixes", "prefix 1380 is part of 138"),
        ({"prefixes": {"138": 0.6, "139": 0.6}}, "prefixes", "at most 1 in all"),
        ({"regions": {"Xingjiang": 0.1}}, "regions.Xingjiang", 'did you mean "Xinjiang"'),
        ({"regions": {"Beijing": 0.6, "Tibet": 0.6}}, "regions", "sum to 1.2"),
        ({"refuses": {"cards": 0.1}}, "refuses.cards", '"credit_card"'),
        ({"refuses": {"loan": 0.7}}, "refuses.loan", "at most 0.6 (network typical)"),
        ({"refuses": {"loan": 0.2}, "registered": 0.1}, "refuses.loan", "registered beside it"),
        ({"empty": 0.99}, "empty", "nobody of opted_in can be reached"),
        ({"empty": 0.5, "dormant": 0.5}, "empty", "less than 1 in all"),
        ({"whitelist": 1.1}, "whitelist", "at most 1"),
    ],
)
def test_shares_that_cannot_be_drawn(keys: dict[str, Any], place: str, text: str) -> None:
    problem = only(drawn(**keys))
    assert problem.path == f"people[0].synthetic.{place}"
    assert text in str(problem)


def test_operators_without_a_share_leave_nothing_open() -> None:
    network = {"overrides": {f"operators.share.{name}": 0.0 for name in ("CTCC", "CBN", "MVNO")}}
    raw = drawn(operators={"CMCC": 0.5, "CUCC": 0.4}) | {"network": network}
    assert only(raw).path == "people[0].synthetic.operators"


def test_several_unknown_names_are_told_at_once() -> None:
    raw = drawn(operators={"CMC": 0.1, "CTC": 0.1}, regions={"Bejing": 0.1})
    raw["campaigns"][0]["ring_timeout"] = "5s"
    with pytest.raises(ScenarioError) as caught:
        load_scenario(raw)
    assert sorted(problem.path for problem in caught.value.problems) == [
        "campaigns[0].ring_timeout",
        "people[0].synthetic.operators.CMC",
        "people[0].synthetic.operators.CTC",
        "people[0].synthetic.regions.Bejing",
    ]


def test_a_share_can_be_changed_by_its_path() -> None:
    scenario = load_scenario(world()).with_("people.own.synthetic.regions.Tibet", 0.1)
    assert scenario.people[0].synthetic is not None
    assert scenario.people[0].synthetic.regions == {"Tibet": 0.1}


# --- what is worth knowing ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (own() | {"refuse_call": {"access": "operator_scrub"}}, "no registry is of kind"),
        (with_registry(categories=["loan"]), "about loan, and no campaign is"),
        (with_registry(as_of=date(2026, 3, 13)), "older than 31 d from 14 Apr 2026 on"),
        (own(home="HK", countries=["CN"]), "none of its countries"),
        (world() | {"withdrawals": [{"file": "withdrawn.csv"}]}, "withdrawals are about numbers"),
        (changed("campaigns.0.exports_data", True), "count as having agreed to it"),
    ],
)
def test_warnings(raw: dict[str, Any], text: str) -> None:
    (told,) = warnings(load_scenario(raw))
    assert text in told


def test_no_warning_of_a_scrub_that_is_renewed() -> None:
    raw = with_registry(as_of=date(2026, 3, 13), categories=["credit_card"])
    again = {"name": "new", "as_of": date(2026, 4, 14), "known_from": datetime(2026, 4, 14, 8)}
    raw["registries"].append(SCRUB | again)
    assert warnings(load_scenario(raw)) == []
