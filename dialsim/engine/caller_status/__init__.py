"""Changes to the status of many numbers at once: filings, line contracts, the platform."""
