"""What the network does with a call: filing, refusal, frequency, contract, complaints, labels.

An attempt comes in; the signalling that goes back and the network's own memory come out. The
dialer's side must never see that memory.
"""
