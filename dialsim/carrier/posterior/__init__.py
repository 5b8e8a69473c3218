"""Who people are, given how calls to them ended before a run is played."""
