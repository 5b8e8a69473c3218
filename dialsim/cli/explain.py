"""``dialsim explain``: where a value comes from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from dialsim.scenario.profile import Profile


@click.command()
@click.argument("key", required=False)
@click.option("--rules", default="cn", show_default=True, help="Rule pack to look in.")
@click.option("--network", default="typical", show_default=True, help="Network profile.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def command(key: str | None, rules: str, network: str, as_json: bool) -> int:
    """Show a value, such as callee.retry_gap, or all below a name, such as frequency.mobile.

    Without KEY, list every value.
    """
    from dialsim.errors import Problem, ScenarioError, did_you_mean
    from dialsim.scenario.profile import load_network, load_rules

    profiles = [load_rules(rules), load_network(network)]
    found = [entry for profile in profiles for entry in _entries(profile, key)]
    if not found:
        known = [name for profile in profiles for name in profile]
        raise ScenarioError(
            [
                Problem(
                    "",
                    f"neither the rules {rules} nor the network {network} have a value {key}",
                    allowed="a name that `dialsim explain` lists",
                    remedy=did_you_mean(key, known),
                )
            ]
        )
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    elif len(found) == 1:
        click.echo(_one(found[0]))
    else:
        width = max(len(entry["key"]) for entry in found)
        for entry in found:
            about = f"{entry['unit']}, {entry['confidence']} ({entry['source']})"
            click.echo(f"{entry['key']:<{width}}  {_shown(entry['value'])}  [{about}]")
    return 0


def _entries(profile: Profile, key: str | None) -> list[dict[str, Any]]:
    names = [n for n in profile if key is None or n == key or n.startswith(f"{key}.")]
    found = []
    for name in names:
        value = profile.entry(name)
        found.append(
            {
                "key": name,
                "profile": f"{profile.kind}/{profile.name}",
                "value": value.value,
                "unit": value.unit,
                "source": value.source,
                "confidence": value.confidence,
                "tighter": value.tighter,
                "wall": value.wall,
                "note": value.note,
            }
        )
    return found


_TIGHTER = {
    "lower": "a lower value is stricter",
    "higher": "a higher value is stricter",
    "subset": "a part of it is stricter",
    "limits": "more or lower limits are stricter",
    "none": "no value is stricter than another",
}


def _one(entry: dict[str, Any]) -> str:
    confidence = entry["confidence"]
    if entry["wall"] or confidence in ("rule", "official"):
        override = "may only be tightened"
    elif entry["profile"].startswith("rules") and confidence in ("vendor", "practice"):
        override = "may be tightened, or replaced by a named contract"
    else:
        override = "may be replaced"
    lines = [
        ("value", _shown(entry["value"])),
        ("unit", entry["unit"]),
        ("from", entry["profile"]),
        ("source", "assumed: nothing was found" if entry["source"] == "A" else entry["source"]),
        ("confidence", confidence),
        ("override", f"{override}; {_TIGHTER[entry['tighter']]}"),
        ("note", entry["note"]),
    ]
    return str(entry["key"]) + "".join(f"\n  {name:<11}{text}" for name, text in lines if text)


def _shown(value: object) -> str:
    from dialsim.errors import shown

    return shown(value)
