"""What follows a delivered call: marks and labels, complaints, reviews and sanctions."""
