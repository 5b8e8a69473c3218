"""Two load tests compared: what is significant, what is refused, what earlier versions stored."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter
from scipy.stats import ttest_ind

import dialsim
from dialsim.__main__ import main
from dialsim.loadtest.comparison import compare_loads
from dialsim.loadtest.stored import read_load
from dialsim.pages.load_comparison_result import LoadComparisonResult
from dialsim.statistics.independent_samples import welch_difference
from dialsim.statistics.paired_differences import holm

pytestmark = pytest.mark.once
HERE = Path(__file__).parent
NOW = HERE.parent / "pages" / "load.json"
VERSION_1 = HERE / "load_version_1.json"
QUANTILES = ("p50", "p90", "p99", "p99.9", "p99.99", "max")


def stored(path: Path, **changes: Any) -> Path:
    """Write the stored load test, changed, as a folder's ``load.json``; return the folder."""
    found = json.loads(NOW.read_text("utf-8")) | {"void": None}
    for number, run in enumerate(found["runs"]):
        (stage,) = run["stages"]
        for name in QUANTILES:
            factor = changes.get("slower", 1.0) * (1 + 0.01 * number)
            stage["lateness_ms"][name] = factor * (QUANTILES.index(name) + 1)
        stage["admitted"] -= changes.get("fewer", 0)
        stage["deferred"] += changes.get("fewer", 0)
    found["asked"] |= changes.get("asked", {})
    found |= changes.get("keys", {})
    found["runs"] = found["runs"][: changes.get("runs", 5)]
    path.mkdir(exist_ok=True)
    (path / "load.json").write_text(json.dumps(found), "utf-8")
    return path


def compared(capsys: Any, *arguments: object) -> tuple[int, str, str]:
    code = main(["bench", "compare", *map(str, arguments)])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_a_load_test_is_not_worse_than_itself(capsys: Any, tmp_path: Path) -> None:
    one = stored(tmp_path / "a")
    code, page, err = compared(capsys, one, one / "load.json")
    assert (code, err) == (0, "")
    assert "B is in no figure significantly different from A." in page
    found = compare_loads(one, one).to_dict()
    (step,) = found["steps"]
    assert all(not each["significant"] and each["change"] == 0 for each in step["figures"])


@pytest.mark.parametrize(("slower", "code"), [(1.5, 1), (0.5, 0), (1.001, 0)])
def test_later_decisions_are_worse(slower: float, code: int, capsys: Any, tmp_path: Path) -> None:
    one, two = stored(tmp_path / "a"), stored(tmp_path / "b", slower=slower)
    assert compared(capsys, one, two)[0] == code
    found = compare_loads(one, two)
    late = [each for each in found.steps[0]["figures"] if each["unit"] == "ms"]
    assert [each["significant"] for each in late] == [slower != 1.001] * 6
    assert [each["worse"] for each in late] == [bool(code)] * 6
    text = {1.5: "B is significantly worse than A.", 0.5: "better than A, and in no figure worse"}
    assert text.get(slower, "no figure significantly different") in compared(capsys, one, two)[1]
    other = compare_loads(two, one)
    assert other.worse is (slower == 0.5)


def test_fewer_admitted_dials_in_every_run_are_worse(capsys: Any, tmp_path: Path) -> None:
    """By a difference that no chance is in: there is nothing to test."""
    one, two = stored(tmp_path / "a"), stored(tmp_path / "b", fewer=7)
    code, text, _ = compared(capsys, one, two, "--json")
    assert code == 1
    found = json.loads(text)
    assert TypeAdapter(LoadComparisonResult).validate_python(found, strict=True) == found
    figures = {each["name"]: each for each in found["steps"][0]["figures"]}
    assert figures["admitted"]["worse"]
    assert figures["admitted"]["p"] is None
    assert figures["reached"]["change"] == 0
    assert compared(capsys, two, one)[0] == 0


def test_figures_are_those_of_welch_and_holm(tmp_path: Path) -> None:
    one, two = stored(tmp_path / "a"), stored(tmp_path / "b", slower=1.01)
    loads = [read_load(place, "A") for place in (one, two)]
    tests = []
    for name in QUANTILES:
        values = [[run["stages"][0]["lateness_ms"][name] for run in each["runs"]] for each in loads]
        tests.append(ttest_ind(values[1], values[0], equal_var=False))
    adjusted = holm([float(each.pvalue) for each in tests])
    found = compare_loads(one, two)
    for each, test, p in zip(found.steps[0]["figures"], tests, adjusted, strict=False):
        assert each["p"] == pytest.approx(p)
        ends = test.confidence_interval()
        assert (each["low"], each["high"]) == pytest.approx((ends.low, ends.high))
    assert found.to_dict()["tests"] == 6


@pytest.mark.parametrize(
    ("content", "english", "chinese"),
    [
        (b"{\n", "is no JSON from line 2, column 1", "自第 2 行第 1 列起不是 JSON"),
        (b'{"a": 1, "a": 2}', "a: stands twice in one table", "a：在同一表中出现两次"),
        (b"{}", "scenario: is missing", "scenario：缺失"),
        (b'{"scenario": 1}', "scenario: has a wrong form", "scenario：格式不符"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_both_languages(
    content: bytes, english: str, chinese: str, capsys: Any, tmp_path: Path
) -> None:
    path = tmp_path / "load.json"
    path.write_bytes(content)
    code, page, err = compared(capsys, path, path)
    assert (code, page) == (2, "")
    assert f"this is no result of a load test: {english}\n" in err
    assert main(["--lang", "zh", "bench", "compare", str(path), str(path)]) == 2
    assert f"这不是负载测试的结果：{chinese}\n" in capsys.readouterr().err


def test_one_run_is_no_sample(capsys: Any, tmp_path: Path) -> None:
    one, two = stored(tmp_path / "a"), stored(tmp_path / "b", slower=9.0, runs=1)
    code, page, _ = compared(capsys, one, two)
    assert code == 0
    assert "Nothing can be tested: each load test needs two whole runs." in page
    assert "not tested" in page


def test_missing_values_and_samples_of_one() -> None:
    found = welch_difference([1.0, np.nan, 2.0, 3.0], [4.0, 5.0, np.nan])
    assert (found.first, found.second, found.change.n) == (2.0, 4.5, 2)
    assert welch_difference([], [1.0]).change.value is None
    assert welch_difference([1.0], [3.0]).change == (2.0, None, None, 1, 0.95, "t")
    assert welch_difference([1.0, 1.0], [1.0, 1.0]).constant
    assert welch_difference([1.0, 1.0], [1.0, 1.1]).p is not None


def test_an_interrupted_step_is_left_out(tmp_path: Path) -> None:
    one = stored(tmp_path / "a")
    found = json.loads((one / "load.json").read_text("utf-8"))
    found["runs"][4]["interrupted"] = True
    found["complete"] = False
    (tmp_path / "b.json").write_text(json.dumps(found), "utf-8")
    comparison = compare_loads(one, tmp_path / "b.json").to_dict()
    assert comparison["steps"][0]["runs"] == [5, 4]
    assert (comparison["second"]["runs"], comparison["second"]["complete"]) == (4, False)
    found["runs"] = found["runs"][4:]
    (tmp_path / "b.json").write_text(json.dumps(found), "utf-8")
    assert compare_loads(one, tmp_path / "b.json").steps == []


def test_every_difference_of_the_load_plans_is_named(capsys: Any, tmp_path: Path) -> None:
    one = stored(tmp_path / "a")
    asked = {"rates_per_s": [2000.0], "length_ms": 700, "arrivals": "even", "deadline_ms": 5}
    two = stored(tmp_path / "b", asked=asked, keys={"scenario": "mine", "seed": 4})
    code, out, err = compared(capsys, one, two)
    assert (code, out) == (2, "")
    for option in ("SCENARIO", "--seed", "--rate, --ramp", "--for", "--arrivals", "--deadline"):
        assert f"its load plan differs from that of A in {option}" in err
    assert "--warm-up" not in err
    more = stored(tmp_path / "c", asked={"runs": 9, "drain_ms": 1, "lateness_ms": {}})
    assert compared(capsys, one, more)[0] == 0  # which are no part of the plan


def test_what_is_no_load_test(capsys: Any, tmp_path: Path) -> None:
    one = stored(tmp_path / "a")
    search = stored(tmp_path / "search", asked={"find_limit": True})
    texts = {
        "none": None,
        "text": "no JSON",
        "other": "{}",
        "list": "[]",
        "nan": '{"seed": NaN}',
    }
    for name, text in texts.items():
        if text is not None:
            (tmp_path / name).write_text(text)
        code, _, err = compared(capsys, one, tmp_path / name)
        assert code == 2
        assert err.startswith("B: ")
        assert str(tmp_path / name) in err
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\xff")
    assert compared(capsys, tmp_path / "bytes", one)[0] == 2
    code, _, err = compared(capsys, one, search)
    assert (code, "B: a search for a limit has no steps to compare" in err) == (2, True)
    assert compared(capsys, one, one, "--json", "--html", tmp_path / "x.html")[0] == 2


def test_results_of_earlier_versions_are_read(capsys: Any, tmp_path: Path) -> None:
    old = read_load(VERSION_1, "A")
    assert "aborted" not in old
    assert "intervals" not in json.loads(VERSION_1.read_text("utf-8"))["runs"][0]
    found = compare_loads(VERSION_1, NOW)
    assert [step["runs"] for step in found.steps] == [[5, 5]]
    assert not found.worse
    code, page, _ = compared(capsys, VERSION_1, NOW, "--lang", "zh")
    assert code == 0
    assert "负载测试" in page
    lacking = deepcopy(json.loads(VERSION_1.read_text("utf-8")))
    del lacking["runs"][2]["stages"][0]["admitted"]
    (tmp_path / "lacking.json").write_text(json.dumps(lacking), "utf-8")
    with pytest.raises(dialsim.ScenarioError, match=r"runs\.2\.stages\.0\.admitted: is missing"):
        read_load(tmp_path / "lacking.json", "A")


def test_the_page_as_html(capsys: Any, tmp_path: Path) -> None:
    one, two = stored(tmp_path / "a"), stored(tmp_path / "b", slower=1.5)
    other = stored(tmp_path / "c", keys={"machine": {"system": "Linux", "processor": "arm64"}})
    place = tmp_path / "page.html"
    assert compared(capsys, one, two, "--html", place, "--quiet") == (1, "", "")
    text = place.read_text("utf-8")
    assert "B is significantly worse than A." in text
    assert "&lt; 0.001" in text
    assert "The two were measured on different machines." in compared(capsys, one, other)[1]
