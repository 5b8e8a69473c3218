"""The charts of a run, for its page and for notebooks, drawn by Vega-Lite through altair."""
