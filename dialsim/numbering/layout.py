"""What the numbering plan says of one number."""

import numpy as np

NUMBER = np.dtype(
    [
        ("number", "i8"),  # E.164 digits as an integer, country code first; 0 where there is none
        ("index", "i8"),  # dense index among all allocated numbers of the world; -1 if not valid
        ("place", "u2"),  # row of the places (China: city or province); 0 none
        ("zones", "u2"),  # row of the zone sets; 0: not known
        ("region", "u1"),  # row of the regions (ISO country codes); 0 none
        ("number_class", "u1"),  # `NumberClass`
        ("operator", "i1"),  # `Operator`; -1 where the plan names none
        ("valid", "u1"),
        ("fault", "u1"),  # `RowFault`: why the text is no usable number
        ("further", "u1"),  # more numbers stood in the same cell: how many
    ],
    align=True,
)
"""One number (32 bytes)."""
