"""Record layouts of the identity index: slots, and how numbers are coded."""

import numpy as np

SLOT = np.dtype([("key", "u8"), ("row", "i4")])
"""One slot of a table of identifiers (12 bytes, not aligned: as many as people); key 0: free."""

NUMBER_SLOT = np.dtype("u8")
"""One slot of a table of numbers: the number's code above 31 bits of its row + 1; 0: free."""

ROW_BITS = 31
MOBILES_FROM, MOBILES = 8_613_000_000_000, 7_000_000_000
"""China's mobile numbers and how many there can be: 13… to 19… in eleven digits after 86.

A mobile number is its own code. Other numbers are stored beside the table; their codes follow those
of the mobiles and give the index there.
"""

MOST_FAR = (1 << 64 - ROW_BITS) - MOBILES
"""Largest count of other numbers that can be coded."""
