"""What a look at a run found, and what a verdict means."""

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

WIDTH = 72  # of a printed line: as much as a page shows without scrolling

# The chapters that a finding sends to, by their numbers.
CLINICS = {
    17: "17 Wrong loss for the task",
    18: "18 Learning rate too high or too low",
    19: "19 Inputs not normalised",
    20: "20 Unstable or non-differentiable losses",
    21: "21 Exploding and vanishing gradients",
    22: "22 Batch size",
    23: "23 Overfitting",
    24: "24 Watching only the loss",
    25: "25 A buggy custom loss",
}


@dataclass(frozen=True, eq=False, repr=False)
class Finding:
    """What was found; printed, a paragraph each for what was seen, what it means, and where to go.

    Attributes
    ----------
    verdict : str
        The finding in a word or two, such as "overfits"; "healthy" if nothing is wrong.
    saw : str
        What is to be seen in the numbers.
    means : str
        What that means, the likeliest cause first, and what to do.
    clinic : str
        The chapter to open, such as "23 Overfitting"; empty if nothing is wrong.
    numbers : dict
        What the verdict rests on.

    Examples
    --------
    >>> from lossgd import diagnose
    >>> finding = diagnose.initial_loss(230.3, classes=10)
    >>> finding
    Saw:    the first loss is 230; with 10 classes log 10 = 2.3 is expected
    Means:  a sum over the batch in place of a mean; scores that are large
            from the start; or wrong labels
    Clinic: 25 A buggy custom loss
    >>> finding.healthy
    False
    """

    verdict: str
    saw: str
    means: str
    clinic: str = ""
    numbers: Mapping[str, Any] = field(default_factory=dict)

    @property
    def healthy(self) -> bool:
        """Whether nothing is wrong: there is no clinic to open."""
        return not self.clinic

    def __repr__(self):
        parts = {"Saw:": self.saw, "Means:": self.means, "Clinic:": self.clinic}
        return "\n".join(
            textwrap.fill(text, WIDTH, initial_indent=f"{name:<8}", subsequent_indent=" " * 8)
            for name, text in parts.items()
            if text
        )


class Meaning(NamedTuple):
    """A verdict, what it means, and the number of the clinic to open; None if nothing is wrong."""

    verdict: str
    means: str
    clinic: int | None = None

    def found(self, saw: str, numbers: Mapping[str, Any]) -> Finding:
        """Return it as a finding."""
        clinic = "" if self.clinic is None else CLINICS[self.clinic]
        return Finding(self.verdict, saw, self.means, clinic, numbers)
