"""What a model's examples and parameters must be like."""

import numpy as np

from lossgd import checks


def examples(X):
    """Return `X` as a finite float array of shape (n, features); raise if it is not one."""
    X = checks.feature_table("X", X)
    return X if X.dtype.kind == "f" else X.astype(float)


def parameters(theta, size):
    """Return `theta` as a float array whose last axis holds `size` parameters; raise if it does not."""
    theta = np.asarray(theta)
    if theta.shape[-1:] != (size,):
        raise ValueError(f"theta must hold {size} parameters along its last axis; got shape {theta.shape}")
    return theta if theta.dtype.kind == "f" else checks.numeric_array("theta", theta).astype(float)


def one_vector(theta, size):
    """Return `theta` as a float array of shape (size,); raise if it is not one."""
    theta = parameters(theta, size)
    if theta.ndim != 1:
        raise ValueError(f"theta must have shape ({size},), one vector of parameters; got {theta.shape}")
    return theta
