"""Provinces and operators that each block of caller IDs may call.

Three things bound the provinces: what the block's trunk reaches, a call-centre licence for one
province, and classes of numbers that call within their own. A number's province may be unknown: a
trunk that names what it reaches does not reach it, and neither a licence nor a class allows it,
since nothing shows that they do; a trunk that names its blind regions does reach it. The operators
are those that the block names, if it names some: the operator of the prefix, all that a dialer
knows of it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple, get_args

from dialsim.core.codes import Operator
from dialsim.core.codes import Province as Code
from dialsim.errors import Problems
from dialsim.messages.text import Text, message
from dialsim.scenario.checks.eligibility import licensed_province, own_province_only, province_of
from dialsim.scenario.checks.eligibility_words import refusal
from dialsim.scenario.models.fields import Province
from dialsim.scenario.models.schema import CallerIds, Campaign, Scenario
from dialsim.scenario.profiles.profile import Profile

PROVINCES: tuple[Province, ...] = get_args(Province)
EVERYWHERE = frozenset(Code)
OPERATORS = frozenset(Operator)
HOME_OPERATORS = 8  # that PERSON.home has room for


class Reach(NamedTuple):
    """Callees of a block of caller IDs: provinces, and operators within them."""

    provinces: frozenset[Code]
    operators: frozenset[Operator] = OPERATORS

    def includes(self, province: int, operator: int) -> bool:
        """Return whether a number of a province and an operator's prefix may be called.

        An unknown operator code means a number without a known prefix: it may be called if all
        operators may.

        >>> Reach(EVERYWHERE, frozenset({Operator.CTCC})).includes(Code.TIBET, Operator.CMCC)
        False
        """
        known = operator in self.operators or self.operators == OPERATORS
        return province in self.provinces and known


@lru_cache(maxsize=len(PROVINCES))
def province_code(name: str) -> Code:
    """Return the code of a province's English name.

    >>> province_code("Inner Mongolia")
    <Province.INNER_MONGOLIA: 15>
    """
    return Code[name.upper().replace(" ", "_")]


def reached_from(scenario: Scenario, block: CallerIds, rules: Profile) -> frozenset[Code]:
    """Return the provinces a block may call; UNKNOWN among them if unknown ones may be called.

    A study of unlawful use is limited by its trunks only: other breaches are recorded.
    """
    trunk = next(each for each in scenario.trunks if each.name == block.trunk)
    reached = EVERYWHERE
    if trunk.reach is not None:
        reached &= {province_code(name) for name in trunk.reach}
    reached -= {province_code(name) for name in trunk.blind}
    if scenario.study == "unlawful":
        return reached
    licensed = licensed_province(scenario)
    if licensed is not None:
        reached &= {province_code(licensed)}
    if own_province_only(block, rules) and (home := province_of(block)) is not None:
        reached &= {province_code(home)}
    return reached


def called_beyond(scenario: Scenario, rules: Profile) -> list[tuple[str, Text]]:
    """Return where a study calls beyond a licence or class without another message.

    Returns
    -------
    list of tuple
        Campaign and block, and the message, beginning with the reason's name. ``eligibility``
        reports lists that give their provinces.
    """
    lawful = scenario.model_copy(update={"study": None})
    placed = {each.name for each in scenario.people if each.synthetic and each.synthetic.regions}
    found = []
    for campaign in scenario.campaigns:
        unplaced = [name for name in campaign.people if name not in placed]
        may, does = (reached_by(each, campaign, rules) for each in (lawful, scenario))
        for name, allowed, called in zip(campaign.caller_ids, may, does, strict=True):
            if unplaced and allowed.provinces < called.provinces:
                where = [PROVINCES[code - 1] for code in sorted(allowed.provinces) if code]
                text = refusal("beyond" if where else "nowhere", where=where, lists=unplaced)
                found.append((f"{campaign.name}, {name}", text))
    return found


def operators_from(block: CallerIds) -> frozenset[Operator]:
    """Return the operators whose customers a block may call, by prefix."""
    if block.callee_operators is None:
        return OPERATORS
    return frozenset(Operator[name] for name in block.callee_operators)


def reached_by(scenario: Scenario, campaign: Campaign, rules: Profile) -> list[Reach]:
    """Return the reach of each block of a campaign, in the campaign's order."""
    blocks = [
        next(block for block in scenario.caller_ids if block.name == name)
        for name in campaign.caller_ids
    ]
    return [Reach(reached_from(scenario, each, rules), operators_from(each)) for each in blocks]


def homes_alike(scenario: Scenario, rules: Profile) -> list[int] | None:
    """Return class ids of homes that no block of caller IDs distinguishes.

    Returns
    -------
    list of int
        By ``Province << 3 | Operator``, as in PERSON.home; 7 is the operator of a number whose
        prefix names none. None: all are alike, so province and operator do not matter.
    """
    reaches = _all_reaches(scenario, rules)
    kinds: dict[tuple[bool, ...], int] = {}
    alike = [
        kinds.setdefault(tuple(each.includes(code, operator) for each in reaches), len(kinds))
        for code in Code
        for operator in range(HOME_OPERATORS)
    ]
    return alike if len(kinds) > 1 else None


def provinces_matter(scenario: Scenario, rules: Profile) -> bool:
    """Return whether some block may call numbers of one province and not of another."""
    return any(0 < len(each.provinces) < len(Code) for each in _all_reaches(scenario, rules))


def operators_matter(scenario: Scenario) -> bool:
    """Return whether some block that calls names the operators whose customers it calls."""
    calling = {name for campaign in scenario.campaigns for name in campaign.caller_ids}
    return any(
        operators_from(block) != OPERATORS for block in scenario.caller_ids if block.name in calling
    )


def _all_reaches(scenario: Scenario, rules: Profile) -> list[Reach]:
    return [
        each for campaign in scenario.campaigns for each in reached_by(scenario, campaign, rules)
    ]


def check_reach(scenario: Scenario, rules: Profile, problems: Problems) -> None:
    """Add campaigns that can reach no province, and drawn lists without provinces."""
    trunks = {trunk.name for trunk in scenario.trunks}
    known = {block.name for block in scenario.caller_ids if block.trunk in trunks}
    for i, campaign in enumerate(scenario.campaigns):
        if not known.issuperset(campaign.caller_ids):
            continue  # unresolved names are reported elsewhere
        reached = frozenset[Code]().union(
            *(each.provinces for each in reached_by(scenario, campaign, rules))
        )
        if not reached:
            problems.add(
                f"campaigns[{i}].caller_ids",
                message("CALLER_NOT_ALLOWED: nobody's number may be called from any of them"),
                found=", ".join(campaign.caller_ids),
                allowed=message(
                    "trunks whose `reach` includes the province that the licence, or the "
                    "class of the numbers, allows"
                ),
            )
        elif reached != EVERYWHERE:
            _check_placed(scenario, campaign, reached, problems)


def _check_placed(
    scenario: Scenario, campaign: Campaign, reached: frozenset[Code], problems: Problems
) -> None:
    names = _named(reached)
    if Code.UNKNOWN in reached:
        bound = message("may not call numbers of {names}").filled(
            names=", ".join(_named(EVERYWHERE - reached))
        )
    else:
        bound = message("may call numbers of {names} alone").filled(names=", ".join(names))
    for j, source in enumerate(scenario.people):
        drawn = source.synthetic
        if source.name not in campaign.people or drawn is None or drawn.regions:
            continue
        problems.add(
            f"people[{j}].synthetic.regions",
            message(
                "CALLER_NOT_ALLOWED: {name} {bound}, and nothing says where these people's are of"
            ).filled(name=campaign.name, bound=bound),
            found=None,
            allowed=message(
                'regions = {{ "{value}" = 1.0 }}, or shares of several provinces'
            ).filled(value=names[0])
            if names
            else message("trunks that reach some province"),
        )


def _named(codes: frozenset[Code]) -> list[str]:
    return [PROVINCES[code - 1] for code in sorted(codes) if code != Code.UNKNOWN]
