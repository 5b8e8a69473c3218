"""What a scenario can do, estimated analytically: capacity, constraints, complaints, remedies.

Nothing is simulated: figures are means, and say so where a reader sees them.
"""
