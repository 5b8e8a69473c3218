"""What the network does to calls from one date to another, as the scenario says."""
