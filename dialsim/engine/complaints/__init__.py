"""Complaint cases on their way, reviews, tracebacks and appeals."""
