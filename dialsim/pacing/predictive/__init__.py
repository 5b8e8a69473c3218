"""Dialling ahead: for the agents who are about to be free, by how long calls and answers take."""
