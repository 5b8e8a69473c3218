"""The chance of a review of the enterprise under a plan."""

from __future__ import annotations

from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, text_table
from dialsim.pages.model.parts import Paragraph, quiet
from dialsim.results import formatting
from dialsim.results.planning_types.plan import PlanResult
from dialsim.results.probabilities import between, probability

LEAST = 1e-6
"""Smaller chances are shown as below this."""
_WORDS: Texts = text_table(
    {
        "counted": "A review of the enterprise was opened in {hits} of {runs} runs "
        "(95 % interval {ends})",
        "by_calls": "; by the calls made its chance is {value}{ends}",
        "below": "below {}",
        "between": " ({})",
        "calling_on": ". Numbers go on calling while it lasts; one that went against the "
        "enterprise stopped them all in {stopped}",
        "end": ".",
    }
)


def reviews(found: PlanResult, language: Language) -> list[Paragraph]:
    """Return in how many runs of the proof a review was opened; nothing without a proof."""
    each, texts = found["reviews"], _WORDS[language]
    if each is None:
        return []
    text = texts["counted"].format(
        hits=formatting.number(each["hits"]),
        runs=formatting.number(each["runs"]),
        ends=between(each["share"]["low"], each["share"]["high"], texts["to"]),
    )
    mean = each["by_calls"]
    if mean is not None:
        value, ends = probability(mean["value"]), ""
        if (mean["high"] or mean["value"]) < LEAST:  # further zeros carry no information
            value = texts["below"].format(probability(LEAST))
        elif mean["low"] is not None and mean["high"] is not None:
            ends = texts["between"].format(between(mean["low"], mean["high"], texts["to"]))
        text += texts["by_calls"].format(value=value, ends=ends)
    if each["hits"]:
        text += texts["calling_on"].format(stopped=formatting.number(each["stood_still"]))
    return [quiet(text + texts["end"])]
