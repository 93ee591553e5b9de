"""What a hidden test is: calls of a student's functions, and the comparison of their answers, out here."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from coursework.wire import Remote, is_numeric


@dataclass(frozen=True)
class Raises:
    """The expected answer of a call that must be refused by an error."""

    error: str


@dataclass(frozen=True)
class Case:
    """One call of a student's function, or one variable, and what is expected of it.

    Parameters
    ----------
    name : str
        The function, or the variable if `arguments` is None.
    expected : object
        Plain data; or `Raises`; or a function that says whether an answer is right.
    frozen : bool
        Arrays come as read-only: a function that changes them fails.
    strict : bool
        NumPy raises an error where it would warn of an overflow or of a NaN.
    """

    name: str
    arguments: tuple[Any, ...] | None
    expected: Any
    options: dict[str, Any] = field(default_factory=dict)
    rtol: float = 1e-7
    atol: float = 1e-10
    frozen: bool = False
    strict: bool = False

    def right(self, reply: dict[str, Any], answer: Any) -> bool:
        """Return whether the reply, with the answer that it holds, is what is expected."""
        if isinstance(self.expected, Raises):
            return reply.get("raised") == self.expected.error
        if "answer" not in reply:
            return False
        if callable(self.expected):
            try:
                return bool(self.expected(answer))
            except Exception:
                return False  # not of the kind that a right answer has
        return agrees(answer, self.expected, self.rtol, self.atol)


@dataclass(frozen=True)
class Criterion:
    """Cases that are worth points together: all of them are right, or it gives none.

    Students see `title`, and `hint` where it fails; never the cases.
    """

    title: str
    points: float
    cases: list[Case]
    hint: str = ""


@dataclass(frozen=True)
class Question:
    """A question of an assignment, graded by criteria. `name` is the id of its cell of visible tests."""

    name: str
    title: str
    criteria: list[Criterion]

    @property
    def points(self) -> float:
        """Return what the whole question is worth."""
        return sum(criterion.points for criterion in self.criteria)


def expect(function: Callable[..., Any], *arguments: Any, options: Any = None, **how: Any) -> Case:
    """Return the case whose expected answer is that of the reference's `function`."""
    ours = [a.function if isinstance(a, Remote) else copy.deepcopy(a) for a in arguments]
    answer = function(*ours, **(options or {}))
    return Case(function.__name__, arguments, answer, options=options or {}, **how)


def agrees(answer: Any, expected: Any, rtol: float, atol: float) -> bool:
    """Return whether plain data agree: the same structure and shapes, and numbers within the tolerance."""
    if isinstance(expected, tuple | dict):
        if type(answer) is not type(expected):
            return False
        if isinstance(expected, tuple):
            answer, expected = dict(enumerate(answer)), dict(enumerate(expected))
        return answer.keys() == expected.keys() and all(
            agrees(answer[key], expected[key], rtol, atol) for key in expected
        )
    if expected is None or isinstance(expected, str | bool):
        return type(answer) is type(expected) and answer == expected
    if not is_numeric(answer):
        return False
    try:
        numbers = np.asarray(answer)
    except (ValueError, OverflowError):  # a ragged list
        return False
    right = np.asarray(expected)
    if numbers.shape != right.shape or numbers.dtype.kind not in ("b" if right.dtype.kind == "b" else "iuf"):
        return False
    return bool(np.isclose(numbers, right, rtol=rtol, atol=atol).all())  # NaN agrees with nothing
