"""Why something is as it is: an intervention, the life of a caller ID, a person, a value."""
