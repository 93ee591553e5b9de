"""A curve taken apart: trend, noise and turns."""

from dataclasses import dataclass
from typing import Any

import numpy as np

SWING = 0.1  # a move that counts as up or down: what an eye sees as one in a plot of the run
# Of the noise of a smoothed value: how far the others must be from the lowest, which is below them by chance.
LOWEST = 6
UNMOVED = 0.01  # stalls: the loss has fallen by less than so much of its first size


@dataclass(frozen=True)
class Trace:
    """A curve of finite losses: as it is, smoothed over `reach` neighbours, and the noise of both."""

    values: np.ndarray
    smooth: np.ndarray
    reach: int
    sigma: float
    noise: float

    @classmethod
    def of(cls, values: np.ndarray) -> "Trace":
        """Return the trace of a curve's values."""
        reach = max(1, len(values) // 20)
        smooth = _means(values, reach)
        # Second differences leave out a trend, and are √6 times the noise; their median leaves out spikes.
        sigma = 1.4826 * np.median(np.abs(np.diff(values, 2))) / np.sqrt(6)
        with_spikes = max(sigma, np.std((values - smooth)[len(values) // 2 :]))
        return cls(values, smooth, reach, sigma, with_spikes / np.sqrt(2 * reach + 1))

    @property
    def first(self) -> float:
        """The loss before the first step."""
        return self.values[0]

    @property
    def fall(self) -> float:
        """By how much the loss falls, at its best."""
        return max(self.first - self.smooth.min(), 0.0)

    @property
    def hardly(self) -> float:
        """A change that is none beside the size of the loss."""
        return UNMOVED * abs(self.first)

    @property
    def early(self) -> float:
        """The mean of the first entries after the start, of as many as the last of the smoothed curve has."""
        return np.mean(self.values[1 : 2 + 2 * self.reach])

    def part(self, start: float, stop: float) -> float:
        """Return by how much the smoothed curve falls between two shares of the run."""
        n = len(self.smooth) - 1
        return self.smooth[round(start * n)] - self.smooth[round(stop * n)]

    def numbers(self, **more: Any) -> dict[str, Any]:
        """Return the numbers of a finding: those of every curve, and `more`."""
        known = {"first": self.first, "lowest": self.smooth.min(), "last": self.values[-1]}
        return {name: value.item() for name, value in known.items()} | more

    def turns(self) -> tuple[int, float]:
        """Return how often the loss turns after a move that counts, and the share of steps that then turn."""
        size = SWING * max(self.fall, self.hardly)
        turns, since, extreme, direction = 0, len(self.values), self.first, -1
        for i, value in enumerate(self.values):
            if direction * (value - extreme) > 0:
                extreme = value
            elif direction * (extreme - value) > size:
                turns, direction, extreme = turns + 1, -direction, value
                since = min(since, i - 1)
        steps = np.sign(np.diff(self.values[since:]))
        steps = steps[steps != 0]
        return turns, float(np.mean(steps[1:] != steps[:-1])) if len(steps) > 1 else 0.0


def _means(values, reach):
    """Return the mean of each entry and its neighbours, fewer at the start, where a loss falls steeply."""
    n, total = len(values), np.concatenate([[0.0], np.cumsum(values)])
    here = np.minimum(np.arange(n), n - 1 - reach)  # the last ones share the last mean
    reach = np.minimum(reach, here)
    return (total[here + reach + 1] - total[here - reach]) / (2 * reach + 1)
