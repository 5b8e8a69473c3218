"""The request for a report: its reader, its language, and its inputs beside the run."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

from dialsim.audit.context import Columns
from dialsim.errors import Problem, ScenarioError
from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import MARKS, message
from dialsim.pages.dossiers.completion import Replayed
from dialsim.pages.dossiers.labels import MANAGEMENT, SHARED
from dialsim.pages.dossiers.labels_compliance import COMPLIANCE
from dialsim.pages.dossiers.labels_operator import OPERATOR
from dialsim.pages.dossiers.traffic import Traffic, traffic
from dialsim.pages.html.labels import LABELS as RUN_PAGE
from dialsim.results import formatting
from dialsim.results.network.network_rules import network_rules
from dialsim.results.summary_types.network import Refused
from dialsim.results.summary_types.results import WeakDefault
from dialsim.results.tables.run_log import RunLog
from dialsim.scenario.models.costs import Costs

Audience = Literal["boss", "compliance", "operator"]
AUDIENCES: tuple[Audience, ...] = get_args(Audience)
LABELS = {"boss": MANAGEMENT, "compliance": COMPLIANCE, "operator": OPERATOR}


@dataclass(frozen=True)
class Request:
    """All inputs of a report.

    Attributes
    ----------
    log
        The run.
    audience, language
        Its reader and its language.
    replayed
        The results of its replications; None: none was completed.
    not_replayed
        Why there are none although requested, as a sentence of the language.
    command
        The command that repeats the run.
    costs
        Prices; None: not given.
    columns
        Columns of the files of its lists; None: the files are not available.
    operator
        Cover only this operator's trunks; None: all trunks.
    name
        What the run is called beside others.
    beside
        Requests for the runs of other plans, which stand beside it.
    """

    log: RunLog
    audience: Audience
    language: Language = "en"
    replayed: Replayed | None = None
    not_replayed: str = ""
    command: str = ""
    costs: Costs | None = None
    columns: Columns | None = None
    operator: str | None = None
    name: str = ""
    beside: tuple[Request, ...] = ()

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """The texts of the page."""
        tables = (LABELS[self.audience], SHARED, RUN_PAGE)
        return dict(ChainMap(*(table[self.language] for table in tables)))

    @property
    def weak(self) -> Sequence[WeakDefault]:
        """The weak defaults that the run rests on; none for a run of an older version."""
        return self.log.summary.get("weak_defaults", ())

    @property
    def has_log(self) -> bool:
        """Whether the run kept a full call log."""
        kept = self.log.summary.get("log")
        if kept is not None and (kept["kept"] == "none" or kept["one_in"] != 1):
            return False  # a run in memory has the tables even then, empty
        try:
            return bool(self.log.columns("calls"))
        except ScenarioError:  # the log exists; reading it reports any damage
            return True

    @cached_property
    def calls(self) -> Traffic | None:
        """The attempts of the run; None if it kept no full call log.

        Raises
        ------
        ScenarioError
            A part of them is missing or damaged.
        """
        return traffic(self.log) if self.has_log else None

    def no_log(self, missing: str) -> str:
        """Return the text for what needs the call log; empty if there is one."""
        return "" if self.has_log else self.texts["no_log"].format(missing=missing)

    def basis(self, source: str, confidence: str) -> str:
        """Return the basis of a value: its source and confidence."""
        known = formatting.CONFIDENCE[self.language].get(confidence, confidence)
        ids = formatting.source_ids(source, self.language)
        return known if source == "A" else MARKS["comma"][self.language].join((ids, known))

    def cause(self, refused: Refused) -> str:
        """Return the text of a cause of refused calls, from a summary's interventions."""
        name = str(formatting.localised(refused, "name", self.language))
        if self.language == ENGLISH or name != refused["name"]:
            return name
        return network_rules().word("cause", refused["cause"], self.language)

    @property
    def forgotten(self) -> str:
        """The text on data erased from the call log since the run; empty if there are none."""
        calls = self.log.forgotten_calls
        return self.texts["forgotten"].format(calls=f"{calls:,}") if calls else ""


def still_made(error: ScenarioError, audience: Audience) -> ScenarioError:
    """Return an error about a run's tables, with a hint at what can be made without them."""
    if audience == "compliance":
        return error
    rest: Sequence[str] = ("compliance",) if audience == "boss" else ("compliance", "boss")
    remedy = message("dialsim dossier --for {value} can still be made").filled(
        value=" or --for ".join(rest)
    )
    more = Problem(
        "",
        message("the dossier for {audience} needs this table").filled(audience=audience),
        remedy=remedy,
    )
    return ScenarioError([*error.problems, more])
