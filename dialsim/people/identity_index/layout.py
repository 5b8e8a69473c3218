"""The records behind the tables of what is known: a slot of either, and how numbers are coded."""

import numpy as np

SLOT = np.dtype([("key", "u8"), ("row", "i4")])
"""One slot of a table of identifiers (12 bytes, not aligned: as many as people); key 0: free."""

NUMBER_SLOT = np.dtype("u8")
"""One slot of a table of numbers: the number's code above 31 bits of its row + 1; 0: free."""

ROW_BITS = 31
MOBILES_FROM, MOBILES = 8_613_000_000_000, 7_000_000_000
"""China's mobile numbers and how many there can be: 13… to 19… in eleven digits behind 86.

Each is its own code. So is no other number: those are written down beside the table, and their
codes, behind those of the mobiles, say where.
"""

MOST_FAR = (1 << 64 - ROW_BITS) - MOBILES
"""So many other numbers can be told apart."""
