"""What a counter has counted."""
