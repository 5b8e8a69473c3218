"""States of leads: ready, asleep, finished; and which campaigns decide after a move."""
