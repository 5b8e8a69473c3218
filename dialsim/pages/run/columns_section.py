"""Sections on the columns of a list's file, and its table for a scenario."""

from __future__ import annotations

from collections.abc import Sequence

from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.model.parts import Excerpt, Section, quiet, section
from dialsim.pages.model.tables import Cell, Row, Table, words
from dialsim.results import formatting
from dialsim.results.lists.account_result import CountedColumn

MOST_COLUMNS = 40

LABELS: Texts = text_table(
    {
        "columns": "Columns",
        "column": message("column", "of a list's file"),
        "taken": message("taken as", "column"),
        "why": message("why", "of a choice"),
        "scenario": "For a scenario",
        "paste": "Paste this into a scenario; the path of the file is relative to the scenario's.",
        "not_read": "The account above was read with the columns that the options name, and their "
        "own names, alone.",
        "others": "{} further columns are not used",
        "given": "named by an option",
        "name": "by its name",
        "cells": "by its cells",
        "both": "by its name and cells",
        "numbers": "{} of the cells looked at are phone numbers",
        "different": "{:,} different values in {:,} cells",
        "flag": "its cells say yes or no",
        "personal": "its name is one of personal data: left out of results",
        "other_number": "numbers, by its name not the contact's own",
        "dates": "its cells are dates",
    }
)

ROLES: Texts = text_table(
    {
        "number": "phone number",
        "id": "key of the person",
        "alternates": "further number",
        "consent_date": "consent",
        "consent_purpose": "purpose of the consent",
        "consent_expiry": "end of the consent",
        "consent_evidence": "evidence of the consent",
        "withdrawn": "consent withdrawn, or do not call",
        "export_consent": "consent to export of data",
        "relation": message("relation", "of a list's contacts"),
        "time_zone": "time zone",
        "prior_attempts": "attempts before the start",
        "last_attempt": "last attempt before the start",
        "attribute": "attribute of results",
        "province": "attribute of results: province",
        "city": "attribute of results: city",
        "date": "date, not used",
        "candidate": "perhaps the key, not used",
        "": "not used",
    }
)


def columns_section(columns: Sequence[CountedColumn], language: Language) -> Section | None:
    """Return what the columns of a list's file hold, and why; None: nothing was recognised."""
    if not columns:
        return None
    texts = LABELS[language]
    shown = [each for each in columns if each["role"] or each["what"]][:MOST_COLUMNS]
    rows = tuple(Row(_cells(each, language)) for each in shown)
    parts: list[Table | object] = []
    if rows:
        parts.append(Table(words(texts["column"], texts["taken"], texts["why"]), rows))
    notes = []
    if left := len(columns) - len(shown):
        notes.append(quiet(texts["others"].format(left)))
    if any(each["role"] not in _UNREAD and not each["is_read"] for each in columns):
        notes.append(quiet(texts["not_read"]))
    return section(texts["columns"], *parts, notes, key="columns")  # type: ignore[arg-type]


_UNREAD = ("", "date", "candidate", "attribute")


def _cells(each: CountedColumn, language: Language) -> tuple[Cell, ...]:
    roles = ROLES[language]
    role = each["what"] if each["what"] in ("province", "city") else each["role"]
    return Cell(each["column"]), Cell(roles[role]), Cell(_why(each, language))


def _why(each: CountedColumn, language: Language) -> str:
    texts, parts = LABELS[language], []
    if each["what"] in ("personal", "other_number"):
        return texts[each["what"]]
    if each["role"] == "date":
        return texts["dates"]
    if each["by"] in texts:
        parts.append(texts[each["by"]])
    if each["what"] == "flag":
        parts.append(texts["flag"])
    elif each["role"] in ("number", "alternates") and each["filled"]:
        parts.append(
            texts["numbers"].format(formatting.percent(each["numbers"], language=language))
        )
    elif each["role"] in ("attribute", "id"):
        parts.append(texts["different"].format(each["different"], each["filled"]))
    return texts["then"].join(parts)


def scenario_section(toml: str | None, language: Language) -> Section | None:
    """Return the table of a list for a scenario; None: there is none."""
    if toml is None:
        return None
    texts = LABELS[language]
    return section(texts["scenario"], quiet(texts["paste"]), Excerpt(toml), key="scenario")
