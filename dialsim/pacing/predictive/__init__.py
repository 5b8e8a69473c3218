"""Predictive dialling: for agents about to be free, by the durations of calls and answers."""
