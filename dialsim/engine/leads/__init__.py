"""Where a lead goes: ready, asleep, finished; and who is asked to decide after it moved."""
