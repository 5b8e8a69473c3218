"""What is typed to see each page once, over small worlds, and what of a page differs by machine."""

from __future__ import annotations

import io
import json
import re
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
import tomli_w

import dialsim
from dialsim.__main__ import main
from tests.results.stopped import stopped
from tests.scenario.worlds import world

EXPECTED = Path(__file__).with_name("expected")
WIDTHS = (80, 100)
RUN = "runs/stopped"
PLANNING = ("--executor", "serial")
PAGES: dict[str, tuple[str, ...]] = {
    "run": ("run", "stopped.toml", "--no-report", "--out", "out"),
    "run_missed": ("run", "small.toml", "--no-report", "--no-log", "--out", "out"),
    "run_replications": ("run", "small.toml", "--replications", "3"),
    "report": ("report", RUN),
    "check": ("check", "small.toml"),
    "check_audit": ("check", "small.toml", "--only", "audit"),
    "people": ("people", "list.csv"),
    "screen": ("screen", "list.csv", "--scenario", "small.toml", "--at", "2026-04-13 10:00"),
    "compare": ("compare", "small.toml", "--set", "caller_ids.north.count=2", "--replications",
                "3"),
    "bench_compare": ("bench", "compare", "before.json", "after.json"),
    "sweep": ("sweep", "small.toml", "--vary", "caller_ids.north.count=2,4", "-n", "2", *PLANNING),
    "plan": ("plan", "planned.toml", "--proof-runs", "100", *PLANNING),
    "replan": ("replan", "runs/rest", "--as-of", "2026-04-13T10:00", "--proof-runs", "20",
               *PLANNING),
    "sensitivity": ("sensitivity", "small.toml", "--trajectories", "4", "--base-samples", "0",
                    "--only", "answer", *PLANNING),
    "calibrate": ("calibrate", RUN),
    "validate": ("validate", "--only", "limit"),
    "explain_value": ("explain", "callee.limits"),
    "explain_reason": ("explain", "INTERNAL_DNC"),
    "explain_all": ("explain",),
    "explain_run": ("explain", RUN),
    "explain_intervention": ("explain", RUN, "--intervention", "0"),
    "explain_caller": ("explain", RUN, "--caller", "1"),
    "explain_person": ("explain", RUN, "--person", "3"),
    "rules": ("rules", "cn"),
    "rules_diff": ("rules", "cn", "--diff", "2021-06-01", "2026-04-13"),
    "html": ("report", RUN, "--html", "page.html"),
    "dossier_boss": ("dossier", RUN, "--for", "boss", "--replications", "2", "--out", "-"),
    "dossier_compliance": ("dossier", RUN, "--for", "compliance", "--out", "-"),
    "dossier_operator": ("dossier", "runs/planned", "--for", "operator", "--out", "-"),
}  # fmt: skip
"""By page the command that prints it."""

PLAYED_ONCE = (
    "dialsim.api.compare", "dialsim.planning.plan", "dialsim.planning.replan",
    "dialsim.planning.sensitivity", "dialsim.planning.sweep", "dialsim.calibration.calibrate",
    "dialsim.validation.validate",
)  # fmt: skip
"""Functions whose result is kept, so that a page is laid out four times and computed once."""

VARYING = (
    (r"in [\d.,]+ s \(engine [\d.,]+ s, [\d,]+ a second\) · [\d,]+ MiB", "in TIME"),
    (r"用时 .*", "用时"),
    (r"(?s)<script.*?</script>", "<script></script>"),
)
"""What differs between machines, and programs of others."""


def variants(page: str) -> list[tuple[str, int]]:
    """Return the languages and widths in which a page is kept; HTML has no width."""
    words = PAGES[page]
    widths = WIDTHS[:1] if words[0] == "dossier" or "--html" in words else WIDTHS
    return [(language, width) for language in ("en", "zh") for width in widths]


def kept(page: str, language: str, width: int) -> Path:
    """Return the file in which a page is kept as it was."""
    return EXPECTED / f"{page}.{language}.{width}.txt"


def printed(arguments: tuple[str, ...], language: str, width: int) -> str:
    """Return what a command prints, with nothing of this machine in it.

    Working folder and functions are those of the caller, who has called :func:`prepared`.
    """
    words = [*arguments, "--lang", language]
    out = io.StringIO()
    with (
        pytest.MonkeyPatch.context() as patch,
        redirect_stdout(out),
        redirect_stderr(io.StringIO()),
    ):
        patch.setenv("COLUMNS", str(width))
        code = main(words)
    text = f"exit code {code}\n{out.getvalue()}"
    if "--html" in arguments:
        text += Path(arguments[-1]).read_text(encoding="utf-8")
    for pattern, put in VARYING:
        text = re.sub(pattern, put, text)
    return text


def prepared(folder: Path) -> None:
    """Write the scenarios and the list that the commands read, and play the runs that some need."""
    small = world()
    small["goals"] = [
        {"metric": "conversations", "at_least": 40},
        {"metric": "caller_ids_suspended", "at_most": 0},
    ]
    planned = world()
    planned |= {
        "name": "planned",
        "goals": [{"metric": "conversations", "at_least": 9}],
        "costs": {"per_agent_hour": "45 CNY", "per_number_month": "30 CNY"},
        "plan": {
            "probability": 0.8,
            "decisions": [
                {"key": "agents.day.count", "values": [1, 2]},
                {"key": "caller_ids.north.count", "values": [2, 4]},
            ],
        },
    }
    rest = {**planned, "name": "rest"}
    rest["plan"] = {**planned["plan"], "decisions": planned["plan"]["decisions"][:1]}
    made = {"small": small, "planned": planned, "rest": rest, "stopped": stopped()}
    for name, raw in made.items():
        (folder / f"{name}.toml").write_text(tomli_w.dumps(raw), encoding="utf-8")
    rows = [f"138{i:08d},C{i}" for i in range(40)] + ["138,C900", "12345,C901", "13800000007,C902"]
    (folder / "list.csv").write_text("\n".join(["number,id", *rows, ""]), encoding="utf-8")
    measured = json.loads(Path(__file__).with_name("load.json").read_text("utf-8")) | {"void": None}
    (folder / "before.json").write_text(json.dumps(measured), encoding="utf-8")
    for run in measured["runs"]:  # later at every quantile, and fewer dials admitted
        stage = run["stages"][0]
        times = stage["lateness_ms"]
        stage["lateness_ms"] = {name: 1.5 * ms + 0.2 for name, ms in times.items()}
        stage |= {"admitted": stage["admitted"] - 7, "deferred": 7}
    (folder / "after.json").write_text(json.dumps(measured), encoding="utf-8")
    (folder / "runs").mkdir()
    for name in ("planned", "rest", "stopped"):
        dialsim.run(folder / f"{name}.toml", out=folder)
        (found,) = folder.glob(f"{name}-*")
        found.rename(folder / "runs" / name)
