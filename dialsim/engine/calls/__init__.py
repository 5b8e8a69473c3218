"""One attempt from dial to settlement: signal, answer, agent, talk, and the lead's next step."""
