"""The guard: ratios, what became slower, another try in a busy moment, and baselines."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from benchmarks import guard
from benchmarks.files import BadInput
from benchmarks.guarding.comparing import as_json, changes, read_baseline, table
from benchmarks.guarding.ratios import ATTEMPTS, guarded, ratio_to, ratios
from benchmarks.guarding.reference import reference_loop
from benchmarks.measuring import Measurement
from tests.house.sources import ROOT

NAMES = ("engine", "screen")


def measurement(name: str) -> Measurement:
    return Measurement(name, "items", 1, lambda: None, lambda _: None)


def measuring(*figures: float) -> tuple[Callable[[Measurement], float], list[str]]:
    """Return a measure that tells these figures one after another, and what it was asked."""
    told, asked = iter(figures), []

    def measure(what: Measurement) -> float:
        asked.append(what.name)
        return next(told)

    return measure, asked


def test_slower_means_beyond_the_tolerance() -> None:
    before = {"engine": 100.0, "screen": 2.0, "gone": 1.0, "numbers": 4.0}
    now = {"engine": 124.0, "screen": 2.6, "numbers": 2.0, "more": 3.0}
    found = {change.name: change.verdict for change in changes(before, now, 0.25)}
    assert found == {
        "engine": "as before",
        "screen": "slower",
        "gone": "not measured now",
        "numbers": "faster",
        "more": "new",
    }
    assert [change.name for change in changes(before, now, 0.25) if change.is_slower] == ["screen"]
    lines = list(table(changes(before, now, 0.25)))
    assert "| screen | 2 | 2.6 | +30% | slower |" in lines


def test_a_machine_of_twice_the_speed_changes_no_ratio() -> None:
    """Times of both halve; the ratio is what is stored and compared."""
    slow, quick = {"engine": 80e-9 / 10e-9}, {"engine": 40e-9 / 5e-9}
    assert not any(change.is_slower for change in changes(slow, quick, 0.01))


def test_a_busy_moment_is_measured_again_and_a_regression_stays_one() -> None:
    measure, asked = measuring(150.0, 101.0, *[3.0] * ATTEMPTS)
    found = ratios(map(measurement, NAMES), measure, {"engine": 100.0, "screen": 2.0}, 0.25)
    assert found == {"engine": 101.0, "screen": 3.0}
    assert asked == ["engine"] * 2 + ["screen"] * ATTEMPTS


def test_without_a_baseline_everything_is_measured_once() -> None:
    measure, asked = measuring(150.0, 3.0)
    assert ratios(map(measurement, NAMES), measure) == {"engine": 150.0, "screen": 3.0}
    assert asked == list(NAMES)


def test_a_ratio_is_the_best_round_over_the_best_step(monkeypatch: pytest.MonkeyPatch) -> None:
    class Steps:
        told = iter([5.0, 2.0, *[4.0] * 100])

        def seconds_a_step(self) -> float:
            return next(self.told)

    rounds = iter([(9.0, None), (8.0, None), *[(10.0, None)] * 100])
    what = Measurement("half", "items", 2, lambda: None, lambda _: None)
    monkeypatch.setattr(Measurement, "round", lambda _: next(rounds))
    assert ratio_to(Steps(), enough_s=0)(what) == (8.0 / 2) / 2.0


def test_the_reference_loop_does_what_its_text_says() -> None:
    words = np.zeros(64, np.uint64)
    total = int(reference_loop(words, 500))
    plain, state, expected = [0] * 64, 1, 0
    for _ in range(500):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        place = (state >> 33) & 63
        expected ^= plain[place]
        plain[place] = (plain[place] + state) % 2**64
    assert words.tolist() == plain
    assert total == expected


@pytest.mark.slow_without_jit
def test_what_is_guarded_has_names_of_its_own_and_is_right() -> None:
    names = []
    for what in guarded(small=True):
        what.begin()
        names.append(what.name)
    assert len(set(names)) == len(names) > 5


def ran(monkeypatch: pytest.MonkeyPatch, figures: dict[str, float], *arguments: str) -> Result:
    monkeypatch.setattr(guard, "guarded", lambda _small: map(measurement, figures))
    monkeypatch.setattr(guard, "Reference", lambda: None)
    monkeypatch.setattr(guard, "ratio_to", lambda *_: lambda what: figures[what.name])
    return CliRunner().invoke(guard.main, arguments)


def test_saved_and_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = str(tmp_path / "baseline.json")
    saved = ran(monkeypatch, {"engine": 100.0, "screen": 2.0}, "--save", file)
    assert saved.exit_code == 0
    same = ran(monkeypatch, {"engine": 110.0, "screen": 1.0}, "--against", file)
    assert same.exit_code == 0, same.output
    worse = ran(monkeypatch, {"engine": 130.0, "screen": 2.0}, "--against", file)
    assert worse.exit_code == 1
    assert "slower by more than 25%: engine" in worse.output
    lenient = ran(
        monkeypatch, {"engine": 130.0, "screen": 2.0}, "--against", file, "--tolerance", "0.5"
    )
    assert lenient.exit_code == 0
    fewer = ran(monkeypatch, {"engine": 100.0}, "--against", file)
    assert fewer.exit_code == 0
    assert "not measured now: screen" in fewer.output
    assert list(tmp_path.iterdir()) == [tmp_path / "baseline.json"]


def test_what_is_slower_takes_no_baseline_s_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, other = tmp_path / "baseline.json", tmp_path / "other.json"
    ran(monkeypatch, {"engine": 100.0}, "--save", str(file))
    before = file.read_text("utf-8")
    worse = ran(monkeypatch, {"engine": 300.0}, "--against", str(file), "--save", str(file))
    assert worse.exit_code == 1
    assert "stays as it was" in worse.output
    assert file.read_text("utf-8") == before
    ran(monkeypatch, {"engine": 300.0}, "--against", str(file), "--save", str(other))
    assert read_baseline(other) == {"engine": 300.0}
    ran(monkeypatch, {"engine": 90.0}, "--against", str(file), "--save", str(file))
    assert read_baseline(file) == {"engine": 90.0}


def test_a_wrong_result_is_no_baseline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(_what: Measurement) -> float:
        raise AssertionError("four is not three")

    monkeypatch.setattr(guard, "guarded", lambda _small: [measurement("engine")])
    monkeypatch.setattr(guard, "Reference", lambda: None)
    monkeypatch.setattr(guard, "ratio_to", lambda *_: wrong)
    done = CliRunner().invoke(guard.main, ["--save", str(tmp_path / "baseline.json")])
    assert done.exit_code == 1
    assert "four is not three" in done.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (None, "cannot be read"),
        ("{", "not JSON"),
        ("[1]", "schema"),
        ('{"schema": 1, "ratios": {}}', "schema"),
        ('{"schema": 3}', "above 0"),
        ('{"schema": 3, "ratios": {"engine": 0}}', "above 0"),
        ('{"schema": 3, "ratios": {"engine": true}}', "above 0"),
        ('{"schema": 3, "ratios": {"engine": Infinity}}', "above 0"),
        ('{"schema": 3, "ratios": {"engine": 1' + 400 * "0" + "}}", "above 0"),
        ('{"schema": true, "ratios": {}}', "schema"),
        (100_000 * "[", "not JSON"),
        ('{"schema": 3, "small": false, "ratios": {}}', "is empty"),
        ('{"schema": 3, "ratios": {"engine": 1}}', "`small` must be true or false"),
        ('{"schema": 3, "small": "no", "ratios": {"engine": 1}}', "`small` must be true or false"),
        ('{"schema": 3, "small": false, "ratios": {"screen": 1}}', "nothing that is measured now"),
    ],
)
def test_what_is_no_baseline_is_bad_input(
    content: str | None, wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "baseline.json"
    if content is not None:
        file.write_text(content, "utf-8")
    done = ran(monkeypatch, {"engine": 1.0}, "--against", str(file))
    assert done.exit_code == 2
    assert wrong in done.output


@pytest.mark.parametrize("tolerance", ["0", "-0.1", "much", "nan", "-nan", "inf"])
def test_tolerances_that_make_no_sense(
    tolerance: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "baseline.json"
    done = ran(monkeypatch, {"engine": 1.0}, "--save", str(file), "--tolerance", tolerance)
    assert done.exit_code == 2
    assert "--tolerance" in done.output
    assert not file.exists()


def test_the_baseline_that_is_kept_is_one_of_what_is_guarded() -> None:
    kept = read_baseline(ROOT / "benchmarks" / "baseline.json")
    assert len(kept) == sum(1 for _ in guarded(small=True))


def test_nothing_to_do_is_bad_input(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ran(monkeypatch, {"engine": 1.0}).exit_code == 2


def test_a_baseline_is_read_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    file.write_text(as_json({"engine": 71.25}, "a machine"), "utf-8")
    assert read_baseline(file) == {"engine": 71.25}
    assert json.loads(file.read_text("utf-8"))["machine"] == "a machine"


def test_a_baseline_of_other_sizes_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    for small in (False, True):
        file.write_text(as_json({"engine": 71.25}, "a machine", small), "utf-8")
        assert read_baseline(file, small)
        with pytest.raises(BadInput, match="compare with" if small else "compare without"):
            read_baseline(file, not small)
