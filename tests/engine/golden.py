"""Small worlds whose results are kept: they change only when something is meant to change them.

python tests/engine/golden.py            compare
python tests/engine/golden.py --renew    write tests/engine/golden.json anew
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from dialsim.core.codes import Action, Cause, EventCode  # noqa: E402
from dialsim.engine import host  # noqa: E402
from dialsim.engine.build import prepare  # noqa: E402
from dialsim.scenario.load import load_scenario  # noqa: E402
from tests.reference.worlds import caller_ids, campaign, scenario, synthetic, trunk  # noqa: E402

STORE = Path(__file__).with_name("golden.json")
RENEW = "python tests/engine/golden.py --renew"


def golden_worlds() -> dict[str, dict[str, Any]]:
    """The worlds by name."""
    return {
        "tight": scenario(),
        "bought list, two campaigns": scenario(
            days=3,
            people=[synthetic("customers", 200), synthetic("bought", 300, "bought")],
            trunks=[trunk("main", 2, 6), trunk("other", 1, 2)],
            caller_ids=[
                caller_ids("north", 3, "main", volume=40, display_name="Example Bank"),
                caller_ids("south", 3, "other", "mobile", holder="Another"),
            ],
            campaigns=[
                campaign("first", ["customers", "bought"], ["north", "south"], ["day"],
                         pacing={"mode": "power", "ratio": 2.0}),
                campaign("second", ["bought"], ["south"], ["day"], opt_out_offered=False),
            ],
        ),
        "typical network": scenario(
            days=5,
            network={"profile": "typical"},
            rules={},
            people=[synthetic("customers", 1500)],
            caller_ids=[caller_ids("north", 20, "main", volume=100)],
            trunks=[trunk("main", 10, 20)],
        ),
    }  # fmt: skip


def figures(raw: dict[str, Any]) -> dict[str, Any]:
    """What is kept of a world: its digests, and figures that say in words what changed."""
    world = host.fill_all(prepare(load_scenario(raw)))
    logs = host.run_to_end(world)
    tallies = world.state.memory.tallies
    return {
        "digest": host.digest(world),
        "rows": hashlib.blake2b(
            b"".join(json.dumps(part.tolist()).encode() for part in logs), digest_size=16
        ).hexdigest(),
        "tallies": {name: int(tallies[name].sum()) for name in tallies.dtype.names},
        "causes": {cause.name: int(world.state.memory.by_cause[:, cause].sum()) for cause in Cause},
        "events": {code.name: int((logs.events["code"] == code).sum()) for code in EventCode},
        "actions": {code.name: int((logs.actions["action"] == code).sum()) for code in Action},
    }


def changes(kept: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """What differs, in words; figures first, because a digest says nothing."""
    lines = []
    for part in ("tallies", "causes", "events", "actions"):
        for name in sorted(kept.get(part, {}).keys() | now[part].keys()):
            before, after = kept.get(part, {}).get(name), now[part].get(name)
            if before != after:
                lines.append(f"{part} {name}: kept {before}, now {after}")
    if kept.get("digest") != now["digest"]:
        lines.append(f"outcome digest: kept {kept.get('digest')}, now {now['digest']}")
    if kept.get("rows") != now["rows"]:
        lines.append(f"rows of the logs: kept {kept.get('rows')}, now {now['rows']}")
    return lines


def read() -> dict[str, Any]:
    return json.loads(STORE.read_text(encoding="utf-8")) if STORE.exists() else {}


def main() -> int:
    now = {name: figures(raw) for name, raw in golden_worlds().items()}
    if "--renew" in sys.argv[1:]:
        STORE.write_text(json.dumps(now, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"{len(now)} worlds written")
        return 0
    kept = read()
    found = [f"{name}: {line}" for name in now for line in changes(kept.get(name, {}), now[name])]
    print("\n".join(found) or "as kept")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
