"""The candidates of a plan as an Arrow table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dialsim.planning.plans.plan_result import PlanFound


def candidate_table(found: PlanFound) -> Any:
    """Return one row per played candidate: values, cost, probabilities, and why it was struck."""
    import pyarrow as pa

    plain = found.to_dict()
    names = [
        f"chance_{each['key']}" + (f"_{promise.under}" if promise.under else "")
        for each, promise in zip(plain["promises"], found.promises, strict=True)
    ]
    return pa.Table.from_pylist(
        [
            {
                **{key: str(value) for key, value in row["values"].items()},
                "runs": row["runs"],
                "cost": row["cost"],
                "throughput": row["throughput"],
                "any_suspension": row["risk"],
                **dict(zip(names, row["chances"], strict=True)),
                "struck": row["struck"],
            }
            for row in plain["candidates"]
        ]
    )
