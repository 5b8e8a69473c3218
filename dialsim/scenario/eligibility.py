"""Whether a block of numbers may be shown in a campaign: known before the first call.

Every reason begins with its name, CALLER_NOT_ALLOWED or PURPOSE_NOT_FILED. They are problems of a
scenario, unless it studies unlawful use: then they are recorded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

from dialsim.errors import Problems
from dialsim.scenario.fields import Province
from dialsim.scenario.profile import Profile
from dialsim.scenario.schema import CallerIds, Campaign, Scenario

Reason = tuple[str, str]  # what is wrong, beginning with the reason's name, and what is allowed
PROVINCES: frozenset[str] = frozenset(get_args(Province))


@dataclass(frozen=True)
class Misuse:
    """A forbidden use of numbers.

    Attributes
    ----------
    path
        Where in the scenario.
    who
        Campaign and block, or the enterprise.
    message
        What is wrong, beginning with the reason's name.
    found, allowed
        What stands there, and what may.
    """

    path: str
    who: str
    message: str
    found: object
    allowed: str


def check_eligibility(scenario: Scenario, rules: Profile, problems: Problems) -> None:
    """Add every forbidden use of numbers, unless the scenario studies it."""
    if scenario.study == "unlawful":
        return
    for misuse in forbidden_uses(scenario, rules):
        problems.add(misuse.path, misuse.message, found=misuse.found, allowed=misuse.allowed)


def forbidden_uses(scenario: Scenario, rules: Profile) -> Iterator[Misuse]:
    """Give every forbidden use of numbers; names that lead nowhere are passed over."""
    yield from _unlicensed(scenario)
    blocks = {block.name: block for block in scenario.caller_ids}
    for i, campaign in enumerate(scenario.campaigns):
        for j, name in enumerate(campaign.caller_ids):
            if name in blocks:
                for message, allowed in misuses(scenario, campaign, blocks[name], rules):
                    path = f"campaigns[{i}].caller_ids[{j}]"
                    yield Misuse(path, f"{campaign.name}, {name}", message, name, allowed)
        yield from _out_of_licence(scenario, campaign, f"campaigns[{i}].people")


def misuses(
    scenario: Scenario, campaign: Campaign, block: CallerIds, rules: Profile
) -> list[Reason]:
    """Return why a block may not be used for a campaign, each with what is allowed."""
    return [
        *_of_class(campaign, block, rules),
        *_of_trunk(scenario, campaign, block),
        *_of_filing(campaign, block),
        *_of_holder(scenario, block),
        *_of_place(scenario, campaign, block, rules),
    ]


# --- of a block and a campaign --------------------------------------------------------------------


def _of_class(campaign: Campaign, block: CallerIds, rules: Profile) -> Iterator[Reason]:
    kind, purpose = block.number_class, campaign.purpose
    allowed = list(rules[f"caller_class.{kind}.purposes"])
    if block.approved_use is not None:
        allowed += rules[f"caller_class.{kind}.approved_purposes"]
    if purpose not in allowed:
        able = [
            item.split(".")[1]
            for item in rules
            if item.startswith("caller_class.")
            and item.endswith(".purposes")
            and purpose in rules[item]
        ]
        yield (
            f"CALLER_NOT_ALLOWED: a call centre may not use class {kind} for {purpose}",
            "class " + ", ".join(able),
        )


def _of_trunk(scenario: Scenario, campaign: Campaign, block: CallerIds) -> Iterator[Reason]:
    trunk = next((trunk for trunk in scenario.trunks if trunk.name == block.trunk), None)
    if trunk is None:
        return
    if campaign.purpose not in trunk.permits:
        yield (
            f"CALLER_NOT_ALLOWED: trunk {trunk.name} does not permit {campaign.purpose}",
            "trunk that permits it",
        )
    if block.operator is not None and block.operator != trunk.operator:
        yield (
            f"CALLER_NOT_ALLOWED: numbers of {block.operator} are shown on trunk {trunk.name}, "
            f"which is of {trunk.operator}",
            f"trunk of {block.operator}",
        )
    if trunk.by_gateway and block.country == "CN" and block.authorised_by is None:
        where = "placed abroad" if trunk.origin == "abroad" else "let in through a gateway"
        yield (
            f"CALLER_NOT_ALLOWED: calls over trunk {trunk.name} are {where} and show a "
            "+86 number that no licensed operator provides for it",
            "authorised_by beside the numbers, with the operator that provides them; or numbers "
            "of another `country`",
        )
    if not trunk.by_gateway and block.country != "CN":
        yield (
            f"CALLER_NOT_ALLOWED: numbers of {block.country} are shown on trunk {trunk.name}, "
            "whose calls enter in mainland China",
            'trunk with enters = "gateway"',
        )


def _of_filing(campaign: Campaign, block: CallerIds) -> Iterator[Reason]:
    filed = block.filed
    if filed is not None and filed.use != campaign.purpose:
        yield (
            f"PURPOSE_NOT_FILED: filed for {filed.use}, the campaign is {campaign.purpose}",
            f'filed.use = "{campaign.purpose}"',
        )
    if filed is not None and filed.category != campaign.category:
        yield (
            f"PURPOSE_NOT_FILED: filed for {filed.category}, "
            f"the campaign is about {campaign.category}",
            f'filed.category = "{campaign.category}"',
        )


def _of_holder(scenario: Scenario, block: CallerIds) -> Iterator[Reason]:
    """Numbers stand under the real name of who calls, or their holder has agreed in writing."""
    enterprise = scenario.enterprise
    own = [enterprise.name]
    if enterprise.call_centre is not None and enterprise.call_centre.outsourcer is not None:
        own.append(enterprise.call_centre.outsourcer)
    proof = enterprise.evidence and enterprise.evidence.caller_id_authorisation
    if block.holder is not None and block.holder not in own and proof is None:
        yield (
            f"CALLER_NOT_ALLOWED: the numbers stand under the real name of {block.holder}",
            f"holder {' or '.join(own)}, or enterprise.evidence.caller_id_authorisation with the "
            "holder's document",
        )


def _of_place(
    scenario: Scenario, campaign: Campaign, block: CallerIds, rules: Profile
) -> Iterator[Reason]:
    licensed, bound = licensed_province(scenario), own_province_only(block, rules)
    if licensed is None and not bound:
        return
    home = province_of(block)
    if licensed is not None and home is not None and home != licensed:
        yield (
            f"CALLER_NOT_ALLOWED: the call centre's licence is for {licensed}, and these numbers "
            f"are of {home}",
            f"numbers of {licensed}, or a licence of national scope",
        )
    if bound and home is None:
        yield (
            f"CALLER_NOT_ALLOWED: class {block.number_class} calls within its own province, and "
            "it is not said which",
            'province beside the numbers, such as province = "Zhejiang"',
        )
    for name, others in _elsewhere(scenario, campaign, home) if bound and home else ():
        yield (
            f"CALLER_NOT_ALLOWED: class {block.number_class} calls within {home}, and list {name} "
            f"is also of {', '.join(others)}",
            f"lists of {home}",
        )


def own_province_only(block: CallerIds, rules: Profile) -> bool:
    """Return whether numbers of this class may call within their own province alone."""
    key = f"caller_class.{block.number_class}.own_province"
    return key in rules and bool(rules[key])


def province_of(block: CallerIds) -> str | None:
    """Return the province a block belongs to: as said, or by its area code; None: not known."""
    if block.province is not None or block.area_code is None:
        return block.province
    return province_of_area(block.area_code)


def province_of_area(area_code: str) -> str | None:
    """Return the province of an area code of fixed lines; None: the area is not known.

    >>> province_of_area("571"), province_of_area("010"), province_of_area("999")
    ('Zhejiang', 'Beijing', 'Xinjiang')
    """
    from phonenumbers.geodata import GEOCODE_DATA  # large: asked where a province matters

    code = "86" + area_code.lstrip("0")
    here = GEOCODE_DATA.get(code)
    parts = [here] if here else [v for k, v in GEOCODE_DATA.items() if k.startswith(code)]
    found = {names.get("en", "").split(", ")[-1] for names in parts}
    return found.pop() if len(found) == 1 and found <= PROVINCES else None


# --- of the call centre ---------------------------------------------------------------------------


def licensed_province(scenario: Scenario) -> str | None:
    """Return the one province in which the call centre's licence lets it call; None: all."""
    centre = scenario.enterprise.call_centre
    return centre.province if centre is not None and centre.scope == "province" else None


def _unlicensed(scenario: Scenario) -> Iterator[Misuse]:
    enterprise = scenario.enterprise
    centre = enterprise.call_centre
    shown = enterprise.evidence and enterprise.evidence.call_centre_licence
    if centre is None or centre.kind != "outsourced" or centre.licence or shown:
        return
    yield Misuse(
        "enterprise.call_centre.licence",
        f"{enterprise.name}, {centre.outsourcer}",
        "CALLER_NOT_ALLOWED: an outsourced call centre calls for others only with a licence",
        None,
        'licence = "B24", or kind = "in_house" where the enterprise calls itself',
    )


def _out_of_licence(scenario: Scenario, campaign: Campaign, path: str) -> Iterator[Misuse]:
    licensed = licensed_province(scenario)
    if licensed is None:
        return
    places = {name: j for j, name in reversed(list(enumerate(campaign.people)))}
    for name, others in _elsewhere(scenario, campaign, licensed):
        yield Misuse(
            f"{path}[{places[name]}]",
            f"{campaign.name}, {name}",
            f"CALLER_NOT_ALLOWED: the call centre's licence is for {licensed}, and the list is "
            f"also of {', '.join(others)}",
            name,
            f"lists of {licensed}, or a licence of national scope",
        )


def _elsewhere(scenario: Scenario, campaign: Campaign, home: str) -> list[tuple[str, list[str]]]:
    """Return the campaign's drawn lists that name other provinces, with those provinces."""
    found = []
    for source in scenario.people:
        regions = (source.synthetic and source.synthetic.regions) or {}
        others = [str(name) for name, share in regions.items() if share > 0 and name != home]
        if source.name in campaign.people and others:
            found.append((source.name, others))
    return found
