"""Inputs of the audit's judges, and the findings they return."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property

from dialsim.messages import dates
from dialsim.messages.catalogue import Language
from dialsim.messages.text import (
    MARKS,
    Text,
    TextTable,
    in_each,
    joined,
    message,
    side_by_side,
    text_table,
)
from dialsim.results import formatting
from dialsim.scenario.models.enterprise import Document, Privacy
from dialsim.scenario.models.people import PeopleList
from dialsim.scenario.models.schema import CallerIds, Campaign, Scenario, Trunk
from dialsim.scenario.profiles.obligations import Obligation, Obligations, Status
from dialsim.scenario.profiles.profile import Profile, Value
from dialsim.scenario.value_names import value_name

Values = Mapping[str, str | Text]
Columns = Mapping[str, Mapping[str, str | list[str]]]
"""Columns found in the files of lists, by list and role."""
Rows = Mapping[str, int]
"""Rows of the files of lists, by list."""


@dataclass(frozen=True)
class Finding:
    """How one obligation stands.

    Attributes
    ----------
    status, variant
        Which sentence of the obligation says so.
    values
        What its names in braces stand for.
    lawful
        Missing, but no wall is broken: the dialer calls nobody it is about, or it rests on no law.
    who_acts
        Who makes a breach cost something, where that depends on the trade; None: as the obligation
        says.
    rests_on
        Values of the rule pack whose sources and confidence are the finding's; none: the
        obligation's own are.
    """

    status: Status
    variant: str = ""
    values: Values = field(default_factory=dict)
    lawful: bool = False
    who_acts: Text | None = None
    rests_on: tuple[Value, ...] = ()

    def with_acting(self, who: Text) -> Finding:
        """Return the finding, with who makes a breach cost something."""
        return replace(self, who_acts=who)


@dataclass(frozen=True)
class AuditContext:
    """Inputs of the judges: the scenario, its rules, and its parts in use."""

    scenario: Scenario
    rules: Profile
    known: Obligations
    columns: Columns = field(default_factory=dict)
    rows: Rows = field(default_factory=dict)

    @cached_property
    def last(self) -> date:
        """Last day on which it dials."""
        return self.scenario.start + timedelta(days=self.scenario.days - 1)

    @cached_property
    def privacy(self) -> Privacy:
        """What is declared on personal data; nothing, where nothing is."""
        return self.scenario.enterprise.privacy or Privacy()

    @cached_property
    def people(self) -> list[PeopleList]:
        """Lists that a campaign calls."""
        used = {name for campaign in self.scenario.campaigns for name in campaign.people}
        return [people for people in self.scenario.people if people.name in used]

    @cached_property
    def blocks(self) -> list[CallerIds]:
        """Blocks of caller IDs that a campaign shows."""
        used = {name for campaign in self.scenario.campaigns for name in campaign.caller_ids}
        return [block for block in self.scenario.caller_ids if block.name in used]

    @cached_property
    def trunks(self) -> dict[str, Trunk]:
        """Trunks by name."""
        return {trunk.name: trunk for trunk in self.scenario.trunks}

    @cached_property
    def by_consent(self) -> list[tuple[Campaign, PeopleList]]:
        """Campaigns that rest on consent, each with each of its lists."""
        return [
            (campaign, people)
            for campaign in self.scenario.campaigns
            if campaign.lawful_basis == "consent"
            for people in self.people
            if people.name in campaign.people
        ]

    def columns_of(self, people: PeopleList) -> Collection[str]:
        """Return the roles with a column in a list's file; unseen, those the scenario names."""
        return self.columns.get(people.name, people.columns.given)

    @property
    def goes_abroad(self) -> bool:
        """Whether data are declared to go abroad, or to be decided on there."""
        exports = any(campaign.exports_data for campaign in self.scenario.campaigns)
        return bool(exports or self.privacy.data_abroad or self.privacy.foreign_handler)

    @property
    def in_theory(self) -> bool:
        """Whether the rules are the laboratory's."""
        return self.rules.name == "lab"

    @property
    def in_house(self) -> bool:
        """Whether the enterprise declares that it calls by itself."""
        centre = self.scenario.enterprise.call_centre
        return centre is not None and centre.kind == "in_house"

    @property
    def foreign_centre(self) -> bool:
        """Whether the call centre is declared to have foreign owners."""
        centre = self.scenario.enterprise.call_centre
        return centre is not None and bool(centre.foreign_owned)

    def owed(self, key: str) -> Obligation:
        """Return an obligation."""
        return self.known.rows[key]

    def document(self, key: str) -> Finding | None:
        """Return what a document of `enterprise.evidence` shows; None where there is none."""
        held: Document | None = getattr(self.scenario.enterprise.evidence, key, None)
        if held is None:
            return None
        values: dict[str, str | Text] = {"document": held.document, "date": on_day(held.date)}
        if held.valid_until is None:
            return Finding("met", "document", {**values, "until": ""})
        if held.valid_until < self.last:
            values |= {"until": on_day(held.valid_until), "last": on_day(self.last)}
            return Finding("missing", "expired", values)
        until = message(", valid until {}").filled(on_day(held.valid_until))
        return Finding("met", "document", {**values, "until": until})


# --- words ----------------------------------------------------------------------------------------

PERIODS: TextTable[dict[str, str]] = text_table(
    {
        "1000": message("a second", "limit"),
        "60000": message("a minute", "limit"),
        "3600000": message("an hour", "limit"),
        "86400000": message("a day", "limit"),
        "per": message("in {}", "limit"),
        "limit": message("{count} {per}", "limit"),
    }
)
"""Lengths of time that a limit counts in."""


def on_day(when: date) -> Text:
    """Return a day with its year."""
    return dates.day_text(when, year=True)


def span(ms: int) -> Text:
    """Return a length of time, as it stands within a sentence.

    >>> span(5_400_000)["en"], span(5_400_000)["zh"]
    ('1 h 30 min', '1小时30分钟')
    """
    return in_each(lambda language: side_by_side(formatting.span(ms, language).split(), language))


def limit(count: int, per: int) -> Text:
    """Return a limit: a number of calls in a length of time.

    >>> limit(3, 86_400_000)["en"], limit(3, 86_400_000)["zh"], limit(2, 7_200_000)["zh"]
    ('3 a day', '1天3次', '2小时2次')
    """

    def text_in(language: Language) -> str:
        texts = PERIODS[language]
        period = texts.get(str(per)) or texts["per"].format(span(per)[language])
        return texts["limit"].format(count=count, per=period)

    return in_each(text_in)


def names(items: Iterable[str]) -> Text:
    """Return names, each once."""
    return joined(MARKS["and"], [Text(item) for item in dict.fromkeys(items)])


def in_words(items: Iterable[str]) -> Text:
    """Return values of a scenario, such as purposes and trades, each once."""
    return joined(MARKS["and"], [value_name(item) for item in dict.fromkeys(items)])


def some_never_agreed(people: PeopleList) -> bool:
    """Whether the scenario itself says that some never agreed."""
    return people.relation == "bought" or people.consent_genuine < 1
