"""Pacing of campaigns in a scenario file."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from dialsim.messages.text import message
from dialsim.scenario.models.fields import Clock, Ms, SparseModel, fault, up_to
from dialsim.scenario.models.schema_annotations import source, unit

Mode = Literal[
    "progressive", "power", "preview", "rate", "predictive", "vicidial_adapt", "abandon_target",
    "policy", "simulate_ahead",
]  # fmt: skip

OWN_KEYS: dict[str, tuple[str, ...]] = {
    "progressive": (),
    "power": ("ratio",),
    "preview": ("preview",),
    "rate": ("per_minute", "arrivals"),
    "predictive": ("drop_target",),
    "vicidial_adapt": (
        "drop_target", "method", "most_level", "agents_target", "intensity", "latest",
    ),
    "abandon_target": ("drop_target", "most_level", "gain", "window"),
    "policy": (),
    "simulate_ahead": ("drop_target", "runs"),
}  # fmt: skip
"""The keys that each mode uses."""

Level = Annotated[float, Field(ge=1.0, le=100.0), unit("dials an agent")]


class Pacing(SparseModel):
    """How many to dial."""

    omitted_at_default: ClassVar[frozenset[str]] = frozenset(
        key for keys in OWN_KEYS.values() for key in keys if key != "ratio"
    )

    mode: Mode = Field("progressive", description="by what the number of dials is decided")
    ratio: Level = Field(1.0, description="for each free agent, of power pacing")
    preview: Annotated[Ms, up_to("1h")] | None = Field(
        None, description="how long an agent looks at a record before it is dialled"
    )
    per_minute: Annotated[float, Field(gt=0.0, le=6_000_000.0), unit("dials/min")] | None = Field(
        None, description="of rate pacing"
    )
    arrivals: Literal["even", "poisson"] = Field(
        "even", description="how the dials of rate pacing are spaced"
    )
    drop_target: Annotated[float, Field(gt=0.0, le=1.0), unit("share")] | None = Field(
        None,
        description="share of answers that find no agent which a mode aims at or stays below; "
        "absent: that of the rules, predictive nine tenths of it",
    )
    method: Literal["hard", "average", "tapered", "tapered_by_minutes"] = Field(
        "average", description="what vicidial_adapt does while more are dropped"
    )
    most_level: Level = Field(
        3.0,
        description="at most, of vicidial_adapt and abandon_target",
        json_schema_extra=source("A", "assumption") | {"x-note": "VICIdial's own default"},
    )
    agents_target: Annotated[int, Field(ge=-1000, le=1000), unit("agents")] = Field(
        0,
        description="of vicidial_adapt: how many are to be idle; below 0: callees that are to wait",
    )
    intensity: Annotated[int, Field(ge=-40, le=40), unit("%")] = Field(
        0, description="by how much vicidial_adapt goes up faster and down slower"
    )
    latest: Clock | None = Field(
        None, description="time of day towards which a tapered method lets its level fall"
    )
    gain: Annotated[float, Field(gt=0.0, le=1.0), unit("share")] = Field(
        0.1,
        description="how much of the distance to its target abandon_target makes good a step",
        json_schema_extra=source("A", "assumption"),
    )
    runs: Annotated[int, Field(ge=8, le=1000), unit("runs")] = Field(
        64,
        description="how often simulate_ahead plays a candidate at most, where it stays unclear "
        "whether it drops too many",
    )
    window: Annotated[Ms, up_to("24h")] | None = Field(
        None, description="over which abandon_target looks at drops; absent: an hour"
    )

    @property
    def waits_with_agents(self) -> bool:
        """Whether it dials only for idle agents; else dials do not depend on free agents."""
        return self.mode not in ("rate", "policy")

    @property
    def dials_ahead(self) -> bool:
        """Whether it predicts from its own calls and dials for agents who are still busy."""
        return self.mode in ("predictive", "vicidial_adapt", "abandon_target")

    @property
    def may_drop(self) -> bool:
        """Whether calls can be abandoned: it dials more than there are free agents."""
        return self.mode not in ("progressive", "preview", "power") or self.ratio > 1

    @model_validator(mode="after")
    def _keys_of_the_mode(self) -> Self:
        if self.mode == "progressive" and self.ratio != 1.0:
            raise fault(
                message("progressive pacing dials once for each free agent"),
                "1.0",
                key="ratio",
                repair={"ratio": None},
            )
        mine = OWN_KEYS[self.mode]
        for key in sorted({key for keys in OWN_KEYS.values() for key in keys} - set(mine)):
            if getattr(self, key) != _default(key):
                modes = [f'"{mode}"' for mode, keys in OWN_KEYS.items() if key in keys]
                raise fault(
                    message("{mode} pacing has no such thing").filled(mode=self.mode),
                    message("mode = {names} beside it").filled(names=" or ".join(modes)),
                    key=key,
                    repair={key: None},
                )
        return self._needed()

    def _needed(self) -> Self:
        """Refuse a mode without its required keys."""
        needed = {"rate": ("per_minute", 60.0), "preview": ("preview", "20s")}
        if self.method.startswith("tapered"):
            needed["vicidial_adapt"] = ("latest", "21:00")
        key, example = needed.get(self.mode, ("mode", None))
        if getattr(self, key) is None:
            shown = f'"{example}"' if isinstance(example, str) else example
            raise fault(
                message("{mode} pacing needs {key}").filled(mode=self.mode, key=key),
                f"{key} = {shown}",
                key=key,
                repair={key: example},
            )
        return self


def _default(key: str) -> Any:
    return Pacing.model_fields[key].default
