"""Clipping: a gradient that is too long, or has an entry that is too large, is made smaller."""

import numpy as np


def clipped_by_norm(gradient: np.ndarray, limit: float) -> np.ndarray:
    """Return the gradient, shortened to the length `limit` if it is longer; its direction stays.

    Of shape (…, d), an ensemble, each gradient by itself.
    """
    largest = np.abs(gradient).max(axis=-1, keepdims=True)
    largest = np.where(largest, largest, 1)
    part = gradient / largest  # so that no square overflows
    norm = largest * np.sqrt(np.vecdot(part, part))[..., None]
    return gradient * np.divide(limit, norm, out=np.ones_like(norm), where=norm > limit)


def clipped_by_value(gradient: np.ndarray, limit: float) -> np.ndarray:
    """Return the gradient with each entry held within ±`limit`; its direction may change."""
    return np.clip(gradient, -limit, limit)


def clipped(gradient: np.ndarray, norm: float | None = None, value: float | None = None) -> np.ndarray:
    """Return the gradient clipped by value, then by norm; None is no limit."""
    if value is not None:
        gradient = clipped_by_value(gradient, value)
    return gradient if norm is None else clipped_by_norm(gradient, norm)
