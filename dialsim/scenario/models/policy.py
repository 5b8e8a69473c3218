"""A pacing policy of the user's own, in a scenario file."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from dialsim.errors import Problems
from dialsim.messages.text import message
from dialsim.scenario.models.fields import FileName, Model, Ms, Name, up_to
from dialsim.scenario.models.schema_annotations import source
from dialsim.storage.small_files import read_small

if TYPE_CHECKING:
    from dialsim.scenario.models.schema import Scenario


class Policy(Model):
    """Python that says how many each campaign of mode ``policy`` dials."""

    file: FileName = Field(
        description="Python file, relative to the scenario; whatever plays the scenario executes "
        "it, with your rights; check, screen and people do not"
    )
    name: Name = Field(
        description="a class without arguments with a method `decide`, or a function"
    )
    timeout: Annotated[Ms, up_to("10m")] = Field(
        "5s",  # type: ignore[assignment]
        description="real time that a decision may take; longer ends the run",
        json_schema_extra=source("A", "assumption"),
    )


def check_policy(scenario: Scenario, problems: Problems) -> None:
    """Add an unused policy, a campaign whose policy is missing, and a missing policy file.

    The file's content is checked when it is executed.
    """
    asking = [c.name for c in scenario.campaigns if c.pacing.mode == "policy"]
    policy = scenario.policy
    if policy is None:
        return  # it may be passed from Python
    if not asking:
        problems.add(
            "policy",
            message("no campaign asks it"),
            allowed=message('a campaign with pacing = { mode = "policy" }, or no policy'),
        )
    path = scenario.file_path(policy.file)
    if not path.is_file():
        problems.add(
            "policy.file",
            message("no such file") if not path.exists() else message("is no file"),
            found=policy.file,
            allowed=message("a Python file, by a path relative to the scenario file"),
        )


def policy_digest(scenario: Scenario) -> str | None:
    """Return the digest of the policy's source; None: there is none, or it cannot be read."""
    if scenario.policy is None:
        return None
    try:
        source = read_small(scenario.file_path(scenario.policy.file))
    except OSError:
        return None
    return hashlib.blake2b(source, digest_size=16).hexdigest()
