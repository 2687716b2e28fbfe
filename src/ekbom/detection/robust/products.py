"""Products of tall narrow matrices in pieces small enough to stay in one thread.

A library of linear algebra starts its threads for any product above some 260,000 multiplications.
For thousands of rows of a few dozen values they cost more than they save, and on a busy machine
they wait for each other.
"""

import numpy as np

from ekbom.model.recording import FloatArray, SignalArray

_MOST_MULTIPLICATIONS = 200_000


def product(rows: SignalArray, matrix: SignalArray | FloatArray) -> SignalArray:
    """Product of many rows, shape (n, k), with a small matrix, shape (k, m).

    In single precision, shape (n, m).

    Examples
    --------
    >>> import numpy as np
    >>> product(np.ones((2, 3), np.float32), np.ones((3, 1), np.float32)).tolist()
    [[3.0], [3.0]]
    """
    factor = np.asarray(matrix, np.float32)
    out = np.empty((rows.shape[0], factor.shape[1]), np.float32)
    at_once = max(1, _MOST_MULTIPLICATIONS // max(1, factor.size))
    for first in range(0, rows.shape[0], at_once):
        some = slice(first, first + at_once)
        np.matmul(rows[some], factor, out=out[some])
    return out
