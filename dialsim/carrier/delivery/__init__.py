"""Reaching and answering."""
