"""Check before the run whether a campaign may show a block of caller IDs.

Every message begins with the reason's name, CALLER_NOT_ALLOWED or PURPOSE_NOT_FILED. They are
problems, unless the scenario studies unlawful use: then they are recorded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import get_args

from dialsim.errors import Problems
from dialsim.messages.text import Text, message
from dialsim.scenario.checks.eligibility_words import refusal
from dialsim.scenario.models.fields import Province
from dialsim.scenario.models.schema import CallerIds, Campaign, Scenario
from dialsim.scenario.profiles.profile import Profile

Reason = tuple[Text, str]  # the message, beginning with the reason's name, and what is allowed
PROVINCES: frozenset[str] = frozenset(get_args(Province))


@dataclass(frozen=True)
class Misuse:
    """A forbidden use of numbers.

    Attributes
    ----------
    path
        Path in the scenario.
    who
        Campaign and block, or the enterprise.
    text
        What is wrong, beginning with the reason's name.
    found, allowed
        The value found, and what is allowed.
    """

    path: str
    who: str
    text: Text
    found: object
    allowed: str

    @property
    def message(self) -> str:
        """The message in English."""
        return self.text.en


def check_eligibility(scenario: Scenario, rules: Profile, problems: Problems) -> None:
    """Add every forbidden use of numbers, unless the scenario studies it."""
    if scenario.study == "unlawful":
        return
    for misuse in forbidden_uses(scenario, rules):
        problems.add(misuse.path, misuse.message, found=misuse.found, allowed=misuse.allowed)


def forbidden_uses(scenario: Scenario, rules: Profile) -> Iterator[Misuse]:
    """Yield every forbidden use of numbers; skip unresolved names."""
    yield from _unlicensed(scenario)
    blocks = {block.name: block for block in scenario.caller_ids}
    for i, campaign in enumerate(scenario.campaigns):
        for j, name in enumerate(campaign.caller_ids):
            if name in blocks:
                for text, allowed in misuses(scenario, campaign, blocks[name], rules):
                    path = f"campaigns[{i}].caller_ids[{j}]"
                    yield Misuse(path, f"{campaign.name}, {name}", text, name, allowed)
        yield from _out_of_licence(scenario, campaign, f"campaigns[{i}].people")


def misuses(
    scenario: Scenario, campaign: Campaign, block: CallerIds, rules: Profile
) -> list[Reason]:
    """Return why a block may not be used for a campaign, each with what is allowed."""
    return [
        *_of_class(scenario, campaign, block, rules),
        *_of_trunk(scenario, campaign, block),
        *_of_filing(campaign, block),
        *_of_holder(scenario, block),
        *_of_place(scenario, campaign, block, rules),
    ]


# --- of a block and a campaign --------------------------------------------------------------------


def _of_class(
    scenario: Scenario, campaign: Campaign, block: CallerIds, rules: Profile
) -> Iterator[Reason]:
    kind, purpose = block.number_class, campaign.purpose
    since = only_700_from(rules)
    if kind == "axb" and since is not None and last_day(scenario) >= since:
        yield (
            refusal("only_700", since=since.isoformat()),
            (
                "class privacy, for service alone, with approved_use: the contract with the "
                "pilot's application platform; before that day AXB was for no purpose either"
            ),
        )
        return
    allowed, approved = (
        rules[f"caller_class.{kind}.{key}"] for key in ("purposes", "approved_purposes")
    )
    if purpose not in allowed and (block.approved_use is None or purpose not in approved):
        able = [
            item.split(".")[1]
            for item in rules
            if item.startswith("caller_class.")
            and item.endswith(".purposes")
            and purpose in rules[item]
        ]
        yield (
            refusal("class", kind=kind, purpose=purpose),
            "class "
            + ", ".join(able)
            + (
                "; or approved_use with the document that permits it" if purpose in approved else ""
            ),
        )


def _of_trunk(scenario: Scenario, campaign: Campaign, block: CallerIds) -> Iterator[Reason]:
    trunk = next((trunk for trunk in scenario.trunks if trunk.name == block.trunk), None)
    if trunk is None:
        return
    if campaign.purpose not in trunk.permits:
        yield (
            refusal("trunk", trunk=trunk.name, purpose=campaign.purpose),
            "trunk that permits it",
        )
    if block.operator is not None and block.operator != trunk.operator:
        yield (
            refusal("operator", shown=block.operator, trunk=trunk.name, operator=trunk.operator),
            f"trunk of {block.operator}",
        )
    if trunk.by_gateway and block.country == "CN" and block.authorised_by is None:
        yield (
            refusal("abroad" if trunk.origin == "abroad" else "gateway", trunk=trunk.name),
            "authorised_by beside the numbers, with the operator that provides them; or numbers "
            "of another `country`",
        )
    if not trunk.by_gateway and block.country != "CN":
        yield (
            refusal("foreign", country=block.country, trunk=trunk.name),
            'trunk with enters = "gateway"',
        )


def _of_filing(campaign: Campaign, block: CallerIds) -> Iterator[Reason]:
    filed = block.filed
    if filed is not None and filed.use != campaign.purpose:
        yield (
            refusal("filed_use", filed=filed.use, purpose=campaign.purpose),
            f'filed.use = "{campaign.purpose}"',
        )
    if filed is not None and filed.category != campaign.category:
        yield (
            refusal("filed_category", filed=filed.category, category=campaign.category),
            f'filed.category = "{campaign.category}"',
        )


def _of_holder(scenario: Scenario, block: CallerIds) -> Iterator[Reason]:
    """Check that the caller holds the numbers, or their holder has agreed in writing."""
    enterprise = scenario.enterprise
    own = [enterprise.name]
    if enterprise.call_centre is not None and enterprise.call_centre.outsourcer is not None:
        own.append(enterprise.call_centre.outsourcer)
    proof = enterprise.evidence and enterprise.evidence.caller_id_authorisation
    if block.holder is not None and block.holder not in own and proof is None:
        yield (
            refusal("holder", holder=block.holder),
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
            refusal("licence_numbers", licensed=licensed, home=home),
            f"numbers of {licensed}, or a licence of national scope",
        )
    if bound and home is None:
        yield (
            refusal("no_province", kind=block.number_class),
            'province beside the numbers, such as province = "Zhejiang"',
        )
    for name, others in _elsewhere(scenario, campaign, home) if bound and home else ():
        yield (
            refusal(
                "own_province", kind=block.number_class, home=str(home), list=name, others=others
            ),
            f"lists of {home}",
        )


def is_barred_by_law(block: CallerIds, rules: Profile) -> bool:
    """Return whether the permitted use of a class is law or on record, not mere practice."""
    entry = rules.entry(f"caller_class.{block.number_class}.purposes")
    return entry.wall or entry.protected


def only_700_from(rules: Profile) -> date | None:
    """Return the day from which intermediate numbers must be 700 numbers; None: not in the pack."""
    chinese = "CN" in rules.scope.countries
    return date.fromisoformat(rules["privacy.only_700_from"]) if chinese else None


def last_day(scenario: Scenario) -> date:
    """Return the last day of calls of a scenario."""
    return scenario.start + timedelta(days=scenario.days - 1)


def own_province_only(block: CallerIds, rules: Profile) -> bool:
    """Return whether numbers of this class may only call within their own province."""
    key = f"caller_class.{block.number_class}.own_province"
    return key in rules and bool(rules[key])


def province_of(block: CallerIds) -> str | None:
    """Return the province of a block, as given or by its area code; None: not known."""
    if block.province is not None or block.area_code is None:
        return block.province
    return province_of_area(block.area_code)


def province_of_area(area_code: str) -> str | None:
    """Return the province of an area code of fixed lines; None: the area is not known.

    >>> province_of_area("571"), province_of_area("010"), province_of_area("999")
    ('Zhejiang', 'Beijing', 'Xinjiang')
    """
    from phonenumbers.geodata import GEOCODE_DATA  # large import: only where a province matters

    code = "86" + area_code.lstrip("0")
    here = GEOCODE_DATA.get(code)
    parts = [here] if here else [v for k, v in GEOCODE_DATA.items() if k.startswith(code)]
    found = {names.get("en", "").split(", ")[-1] for names in parts}
    return found.pop() if len(found) == 1 and found <= PROVINCES else None


# --- of the call centre ---------------------------------------------------------------------------


def licensed_province(scenario: Scenario) -> str | None:
    """Return the one province the call centre's licence covers; None: all."""
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
        refusal("no_licence"),
        None,
        message('licence = "B24", or kind = "in_house" where the enterprise calls itself'),
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
            refusal("licence_list", licensed=licensed, others=others),
            name,
            message("lists of {licensed}, or a licence of national scope").filled(
                licensed=licensed
            ),
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
