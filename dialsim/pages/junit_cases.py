"""The verdicts of a run, replications, a check and comparisons as cases of JUnit XML.

They fail exactly where the command exits with another code than 0.
"""

from __future__ import annotations

from dialsim.feasibility.conclusion import OUT_OF_REACH
from dialsim.pages.check.check_result import CheckResult
from dialsim.pages.junit import Case
from dialsim.pages.load_comparison_result import LoadComparisonResult
from dialsim.results import formatting
from dialsim.results.comparison.comparison_result import ComparisonResult
from dialsim.results.comparison.replications_result import ReplicationsResult
from dialsim.results.summary_types.summary import Summary

BROKEN_OFF = "interrupted"
_SIGNS = {"at_least": "at least", "at_most": "at most"}


def run_cases(summary: Summary, *, complete: bool, time_s: float) -> list[Case]:
    """Return the cases of a run: its end, whether it is a lawful plan, hard limits and goals."""
    heading = summary["heading"]
    cases = [Case("the run came to its end", None if complete else BROKEN_OFF, time_s)]
    if heading:
        cases.append(Case("the scenario is a lawful plan", heading))
    for limit in summary.get("walls", []):
        measured = formatting.number(limit["measured"], "share")
        failure = f"{measured}, at most {formatting.number(limit['cap'], 'share')}"
        name = _named("hard limit", limit["name"], limit["campaign"])
        cases.append(Case(name, None if limit["met"] else failure))
    for goal in summary["goals"]:
        unit = goal["unit"]
        target = f"{_SIGNS[goal['bound']]} {formatting.number(goal['target'], unit)}"
        value = "undecided" if goal["met"] is None else formatting.number(goal["value"], unit)
        missed = None if goal["met"] is True else f"{value}, {target}"
        cases.append(Case(f"goal {goal['index'] + 1}: {goal['name']} {target}", missed))
    return cases


def replications_cases(found: ReplicationsResult, *, met: bool, time_s: float) -> list[Case]:
    """Return the cases of replications: their end, every goal, and all of it in each of them."""
    done, wanted = len(found["replications"]), found["wanted"]
    end = None if found["complete"] else f"{BROKEN_OFF} after {done} of {wanted} replications"
    cases = [Case("every replication came to its end", end, time_s)]
    for goal in found["goals"]:
        target = f"{_SIGNS[goal['bound']]} {formatting.number(goal['target'], goal['unit'])}"
        share = goal["met"]["value"]
        failure = f"met in {formatting.number(share, 'share')} of the replications"
        name = f"goal {goal['index'] + 1}: {goal['name']} {target}"
        cases.append(Case(name, None if share == 1 else failure))
    all_met = None if found["goals_met"] is None else found["goals_met"]["value"]
    failure = f"so in {formatting.number(all_met, 'share')} of the replications"
    cases.append(Case("every goal is met and every hard limit kept", None if met else failure))
    return cases


def check_cases(found: CheckResult, time_s: float) -> list[Case]:
    """Return the cases of a check: the scenario, its obligations that are hard limits, its goals.

    Of a scenario that is not valid, each problem.
    """
    cases = [Case("the scenario is valid", None if found["ok"] else "it is not", time_s)]
    for problem in found["problems"]:
        place = ":".join(str(part) for part in (problem["file"], problem["line"]) if part)
        name = " ".join(part for part in (place, problem["path"]) if part)
        cases.append(Case(name or "problem", str(problem["message"])))
    audit, estimate, verdict = found.get("audit"), found.get("estimate"), found["verdict"]
    for row in audit["rows"] if audit else ():
        if row["wall"]:
            missing = row["key"] in verdict.get("walls_missing", [])
            cases.append(Case(f"obligation: {row['title']}", str(row["why"]) if missing else None))
    if verdict.get("unlawful") and estimate:
        cases.append(Case("the scenario is a lawful plan", str(estimate["heading"])))
    for number, goal in enumerate(estimate["goals"] if estimate else (), 1):
        target = f"{_SIGNS[goal['bound']]} {formatting.number(goal['target'], goal['unit'])}"
        expected = formatting.number(goal["expected"], goal["unit"])
        late = goal["outlook"] == OUT_OF_REACH
        failure = f"out of reach: estimated {expected}, {target}" if late else None
        cases.append(Case(f"goal {number}: {goal['name']} {target}", failure))
    return cases


def comparison_cases(found: ComparisonResult, *, interrupted: bool, time_s: float) -> list[Case]:
    """Return the cases of a comparison: its end, whether B is lawful, and each goal both have."""
    end = BROKEN_OFF if interrupted else None
    cases = [Case("every pair came to its end", end, time_s)]
    worse = [goal for goal in found["goals"] if goal["verdict"] == "worse"]
    if found["verdict"]["exit_code"] and not worse:
        cases.append(Case("B is a lawful plan", str(found["verdict"]["sentence"])))
    for goal in found["goals"]:
        kind = "hard limit" if goal["wall"] else "goal"
        failure = str(goal["sentence"]) if goal["verdict"] == "worse" else None
        cases.append(Case(f"B is not worse in the {kind}: {goal['name']}", failure))
    return cases


def load_comparison_cases(found: LoadComparisonResult, time_s: float) -> list[Case]:
    """Return the cases of two load tests compared: each figure of each step."""
    cases = [Case("both load tests have a step", None, time_s)]
    for step in found["steps"]:
        for each in step["figures"]:
            change, unit = each["change"], each["unit"]
            failure = f"B less A {change:+g} {unit}" if each["worse"] and change else None
            cases.append(Case(f"B is not worse in {each['name']} at {step['rate']}/s", failure))
    return cases


def _named(kind: str, name: str, campaign: str | None) -> str:
    return f"{kind}: {name}" if campaign is None else f"{kind}: {name}, {campaign}"
