"""The sections on personal data, and on digests and versions, in the compliance report."""

from __future__ import annotations

from collections.abc import Sequence

from dialsim.messages.text import message, side_by_side
from dialsim.pages.dossiers.request import Request
from dialsim.pages.dossiers.terms import listed
from dialsim.pages.html.values import values_in_force
from dialsim.pages.model.parts import Section, item, section
from dialsim.pages.model.style import QUIET
from dialsim.pages.model.tables import Cell, Table, row, words
from dialsim.scenario.identity import scenario_digest
from dialsim.summary.stored_summary import needed


def personal_section(asked: Request) -> Section:
    """Return what the run's tables hold of people, and what was erased since."""
    items = [item(text) for text in _personal(asked)]
    return section(asked.texts["personal"], items, key="personal")


def digests_section(asked: Request) -> Section:
    """Return the digests of the run and of its inputs, and the versions of what made it."""
    rows = [row(Cell(name, QUIET), value) for name, value in (*_digests(asked), *_versions(asked))]
    return section(asked.texts["digests"], Table(words("", ""), tuple(rows)), key="digests")


def _personal(asked: Request) -> list[str]:
    texts, summary = asked.texts, asked.log.summary
    data = needed(summary.get("personal_data"), "personal_data")
    key, names = data["pseudonyms"], summary.get("attributes") or []
    privacy = asked.log.scenario.enterprise.privacy
    days = None if privacy is None else privacy.retention_days
    found = [
        texts["numbers_shown"].format(answer=texts["yes" if data["numbers"] else "no"]),
        texts["pseudonyms"].format(fingerprint=key["key_fingerprint"])
        if key
        else texts["pseudonyms_none"],
        texts["attributes"].format(names=listed(names, asked.language))
        if names
        else texts["attributes_none"],
    ]
    if "number_province" in asked.log.columns("people"):
        found.append(texts["province"])
    found.append(
        texts["retention_none"] if days is None else texts["retention"].format(days=f"{days:,}")
    )
    gone = summary.get("forgotten")
    if gone:
        rows = [f"{name} {count:,}" for name, count in gone.items() if name != "persons" and count]
        found.append(
            texts["forgotten_since"].format(
                persons=f"{gone['persons']:,}", rows=listed(rows, asked.language)
            )
        )
    else:
        found.append(texts["forgotten_none"])
    since = summary.get("inputs_since_forgotten") or {}
    if since:
        names = [f"{name} {digest}" for name, digest in since.items()]
        found.append(texts["forgotten_inputs"].format(names=listed(names, asked.language)))
    return found


def _digests(asked: Request) -> list[tuple[str, str]]:
    texts, summary = asked.texts, asked.log.summary
    identity = summary["identity"]
    policy = identity.get("policy_digest")
    return [
        (texts["outcome"], summary["outcome_digest"]),
        (texts["scenario"], str(identity.get("scenario_digest", ""))),
        *([(texts["policy"], policy)] if policy else []),
        *summary["inputs"].items(),
    ]


def _versions(asked: Request) -> list[tuple[str, str]]:
    texts, summary, log = asked.texts, asked.log.summary, asked.log
    rules, network, *_ = values_in_force(log)
    known = texts["profiles"].format(
        pack=rules.name,
        rules_assumed=rules.assumed,
        rules_all=len(rules.rows),
        profile=network.name,
        network_assumed=network.assumed,
        network_all=len(network.rows),
    )
    known += message(".")[asked.language]
    which = "same_values" if _same(asked) else "other_values"
    data: Sequence[str] = [
        f"{name} {version}" for name, version in summary["data_versions"].items()
    ]
    return [
        (texts["version"], str(summary["identity"].get("version", ""))),
        (texts["data"], ", ".join(data)),
        (texts["profile"], side_by_side([known, texts[which]], asked.language)),
    ]


def _same(asked: Request) -> bool:
    """Return whether the values in force are those the run was played with."""
    log, identity = asked.log, asked.log.summary["identity"]
    now: str = scenario_digest(log.scenario, *log.profiles, identity.get("policy_digest"))
    return bool(now == identity.get("scenario_digest"))
