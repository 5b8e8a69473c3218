"""The tables of a run: calls, interventions, lead states, series by quarter of an hour."""
