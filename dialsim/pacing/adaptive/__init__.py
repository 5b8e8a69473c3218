"""Modes that steer a level of dials an agent: by VICIdial's rule, or by the share of drops."""
