"""Asking early for the memory of what is next."""
