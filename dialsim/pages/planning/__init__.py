"""The pages of plans, replans, sweeps and sensitivity analyses."""
