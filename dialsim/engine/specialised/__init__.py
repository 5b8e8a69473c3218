"""Specialised engines that assume common properties of worlds, and their choice."""
