"""The people behind the numbers: refusals, porting, propensity."""
