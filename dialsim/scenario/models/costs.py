"""Contract prices of campaigns: they affect no result and are in no digest."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, ClassVar, Self

from pydantic import Field, model_validator

from dialsim.errors import Problems, did_you_mean
from dialsim.messages.text import message
from dialsim.scenario.models.fields import Ms, Name, Price, SparseModel, fault, up_to
from dialsim.scenario.values import parse_price

if TYPE_CHECKING:
    from dialsim.scenario.models.schema import Scenario

PRICES = ("per_minute", "per_attempt", "per_number_month", "per_agent_hour", "once")
"""Keys that hold one price."""

TABLES = {
    "per_minute_by_trunk": ("trunks", "trunk"),
    "per_number_month_by_block": ("caller_ids", "block of caller IDs"),
    "per_agent_hour_by_group": ("agents", "group of agents"),
}
"""Keys that hold prices by name: the table of the names, and the noun for one."""


class Costs(SparseModel):
    """Prices, each from a contract of the enterprise; items without one are not costed."""

    omitted_at_default: ClassVar[frozenset[str]] = frozenset(TABLES)

    billing_step: Annotated[Ms, up_to("5m")] | None = Field(
        None,
        gt=0,
        description='answered calls are billed by started steps of this length: "60s" for started '
        'minutes, "6s", "1s"; from the line contract',
    )
    per_minute: Price | None = Field(
        None, description='for a minute of answered calls on any trunk: "0.06 CNY"'
    )
    per_minute_by_trunk: dict[Name, Price] = Field(
        default_factory=dict, description="by trunk, where it is another price"
    )
    per_attempt: Price | None = Field(None, description="for each attempt, answered or not")
    per_number_month: Price | None = Field(
        None,
        description="rent of a number for each calendar month of the days on which it may be "
        "used: from the block's `from`, else the first day, to the last day that was played",
    )
    per_number_month_by_block: dict[Name, Price] = Field(
        default_factory=dict, description="by block of caller IDs, where it is another price"
    )
    per_agent_hour: Price | None = Field(
        None,
        description="for an hour in which an agent is on shift, breaks and the absent not counted; "
        "of robots a seat's, of recordings a place's",
    )
    per_agent_hour_by_group: dict[Name, Price] = Field(
        default_factory=dict, description="by group of agents, where it is another price"
    )
    once: Price | None = Field(None, description="whatever the campaign costs once")

    def priced(self) -> Iterator[tuple[str, str]]:
        """Yield every price with its path below the table."""
        for key in PRICES:
            price = getattr(self, key)
            if price is not None:
                yield key, price
        for key in TABLES:
            for name, price in getattr(self, key).items():
                yield f"{key}.{name}", price

    @property
    def currency(self) -> str:
        """The currency of all prices."""
        return parse_price(next(price for _, price in self.priced()))[1]

    def price_of(self, key: str, name: str) -> Decimal | None:
        """Return the price of something by its key in `TABLES` and its name; None: there is none.

        >>> own = Costs(per_agent_hour="45 CNY", per_agent_hour_by_group={"robots": "2 CNY"})
        >>> [str(own.price_of("per_agent_hour_by_group", name)) for name in ("day", "robots")]
        ['45', '2']
        """
        common = getattr(self, key.partition("_by_")[0])
        price = getattr(self, key).get(name, common)
        return None if price is None else parse_price(price)[0]

    @model_validator(mode="after")
    def _some_price(self) -> Self:
        if next(self.priced(), None) is None:
            raise fault(
                message("no price stands in it"),
                message("at least one of {names}").filled(names=", ".join(PRICES)),
            )
        return self

    @model_validator(mode="after")
    def _step_of_minutes(self) -> Self:
        by_time = self.per_minute is not None or bool(self.per_minute_by_trunk)
        if by_time and self.billing_step is None:
            raise fault(
                message("nothing says by which steps calls are billed"),
                message(
                    '"60s" for started minutes, "1s" for started seconds, as the line contract says'
                ),
                key="billing_step",
                repair={"billing_step": "60s"},
            )
        return self

    @model_validator(mode="after")
    def _one_currency(self) -> Self:
        first = next(self.priced(), None)
        for path, price in self.priced():
            if first is not None and parse_price(price)[1] != self.currency:
                raise fault(
                    message("another currency than {value}").filled(value=first[0]),
                    message("all prices in one currency, such as {currency}").filled(
                        currency=self.currency
                    ),
                    key=path,
                    repair={path.partition(".")[0]: None},
                )
        return self


def check_costs(scenario: Scenario, problems: Problems) -> None:
    """Add prices of unknown names, and scrubs priced in another currency."""
    costs = scenario.costs
    if costs is None:
        return
    for key, (kind, word) in TABLES.items():
        known = [each.name for each in getattr(scenario, kind)]
        for name in getattr(costs, key):
            if name not in known:
                problems.add(
                    f"costs.{key}.{name}",
                    message("there is no {word} of this name").filled(word=word),
                    found=name,
                    allowed=[f'"{item}"' for item in known],
                    remedy=did_you_mean(name, known),
                )
    scrub = scenario.refuse_call.price
    if scrub is not None and parse_price(scrub)[1] != costs.currency:
        problems.add(
            "costs",
            message("scrubs are paid in another currency (refuse_call.price)"),
            found=costs.currency,
            allowed=message("all prices in one currency, such as {value}").filled(
                value=parse_price(scrub)[1]
            ),
        )
