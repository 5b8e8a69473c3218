"""Results of load tests read from their files, also from those of earlier versions."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NotRequired

from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

from dialsim.errors import ScenarioError
from dialsim.loadtest.file_checks import RESULT
from dialsim.messages.text import message
from dialsim.pages.load_result import QuantilesMs
from dialsim.storage.json_text import parsed
from dialsim.storage.paths import is_folder


class StoredSettings(TypedDict):
    """What was requested, as every version stores it."""

    rates_per_s: list[float]
    length_ms: int
    warm_up_ms: int
    arrivals: str
    profile: str
    runs: int
    hold_ms: int
    deadline_ms: int | None
    find_limit: bool


class StoredStage(TypedDict):
    """One step of one run, as every version stores it."""

    stage: int
    rate_per_s: float
    offered: int
    admitted: int
    deferred: int
    dropped: int
    censored: int
    lateness_ms: QuantilesMs


class StoredRun(TypedDict):
    """One run, as every version stores it."""

    stages: list[StoredStage]
    interrupted: bool


class StoredLoad(TypedDict):
    """A load test as every version of ``load.json`` stores it; other keys are left out."""

    scenario: str
    seed: int
    asked: StoredSettings
    complete: bool
    void: str | None
    runs: list[StoredRun]
    machine: dict[str, str | int | bool | None]
    aborted: NotRequired[str | None]


_LOAD: TypeAdapter[Any] = TypeAdapter(StoredLoad)


def read_load(place: Path, option: str) -> StoredLoad:
    """Return the load test of a ``load.json``, or of the folder that has it.

    Parameters
    ----------
    option
        The argument that names it, for errors.

    Raises
    ------
    ScenarioError
        There is none, it cannot be read, or it is no result of a load test.
    """
    path = place / RESULT if is_folder(place) else place
    found = repr(str(path))
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError:
        raise _refused(option, found, message("is no text in UTF-8")) from None
    except (OSError, ValueError) as error:
        reason = str(getattr(error, "strerror", None) or error).lower()
        if isinstance(error, FileNotFoundError):
            reason = message("no such file")
        sentence = message("no load test can be read there: {reason}").filled(reason=reason)
        remedy = message("the folder of --out, or the load.json in it")
        raise ScenarioError.at(option, sentence, found=found, remedy=remedy) from None
    try:
        table = parsed(text)
    except ValueError as error:
        raise _refused(option, found, error.args[0]) from None
    try:
        load: StoredLoad = _LOAD.validate_python(table)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(step) for step in first["loc"])
        fault = message("is missing") if first["type"] == "missing" else message("has a wrong form")
        where = message("{path}: {fault}").filled(path=key, fault=fault)
        raise _refused(option, found, where if key else "") from None
    return load


def _refused(option: str, found: str, reason: str) -> ScenarioError:
    sentence = message("this is no result of a load test")
    if reason:
        sentence = message("this is no result of a load test: {reason}").filled(reason=reason)
    return ScenarioError.at(option, sentence, found=found)
