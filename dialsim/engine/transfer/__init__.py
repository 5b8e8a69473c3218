"""Transfers from robots to persons: handed over, held, or given up."""
