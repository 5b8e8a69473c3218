"""Changes to the status of many numbers at once: filings, trunk contracts, the platform."""
