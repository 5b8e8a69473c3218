"""The sensitivity analysis: which uncertain inputs decide whether the goals are met."""
