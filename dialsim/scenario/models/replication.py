"""What replications of a scenario have in common."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dialsim.scenario.models.fields import Model


class Replication(Model):
    """Table `[replications]`: it decides nothing in a single run."""

    people: Literal["redrawn", "fixed"] | None = Field(
        None,
        description="`redrawn`: each replication draws anew what is not known of the people, all "
        "of a synthetic list and what rows of files leave open; `fixed`: all have the people of "
        "replication 0; absent: redrawn, but fixed where list_seed is given",
    )
