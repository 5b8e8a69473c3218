"""Prefetching of the memory that the next events need."""
