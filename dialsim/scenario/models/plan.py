"""What `dialsim plan` may decide, what that costs, and what has to hold with which probability."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, Field, model_validator

from dialsim.messages.text import MARKS, message
from dialsim.scenario.models.fields import Day, Many, Name, Price, Share, SparseModel, fault
from dialsim.scenario.models.schema_annotations import Words, unit
from dialsim.scenario.profiles.plan_rules import plan_rules
from dialsim.scenario.values import parse_price

if TYPE_CHECKING:
    from dialsim.scenario.models.schema import Scenario

MOST_VALUES = 1000
LEAST_CHANCE = 1e-4
LEAST_PROBABILITY, MOST_PROBABILITY = 0.5, 0.9999


def _provable(value: float) -> float:
    if not LEAST_PROBABILITY <= value <= MOST_PROBABILITY:
        why = (
            message("no number of runs shows a probability of 1")
            if value >= 1
            else message("out of range")
        )
        raise fault(why, MARKS["to"].filled(f"{LEAST_PROBABILITY:g}", f"{MOST_PROBABILITY:g}"))
    return value


Probability = Annotated[
    float,
    AfterValidator(_provable),
    unit("share"),
    Words((("minimum", LEAST_PROBABILITY), ("maximum", MOST_PROBABILITY))),
]
Anything = Annotated[Any, Words((("x-form", "whatever the key may be"),))]
Number = Annotated[float, Field(ge=-1e12, le=1e12), unit("as the key")]


class PlanDecision(SparseModel):
    """One value of the scenario that may be decided."""

    omitted_at_default: ClassVar[frozenset[str]] = frozenset(
        {"values", "first", "to", "step", "price_each", "prices", "filed_on"}
    )

    key: Name = Field(
        description='path of the value, such as "caller_ids.north.count"; an own limit may become '
        "looser than it is, never looser than the rules', nor, of caller IDs, than what is filed "
        "for each"
    )
    values: Many[Anything] | None = Field(
        None, max_length=MOST_VALUES, description="what it may be; false leaves the key out"
    )
    first: Number | None = Field(None, alias="from", description="least of a range")
    to: Number | None = Field(None, description="most of the range, itself included")
    step: Annotated[Number, Field(gt=0)] | None = Field(
        None, description="from one value of the range to the next; absent: 1"
    )
    price_each: Price | None = Field(
        None, description="once, for each unit more than the scenario says; beside `costs`"
    )
    prices: Many[Price] | None = Field(
        None, description="once, for each of `values` in their order; beside `costs`"
    )
    filed_on: Day | None = Field(
        None,
        description="numbers beyond those of the scenario are filed then, and used from the day "
        "on which the filing is in force; absent: they are filed and in force already",
    )

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        ranged = self.first is not None or self.to is not None
        if (self.values is None) != ranged:
            raise fault(
                message("a decision has either `values`, or `from` and `to`"),
                message("values = [200, 250, 300], or from = 200 and to = 300 with step = 50"),
                key="values" if self.values is not None else "from",
                repair={"from": None, "to": None, "step": None, "values": [0]},
            )
        if self.values is not None and not self.values:
            raise fault(message("no value to choose from"), message("at least one"), key="values",
                        repair={"values": [0]})  # fmt: skip
        if ranged:
            self._range()
        elif self.step is not None:
            raise fault(
                message("`step` is of a range"),
                message("`from` and `to` beside it"),
                key="step",
                repair={"step": None},
            )
        return self

    def _range(self) -> None:
        if self.first is None or self.to is None:
            absent = "from" if self.first is None else "to"
            raise fault(
                message("a range has two ends"),
                message("`from` and `to`"),
                key=absent,
                repair={absent: 1},
            )
        step = self.step or 1.0
        if self.to < self.first:
            raise fault(
                message("an empty range"),
                message("at least {first:g}").filled(first=self.first),
                key="to",
                repair={"to": None},
            )
        if (self.to - self.first) / step >= MOST_VALUES:
            allowed = message("at most {most_values:,} values").filled(most_values=MOST_VALUES)
            raise fault(message("too many values"), allowed, key="step", repair={"step": None})

    @model_validator(mode="after")
    def _prices_fit(self) -> Self:
        if self.prices is not None and len(self.prices) != len(self.choices):
            raise fault(
                message("{count} prices of {count_2} values").filled(
                    count=len(self.prices), count_2=len(self.choices)
                ),
                message("one for each value"),
                key="prices",
                repair={"prices": None},
            )
        if self.prices is not None and self.price_each is not None:
            raise fault(
                message("priced twice"),
                message("`price_each`, or `prices`"),
                key="price_each",
                repair={"price_each": None},
            )
        if self.price_each is not None and not all(_is_number(each) for each in self.choices):
            raise fault(
                message("`price_each` is of numbers"),
                message("`prices`, one for each value"),
                key="price_each",
                repair={"price_each": None},
            )
        if len({repr(each) for each in self.choices}) < len(self.choices):
            raise fault(message("a value stands there twice"), message("each once"), key="values",
                        repair={"values": None})  # fmt: skip
        return self

    @property
    def choices(self) -> tuple[Any, ...]:
        """All values, with a range expanded; whole numbers as int."""
        if self.values is not None:
            return tuple(self.values)
        if self.first is None or self.to is None:
            return ()
        step = self.step or 1.0
        count = int((self.to - self.first) / step + 1e-9) + 1
        found = [round(self.first + n * step, 9) for n in range(count)]
        return tuple(int(each) if float(each).is_integer() else each for each in found)


class PlanPromise(SparseModel):
    """With which probability a goal has to be met."""

    omitted_at_default: ClassVar[frozenset[str]] = frozenset({"campaign"})

    metric: Name = Field(description="metric of the goal")
    campaign: Name | None = Field(None, description="its campaign, if it has one")
    probability: Probability = Field(description="that it is met")


class Plan(SparseModel):
    """What may be decided, and what must hold. Nothing here changes what a run does."""

    omitted_at_default: ClassVar[frozenset[str]] = frozenset({"promises"})

    probability: Probability = Field(
        0.95, description="with which each goal has to be met that `promises` does not name"
    )
    promises: Many[PlanPromise] = Field((), max_length=50, description="other probabilities")
    any_suspension_at_most: Share = Field(
        plan_rules().always["any_suspension"],
        gt=0,
        description="chance that any number is suspended, closed or stopped; may be smaller, "
        "never larger",
    )
    enterprise_stop_at_most: Share = Field(
        plan_rules().always["enterprise_stop"],
        gt=0,
        description="chance that the enterprise is stopped; may be smaller, never larger",
    )
    decisions: Many[PlanDecision] = Field(
        min_length=1, max_length=30, description="what may be decided"
    )

    @model_validator(mode="after")
    def _walls_hold(self) -> Self:
        for name, most in plan_rules().always.items():
            if getattr(self, f"{name}_at_most") < LEAST_CHANCE:
                raise fault(
                    message("no number of runs shows so small a chance"),
                    MARKS["to"].filled(f"{LEAST_CHANCE:g}", f"{most:g}"),
                    key=f"{name}_at_most",
                    repair={f"{name}_at_most": None},
                )
            if getattr(self, f"{name}_at_most") > most:
                raise fault(
                    message("always required, and never to be traded"),
                    message("at most {most:g}").filled(most=most),
                    key=f"{name}_at_most",
                    repair={f"{name}_at_most": None},
                )
        keys = [decision.key for decision in self.decisions]
        twice = next((i for i, key in enumerate(keys) if key in keys[:i]), None)
        if twice is not None:
            raise fault(
                message("{value} is decided twice").filled(value=keys[twice]),
                message("each key once"),
                key=f"decisions[{twice}].key",
                repair={"decisions": None},
            )
        return self

    def priced(self) -> Iterator[tuple[str, str]]:
        """Yield every price with its path below the table."""
        for i, decision in enumerate(self.decisions):
            if decision.price_each is not None:
                yield f"decisions[{i}].price_each", decision.price_each
            for j, price in enumerate(decision.prices or ()):
                yield f"decisions[{i}].prices[{j}]", price

    def currency(self, scenario: Scenario) -> str:
        """Return the currency of all prices; empty where there is none."""
        if scenario.costs is not None:
            return scenario.costs.currency
        return next((parse_price(price)[1] for _, price in self.priced()), "")


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
