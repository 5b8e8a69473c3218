"""Recognise what the columns of a planner's own list hold."""
