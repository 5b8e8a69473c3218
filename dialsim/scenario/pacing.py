"""How many to dial, in a scenario file."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from dialsim.scenario.fields import Quiet, fault, later

Mode = Literal["progressive", "power", "rate"]

OWN_KEYS: dict[str, tuple[str, ...]] = {
    "progressive": (),
    "power": ("ratio",),
    "rate": ("per_minute", "arrivals"),
}
"""The keys that each mode listens to."""


class Pacing(Quiet):
    """How many to dial."""

    unsaid: ClassVar[frozenset[str]] = frozenset({"per_minute", "arrivals"})

    mode: Annotated[Mode, later("predictive", "preview")] = Field(
        "progressive",
        description="one dial a free agent; `ratio` dials; or so many a minute, whoever is free",
    )
    ratio: Annotated[float, Field(ge=1.0, le=100.0)] = Field(
        1.0, description="dials for each free agent, of power pacing"
    )
    per_minute: Annotated[float, Field(gt=0.0, le=6_000_000.0)] | None = Field(
        None, description="dials a minute, of rate pacing"
    )
    arrivals: Literal["even", "poisson"] = Field(
        "even", description="how the dials of rate pacing are spaced"
    )

    @property
    def waits_with_agents(self) -> bool:
        """Whether agents sit idle while it dials for them; else dials go out whoever is free."""
        return self.mode != "rate"

    @property
    def may_drop(self) -> bool:
        """Whether a callee may find no free agent: it dials more than there are free agents."""
        return self.mode == "rate" or self.ratio > 1

    @model_validator(mode="after")
    def _keys_of_the_mode(self) -> Self:
        if self.mode == "progressive" and self.ratio != 1.0:
            raise fault(
                "progressive pacing dials once for each free agent",
                "1.0",
                key="ratio",
                mend={"ratio": None},
            )
        for mode, keys in OWN_KEYS.items():
            for key in keys:
                if mode != self.mode and getattr(self, key) != _default(key):
                    raise fault(
                        f"{self.mode} pacing has no such thing",
                        f'mode = "{mode}" beside it',
                        key=key,
                        mend={key: None},
                    )
        if self.mode == "rate" and self.per_minute is None:
            raise fault(
                "rate pacing needs to know how many to dial",
                "per_minute = 60.0",
                key="per_minute",
                mend={"per_minute": 60.0},
            )
        return self


def _default(key: str) -> Any:
    return Pacing.model_fields[key].default
