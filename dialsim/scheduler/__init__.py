"""Plays a world: feeds it people, drives it, records its log, shows progress.

A world and a sink come in; a played world and a full sink go out. The only Trio in the simulator:
the engine below never waits, and nothing here decides anything a result depends on.
"""
