"""Engines that take for granted what is usual of a world, and which one plays a world."""
