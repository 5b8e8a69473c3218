"""Per-list settings of a scenario: how to open its file, and default terms of its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialsim.core.codes import Purpose, Relation
from dialsim.core.rng import threshold32
from dialsim.errors import Problems
from dialsim.people.merging.layout import TERMS
from dialsim.scenario.models.schema import PeopleList, Scenario

if TYPE_CHECKING:
    from dialsim.people.reading.source import Source

Array = NDArray[Any]


def terms_of(people: list[PeopleList]) -> Array:
    """Return TERMS of lists: defaults of rows that do not give a value."""
    from dialsim.people.build import purpose_bits

    terms = np.zeros(len(people), TERMS)
    for record, source in zip(terms, people, strict=True):
        record["recorded"] = threshold32(source.consent_recorded)
        record["internal_dnc"] = threshold32(source.internal_dnc)
        record["purposes"] = purpose_bits(source)
        record["relation"] = Relation[source.relation.upper()]
    return terms


def open_list(scenario: Scenario, index: int, problems: Problems) -> Source | None:
    """Return the file of a list; None for a drawn list, or with a problem."""
    people = scenario.people[index]
    if people.file is None:
        return None
    from dialsim.people.reading.source_opening import open_source

    given = people.columns.given | {f"attribute:{name}": name for name in people.attributes}
    fields = set(type(people.columns).model_fields) - {"alternates"}
    required = ["number"]
    for order in ("priority", "best_hour"):
        if people.order == order:
            required.append(order)
        else:
            fields.discard(order)  # unused, so a fault in it does not count
    return open_source(
        scenario.file_path(str(people.file)), people, {name: (name,) for name in sorted(fields)},
        f"people[{index}]", problems, required=required, given=given, named=str(people.file),
        # the end of a consent bars the person even if it is unreadable, or if the row is known by
        # its number or its identifier alone
        tolerant=("number", "id", "withdrawn", "consent_expiry"),
    )  # fmt: skip


def purposes_needed(scenario: Scenario, index: int) -> int:
    """Return the purposes for which a list is called by consent, as bits ``1 << Purpose``."""
    name, bits = scenario.people[index].name, 0
    for campaign in scenario.campaigns:
        if campaign.lawful_basis == "consent" and name in campaign.people:
            bits |= 1 << Purpose[campaign.purpose.upper()]
    return bits
