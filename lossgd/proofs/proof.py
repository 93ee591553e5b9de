"""A proof: the shipped code, run on symbols, equals its formula for all inputs, in exact arithmetic."""

from dataclasses import dataclass, replace
from typing import Any

import sympy
from mpmath import iv, mp
from sympy import S

from lossgd.proofs.algebra import has_rounded
from lossgd.proofs.cases import every_case
from lossgd.proofs.stated import Unstated
from lossgd.proofs.statements import statement_of

ROUNDING = 2.0**-53  # where code leaves its formula on purpose, it may do so by less than float64 rounds by
DIGITS = 30


@dataclass(frozen=True)
class Finding:
    """What a proof found of one part, such as the value or the gradient.

    Attributes
    ----------
    cases : int
        In how many cases the code equals the formula.
    bounds : tuple of (str, float)
        The cases in which it does not on purpose, in words, and by how much it may differ there.
    open : tuple of str
        The first case that is not proved, in words; those after it are not tried.
    """

    cases: int
    bounds: tuple = ()
    open: tuple = ()

    @property
    def bound(self) -> float:
        """By how much code and formula may differ at most."""
        return max((bound for _, bound in self.bounds), default=0.0)


@dataclass(frozen=True)
class Proof:
    """What was proved. Printed, it is a table.

    Attributes
    ----------
    name : str
        Of what.
    scope : str
        For which inputs.
    findings : dict of str to Finding
        By the part of it: "value", "gradient" and so on.
    why_not : str
        Why nothing could be proved, if so.
    """

    name: str
    scope: str
    findings: dict
    why_not: str = ""

    @property
    def ok(self) -> bool:
        """Whether all of it is proved."""
        return bool(self.findings) and not any(finding.open for finding in self.findings.values())

    @property
    def bound(self) -> float:
        """By how much code and formula may differ at most; 0 where they are equal."""
        return max((finding.bound for finding in self.findings.values()), default=0.0)

    def __repr__(self):
        if self.why_not:
            return f"{self.name}: not proved: {self.why_not}"
        lines = [f"{self.name}: {'proved' if self.ok else 'not proved'} for all {self.scope}"]
        width = max(map(len, self.findings))
        for part, found in self.findings.items():
            many = "" if found.cases == 1 else f", in {found.cases} cases"
            lines += [f"{part:<{width}}  equals the formula{many}"] if found.cases else []
            lines += [
                f"{'':<{width}}  within {_upwards(bound)} of it where {where}"
                for where, bound in found.bounds
            ]
            lines += [f"{'':<{width}}  not proved {where}  ✗" for where in found.open]
        return "\n".join(lines)


def prove(what: Any, formula: Any = None) -> Proof:
    """Prove that the shipped code of a loss, model, surface, optimizer, schedule or metric is its formula.

    The code is run on symbols instead of numbers, once for each way in which its comparisons can turn out.
    What it returns is shown to be equal to the formula, and its gradient to the formula's derivative, by
    exact algebra, for all inputs. At a kink, the gradient is shown to lie between the slopes of both sides.
    Where the code leaves its formula on purpose, because float64 cannot tell the difference, a bound on that
    is shown.

    Parameters
    ----------
    what : Loss, Model, Surface, Optimizer, Schedule, or a function of `metrics`
        What is proved. Its parameters are symbols too, but for those that are 0.
    formula : optional
        The formula, if it is not `symbolic.of(what)`.

    Returns
    -------
    Proof
        What was found: a table, `ok`, and the findings.

    Examples
    --------
    >>> from lossgd import losses
    >>> prove(losses.Huber(delta=1.0))
    Huber: proved for all real y and yhat, delta > 0
    value     equals the formula, in 7 cases
    gradient  equals the formula, in 7 cases
    """
    name = getattr(what, "__name__", type(what).__name__)
    try:
        statement = statement_of(what, formula)
        findings: dict[str, Finding] = {}
        for setting in statement.settings:
            for case, equalities in every_case(setting.run, setting.facts, setting.coarse):
                for part in dict.fromkeys(equality.part for equality in equalities):
                    of_part = [equality for equality in equalities if equality.part == part]
                    finding = _judged(case, of_part, statement, findings.get(part, Finding(0)))
                    findings[part] = finding
                if any(finding.open for finding in findings.values()):
                    break  # it is not proved, however the other cases are
    except (Unstated, NotImplementedError) as problem:
        return Proof(name, "", {}, str(problem))
    return Proof(name, statement.scope, findings)


def _judged(case, equalities, statement, finding):
    """Return a finding with one more case of it."""
    wrong = [equality for equality in equalities if not _holds(case, equality)]
    if not wrong:
        return replace(finding, cases=finding.cases + 1)
    if case.is_impossible:
        return finding
    where = statement.in_words(case)
    bounds = [_bound(case, equality, statement.numbers) for equality in wrong]
    if None not in bounds:
        return replace(finding, bounds=(*finding.bounds, (where, max(bounds))))
    difference = case.here(wrong[0].code - wrong[0].right[0])
    return replace(finding, open=(*finding.open, f"{where}: code − formula = {_short(difference)}"))


def _holds(case, equality):
    """Return whether what the code gives is the formula, or at a kink between both sides of it."""
    if not all(case.is_zero(must) for must in equality.zeros):
        return False
    low, high = equality.right
    if low == high or case.is_zero(low - high):
        return case.is_zero(equality.code - low)
    sign = case.sign((equality.code - low) * (equality.code - high))
    return sign is not None and sign <= 0


def _bound(case, equality, numbers):
    """Return a bound on the difference, absolute or relative, if float64 would round it away; else None."""
    code, formula = (case.here(x).subs(numbers) for x in (equality.code, equality.right[0]))
    if has_rounded(code):
        return None
    for difference in (code - formula, code / formula - 1):
        with mp.workdps(DIGITS):
            iv.dps = DIGITS
            if case.algebra.rational(difference).has(S.NaN):
                continue
            numerator, denominator = sympy.fraction(case.algebra.fraction(difference))
            bounds = [case.interval(sympy.expand(case.near_zero(x))) for x in (numerator, denominator)]
            if bounds[1].a <= 0 <= bounds[1].b:
                continue
            size = abs(bounds[0] / bounds[1]).b
            if size <= ROUNDING:
                return max(float(size), 1e-300)  # perhaps it is less than float64 can hold
    return None


def _short(expr):
    text = str(expr)
    return text if len(text) < 100 else f"{text[:97]}…"


def _upwards(bound):
    """Return a bound in two digits, rounded up."""
    digit, power = f"{bound:.1e}".split("e")
    return f"{float(digit) + 0.1:.1f}e{power}"
