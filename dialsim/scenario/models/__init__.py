"""The tables of a scenario file as models: types, units, defaults."""
