"""What follows a complaint beside the count: tracebacks, and appeals with proofs of consent."""
