"""What a replication costs: the same as the dossier of the run it is."""

from __future__ import annotations

from decimal import Decimal

import dialsim
from dialsim.pages.dossiers.costs import used
from dialsim.pages.dossiers.traffic import traffic
from dialsim.results.cost_statement import cost_statement
from tests.results.small_runs import told


def test_a_replication_costs_what_the_dossier_of_its_run_says() -> None:
    run = dialsim.run(told())
    costs = run.scenario.costs
    assert costs is not None
    bill = cost_statement(used(run.log, costs.billing_step, traffic(run.log)), costs)
    assert bill.complete
    minutes = sum((line.amount or Decimal(0)) for line in bill.lines if line.what == "minutes")
    assert minutes > 0
    many = dialsim.replicate(told(), 2)
    assert many.values("cost").tolist()[0] == float(bill.total)
    assert many.values("cost")[1] != many.values("cost")[0]
    assert many.interval("cost").kind == "t"


def test_without_prices_there_is_no_cost() -> None:
    free = told()
    del free["costs"]
    assert "cost" not in dialsim.replicate(free, 1).metrics
