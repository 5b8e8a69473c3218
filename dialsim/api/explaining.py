"""What a rule, a value or a reason rests on."""

from __future__ import annotations

from typing import Any, Literal


def explain(
    name: str | None = None,
    *,
    rules: str = "cn",
    network: str = "typical",
    language: Literal["en", "zh"] = "en",
) -> list[dict[str, Any]]:
    """Return all that goes by a name: a value, a group of values, a reason or a source id.

    Parameters
    ----------
    name
        Such as ``"callee.retry_gap"``, ``"hours"``, ``"no_consent"``, ``"reasons"``, ``"S60"``;
        None: everything.
    rules, network
        The rule pack and the network profile to look in.
    language
        Of what a reason says.

    Returns
    -------
    list of dict
        See :func:`dialsim.report.explaining.explanations`.

    Raises
    ------
    ScenarioError
        Nothing goes by that name: it names the nearest.

    Examples
    --------
    >>> [value] = explain("callee.retry_gap")
    >>> value["value"], value["confidence"]
    ('2h', 'practice')
    """
    from dialsim.report.explaining import explanations

    return explanations(name, rules=rules, network=network, language=language)
