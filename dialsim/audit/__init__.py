"""The obligations of a caller in China, and what a scenario shows of each."""
