"""What the scenarios to start from come to: kept, so that they change only when meant to.

python tests/api/library.py                   play all, smaller, and compare
python tests/api/library.py --full            as they stand
python tests/api/library.py --renew           write tests/api/library.json anew; --full: both

Smaller means :func:`dialsim.planning.sensitivity_analysis.scaling.scaled` by one factor a
scenario: lists, caller IDs, trunks, agents and counted goals in proportion, so that its lists hold
`PEOPLE` people together. What one number, person or call meets stays; what counts for the whole
enterprise does not shrink with it, so that reviews and stops are seen at full size alone. A list
from a file stays whole.
"""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

import dialsim  # noqa: E402
from dialsim.planning.sensitivity_analysis.scaling import scaled  # noqa: E402
from dialsim.scenario.library import template, template_names  # noqa: E402

STORE = Path(__file__).with_suffix(".json")
RENEW = "python tests/api/library.py --renew"
PEOPLE = 20_000
SIZES = ("smaller", "full")
METRICS = (
    "attempts", "delivered", "answered", "conversations", "reach", "abandoned", "intercepted",
    "occupancy", "complaints_12321", "complaints", "marks", "opt_outs", "callbacks_on_time",
)  # fmt: skip


def smaller(scenario: dialsim.Scenario) -> dialsim.Scenario:
    """Return a scenario whose drawn lists hold PEOPLE people together, if it has more."""
    people = sum(each.synthetic.count if each.synthetic else 0 for each in scenario.people)
    return scaled(scenario, PEOPLE / people) if people > PEOPLE else scenario


def figures(name: str, size: str) -> dict[str, Any]:
    """Return what is kept of a scenario: few enough figures to read, a digest for the rest."""
    scenario = dialsim.load_scenario(template(name).path)
    run = dialsim.run(smaller(scenario) if size == "smaller" else scenario, log=False)
    metrics = {key: run.summary["metrics"][key]["value"] for key in METRICS}
    actions = Counter(f"{row['action']} {row['rule']}" for row in run.interventions.to_pylist())
    return {
        "goals met": [goal["met"] for goal in run.summary["goals"]],
        "metrics": {key: round(value, 6) for key, value in metrics.items() if value is not None},
        "network": dict(sorted(actions.items())),
        "outcome": run.summary["outcome_digest"],
    }


def changes(kept: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """What differs, in words; figures first, because a digest says nothing."""
    lines = []
    for part in ("metrics", "network"):
        for key in sorted(kept.get(part, {}).keys() | now[part].keys()):
            before, after = kept.get(part, {}).get(key), now[part].get(key)
            if before != after:
                lines.append(f"{key}: kept {before}, now {after}")
    for key in ("goals met", "outcome"):
        if kept.get(key) != now[key]:
            lines.append(f"{key}: kept {kept.get(key)}, now {now[key]}")
    return lines


def read() -> dict[str, Any]:
    return json.loads(STORE.read_text(encoding="utf-8")) if STORE.exists() else {}


def write(kept: dict[str, Any]) -> None:
    """Write what is kept: a line for each part of each size, so that changes can be read."""
    lines = []
    for name, sizes in kept.items():
        parts = [
            f"  {json.dumps(size)}: {{\n"
            + ",\n".join(f"   {json.dumps(key)}: {json.dumps(part)}" for key, part in each.items())
            + "\n  }"
            for size, each in sizes.items()
        ]
        lines.append(f" {json.dumps(name)}: {{\n" + ",\n".join(parts) + "\n }")
    STORE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def told(name: str) -> list[tuple[list[str], list[str]]]:
    """Return the commands in a scenario's comment, each with the figures said to come of it."""
    commands: list[tuple[list[str], list[str]]] = []
    for line in template(name).text.split("\n"):
        if line.startswith("#     dialsim "):
            commands.append((shlex.split(line.removeprefix("#     dialsim ")), []))
        elif line.startswith("#         ") and commands:
            commands[-1][1].extend(figures_in(line))
    return commands


def figures_in(text: str) -> list[str]:
    """Return the figures of a text as they are written.

    >>> figures_in("reach 56,656 of 80,000; 20.0 %, on 28 Apr, 2026-04-28")
    ['56,656', '80,000', '20.0', '28', '2026', '04', '28']
    """
    return re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", text)


def main() -> int:
    before = read()
    sizes = SIZES if "--full" in sys.argv[1:] else SIZES[:1]
    now = {name: {size: figures(name, size) for size in sizes} for name in template_names()}
    if "--renew" in sys.argv[1:]:
        write({name: before.get(name, {}) | each for name, each in now.items()})
        print(f"{len(now)} scenarios written")
        return 0
    found = [
        f"{name}, {size}: {line}"
        for name, each in now.items()
        for size in sizes
        for line in changes(before.get(name, {}).get(size, {}), each[size])
    ]
    print("\n".join(found) or "as kept")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
