"""Messages on forbidden caller IDs, in both languages, each beginning with its reason's name."""

from __future__ import annotations

from collections.abc import Sequence

from dialsim.messages.text import MARKS, Text, Texts, from_table, joined, translated
from dialsim.scenario.value_names import value_name

LABELS: Texts = translated(
    {
        "class": "CALLER_NOT_ALLOWED: a call centre may not use class {kind} for {purpose}",
        "only_700": "CALLER_NOT_ALLOWED: since {since} no number outside 700 may serve as an "
        "intermediate number (AXB)",
        "trunk": "CALLER_NOT_ALLOWED: trunk {trunk} does not permit {purpose}",
        "operator": "CALLER_NOT_ALLOWED: numbers of {shown} are shown on trunk {trunk}, which is "
        "of {operator}",
        "abroad": "CALLER_NOT_ALLOWED: calls over trunk {trunk} are placed abroad and show a +86 "
        "number that no licensed operator provides for it",
        "gateway": "CALLER_NOT_ALLOWED: calls over trunk {trunk} are let in through a gateway and "
        "show a +86 number that no licensed operator provides for it",
        "foreign": "CALLER_NOT_ALLOWED: numbers of {country} are shown on trunk {trunk}, whose "
        "calls enter in mainland China",
        "filed_use": "PURPOSE_NOT_FILED: filed for {filed}, the campaign is {purpose}",
        "filed_category": "PURPOSE_NOT_FILED: filed for {filed}, the campaign is about {category}",
        "holder": "CALLER_NOT_ALLOWED: the numbers stand under the real name of {holder}",
        "licence_numbers": "CALLER_NOT_ALLOWED: the call centre's licence is for {licensed}, and "
        "these numbers are of {home}",
        "licence_list": "CALLER_NOT_ALLOWED: the call centre's licence is for {licensed}, and the "
        "list is also of {others}",
        "no_licence": "CALLER_NOT_ALLOWED: an outsourced call centre calls for others only with a "
        "licence",
        "no_province": "CALLER_NOT_ALLOWED: class {kind} calls within its own province, and it is "
        "not said which",
        "own_province": "CALLER_NOT_ALLOWED: class {kind} calls within {home}, and list {list} is "
        "also of {others}",
        "beyond": "CALLER_NOT_ALLOWED: licence or class allow calls to {where} alone, and nothing "
        "says that {lists} is there",
        "nowhere": "CALLER_NOT_ALLOWED: licence or class allow calls to nobody alone, and nothing "
        "says that {lists} is there",
    }
)


def refusal(key: str, **values: str | Sequence[str]) -> Text:
    """Return why numbers may not be used; several values are listed.

    >>> refusal("class", kind="mobile", purpose="marketing").zh
    'CALLER_NOT_ALLOWED：呼叫中心不得将手机号码用于营销'
    """
    listed = {name: [each] if isinstance(each, str) else each for name, each in values.items()}
    names = {
        name: joined(MARKS["and"], [value_name(value) for value in each])
        for name, each in listed.items()
    }
    return from_table(LABELS, key, **names)
