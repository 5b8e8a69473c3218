"""Promises in words, in English and Chinese."""

from __future__ import annotations

from collections.abc import Sequence

from dialsim.messages import dates
from dialsim.messages.catalogue import Language
from dialsim.messages.text import Text, Texts, message, translated
from dialsim.planning.plans.promises import ANY_SUSPENSION, WALLS, Promise
from dialsim.results.formatting import number
from dialsim.scenario.metrics import metrics
from dialsim.scenario.models.schema import Scenario

OWN = message("")
"""What the scenario's own network is called where there is no other."""

LABELS: Texts = translated(
    {
        "at_least": "{name} at least {target}",
        "at_most": "{name} at most {target}",
        "walls": "drops within the cap of the rules",
        "any_suspension": "no number suspended",
        "any_suspension_rest": "no further number suspended",
        "enterprise_stop_rest": "enterprise not stopped from then on",
        "enterprise_stop": "enterprise not stopped",
        "by": " by {day}",
        "of": "{campaign}: {text}",
        "under": "{text}, under {network}",
    }
)


def promise_words(
    scenario: Scenario,
    promise: Promise,
    networks: Sequence[Text] = (OWN,),
    rest: bool = False,
) -> dict[str, str]:
    """Return a promise in words, by language; in a plan for the `rest`, of what comes."""
    languages: tuple[Language, ...] = ("en", "zh")
    return {
        language: _worded(scenario, promise, networks, language, rest) for language in languages
    }


def _worded(
    scenario: Scenario, promise: Promise, networks: Sequence[Text], language: Language, rest: bool
) -> str:
    labels = LABELS[language]
    if promise.goal is None:
        key = promise.key if promise.key in (WALLS, ANY_SUSPENSION) else "enterprise_stop"
        text = labels[f"{key}_rest" if rest and key != WALLS else key]
    else:
        goal = scenario.goals[promise.goal]
        metric = metrics()[goal.metric]
        bound = "at_least" if goal.at_least is not None else "at_most"
        target = goal.at_least if goal.at_least is not None else goal.at_most
        name = metric.name[language]
        shown = f"{float(target or 0):.1%}" if metric.unit == "share" else number(target)
        text = labels[bound].format(name=name, target=shown)
        if goal.by is not None:
            text += labels["by"].format(day=dates.moment(goal.by, weekday=True, language=language))
        if goal.campaign is not None:
            text = labels["of"].format(campaign=goal.campaign, text=text)
    return text if not promise.under else labels["under"].format(
        text=text, network=networks[promise.under][language]
    )  # fmt: skip
