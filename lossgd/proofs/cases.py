"""Cases: the answers to the questions that code asks of its numbers, and what follows from them.

`every_case` runs a function again and again, until every question has been answered both ways. A question
whose answer follows from those before, or from the domain, is not asked.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sympy
from mpmath import iv
from sympy import Expr, S

from lossgd.proofs import inequalities, intervals
from lossgd.proofs.algebra import Algebra, factored
from lossgd.proofs.inequalities import coefficients

HIGH = 40  # in coarse cases, all is below such numbers
MOST = 2000  # cases; beyond, the proof would not end in time
_current: contextvars.ContextVar[Case] = contextvars.ContextVar("case")


def current_case() -> Case:
    """Return the case in which code is running."""
    return _current.get()


def every_case(run: Callable, facts: Sequence = (), coarse: bool = False) -> Iterator:
    """Yield each case, with what `run` returns in it.

    Parameters
    ----------
    run : callable
        Code without arguments.
    facts : iterable of (sympy.Expr, bool)
        What holds in every case: that an expression is positive, or where the second is False, at least 0.
    coarse : bool
        Whether to leave out ties, and what is 40 or more where it is compared with such a number; and to let
        the largest of a row be any number at all: what holds for any number holds for the largest.
    """
    scripts = [()]
    for _ in range(MOST):
        if not scripts:
            return
        case = Case(facts, scripts.pop(), coarse)
        token = _current.set(case)
        try:
            yield case, run()
        finally:
            _current.reset(token)
        asked = len(case.script)
        scripts += [(*case.answers[:i], not case.answers[i]) for i in range(asked, len(case.answers))]
    raise NotImplementedError(f"there are more than {MOST} cases")


class Case:
    """One case: what the code was answered, and all that is known in it."""

    def __init__(self, facts: Sequence = (), script: Sequence = (), coarse: bool = False) -> None:
        self.script, self.coarse = script, coarse
        self.answers: list = []
        self.facts: list = []
        self.conditions: list = []
        self.solved: dict = {}
        self.algebra = Algebra(self._is_positive, self._is_at_least_0)
        self._signs: dict = {}
        self._consequences: dict = {}
        self._rows: list = []
        self._looking: dict = {}
        self._equal: set = set()
        for expr, strictly in facts:
            self._add(expr, strictly)

    def is_above(self, a: Any, b: Any) -> bool:
        """Return whether a > b."""
        return self._ask(a, b, True)

    def is_at_least(self, a: Any, b: Any) -> bool:
        """Return whether a ≥ b."""
        return self._ask(a, b, False)

    def compare(self, a: Any, b: Any) -> Any:
        """Return 1 for a > b, −1 for a < b, 0 where they are equal."""
        if self.is_above(a, b):
            return 1
        if self.is_above(b, a):
            return -1
        self._solve(a - b)
        return 0

    def is_equal(self, a: Any, b: Any) -> bool:
        """Return whether a = b."""
        return self.compare(a, b) == 0

    def is_zero(self, expr: Expr) -> bool:
        """Return whether an expression is 0 for all numbers of this case."""
        return self.algebra.is_zero(self.here(expr))

    def here(self, expr: Expr) -> Any:
        """Return an expression with what is equal in this case put in; 0·log 0 is 0, its limit."""
        for symbol, value in self.solved.items():
            expr = _put_in(expr, symbol, value)
        return expr

    def _ask(self, a, b, strictly):
        if a.is_infinite or b.is_infinite:
            return bool(a > b if strictly else a >= b)
        if self.coarse and b.is_Rational and b >= HIGH:
            return False
        difference = a - b
        if (known := self._known_of_sum(difference, strictly)) is not None:
            return known
        expr = self.algebra.fraction(self.here(difference))
        known = self._known(expr, strictly)
        if known is None and difference.is_integer:
            known = self._known(expr - 1, False) if strictly else self._known(expr + 1, True)
        if known is not None:
            return known
        asked = len(self.answers)
        answer = self.script[asked] if asked < len(self.script) else True
        self.answers.append(answer)
        strictly = strictly if not self.coarse else answer  # and a tie is neither
        self._add(*((difference, strictly) if answer else (-difference, not strictly)))
        self.conditions.append((a, b, (">" if strictly else "≥") if answer else ("≤" if strictly else "<")))
        return answer

    def _add(self, expr, strictly):
        if strictly and expr.is_integer:
            expr, strictly = expr - 1, False
        self.facts.append((expr, strictly))
        self._learn(expr, strictly)

    def _learn(self, expr, strictly):
        """Note what a fact says of the one factor whose sign is not known."""
        numerator, denominator = sympy.fraction(self.algebra.fraction(self.here(expr)))
        number, factors = factored(numerator * denominator)
        unknown, sign = [], sympy.sign(number)
        for factor, power in factors:
            known = self._sign(factor)
            if known is None:
                unknown.append((factor, power))
            else:
                sign *= known**power
        if len(unknown) == 1 and unknown[0][1] % 2:
            self._signs, self._consequences, self.algebra._known = {}, {}, {}
            row = sympy.expand(sign * unknown[0][0])
            self._rows = [*self._rows, (row, strictly)]
            if not strictly and row not in self._equal and self._follows(-row, False, bounded=False):
                self._equal.add(row)
                self._solve(row)

    def _solve(self, expr):
        """Put in what an equation says of one symbol, if it is linear in it."""
        numerator = sympy.numer(self.algebra.fraction(self.here(expr)))
        for symbol in sorted(numerator.free_symbols - self.algebra.meanings.keys(), key=str):
            slope = sympy.diff(numerator, symbol)
            rest = sympy.expand(numerator - slope * symbol)
            if slope.is_number and slope != 0 and not (rest.free_symbols & self.algebra.meanings.keys()):
                self.solved[symbol] = -rest / slope
                break
        else:
            return
        self._signs, self._consequences, self._rows, self.algebra = (
            {},
            {},
            [],
            Algebra(self._is_positive, self._is_at_least_0),
        )
        for fact in self.facts:
            self._learn(*fact)

    def _known(self, expr, strictly):
        """Return whether expr > 0 (or ≥ 0), None if that is not known."""
        sign = self._sign_of_fraction(expr)
        if sign is not None:
            return sign > 0 or (sign == 0 and not strictly)
        for turned, answer in ((expr, True), (-expr, False)):
            if self._follows(turned, strictly if answer else not strictly):
                return answer
        return None

    def _known_of_sum(self, expr, strictly):
        """Return whether a sum is > 0 (or ≥ 0), if all of its terms have one sign."""
        signs = [self._sign_of_product(term) for term in sympy.Add.make_args(self.here(expr))]
        for wanted, answer in ((1, True), (-1, False)):
            if all(sign is not None and sign * wanted >= 0 for sign, _ in signs):
                if any(sign and not perhaps_zero for sign, perhaps_zero in signs):
                    return answer
                if strictly != answer:
                    return answer
        return None

    def _sign_of_product(self, expr):
        """Return the sign of a product, or None, and whether the product may be 0 as well."""
        sign, perhaps_zero = 1, False
        for factor in sympy.Mul.make_args(expr):
            known = (
                sympy.sign(factor) if factor.is_number else self._sign(factor) if _is_plain(factor) else None
            )
            if known is None and _is_plain(factor):
                known = next((s for s in (1, -1) if self._follows(s * factor, False)), None)
                perhaps_zero = True
            if known is None:
                return None, True
            sign *= known
        return sign, perhaps_zero

    def _sign_of_fraction(self, expr):
        number, factors = factored(sympy.Mul(*sympy.fraction(expr)))
        sign = int(sympy.sign(number))
        for factor, power in factors:
            known = self._sign(factor)
            if known is None:
                return None
            sign *= known**power
        return sign

    def _is_positive(self, factor):
        return self._sign(factor) == 1

    def _is_at_least_0(self, factor):
        return self._is_positive(factor) or self._follows(factor, False)

    def sign(self, expr: Expr) -> Any:
        """Return 1, 0 or −1 if that is an expression's sign for all numbers of this case, else None."""
        return self._sign_of_fraction(self.algebra.fraction(self.here(expr)))

    def _sign(self, factor):
        if factor not in self._signs:
            self._signs[factor] = None  # while it is looked for
            self._signs[factor] = self._find_sign(factor)
        return self._signs[factor]

    def _find_sign(self, factor):
        signs = {
            1 if term.is_positive else -1 if term.is_negative else 0 for term in sympy.Add.make_args(factor)
        }
        if signs in ({1}, {-1}):  # SymPy's own answer for a sum takes long
            return signs.pop()
        if factor == 0:
            return 0
        for bounded in (False, True):
            if bounded:
                bounds = self.interval(factor)
                if bounds.a > 0 or bounds.b < 0:
                    return 1 if bounds.a > 0 else -1
            for sign in (1, -1):
                if self._follows(sign * factor, True, bounded):
                    return sign
        return None

    def _follows(self, expr, strictly, bounded=True):
        """Return whether expr > 0 (or ≥ 0) follows from the facts, each a sum of monomials.

        If `bounded`, from the bounds of exponentials and logarithms as well.
        """
        key = expr, strictly, bounded
        if key not in self._consequences:
            rows = [(coefficients(e), s) for e, s in (*self._rows, (-expr, not strictly))]
            monomials = {m for row, _ in rows for m in row if m != 1}
            for monomial in [
                m for m in monomials if m.is_Mul and not m.free_symbols & self.algebra.meanings.keys()
            ]:  # facts times what is positive are facts
                for x in monomial.free_symbols:
                    shared = [
                        (e, s) for e, s in self._rows if x.is_positive and coefficients(e).get(monomial / x)
                    ]
                    rows += [(coefficients(sympy.expand(x * e)), s) for e, s in shared]
            monomials = {m for row, _ in rows for m in row if m != 1}
            rows += [({m: S.One}, bool(m.is_positive)) for m in monomials if m.is_nonnegative]
            for name in monomials & self.algebra.meanings.keys() if bounded else ():
                bounds = self.interval(name)
                rows += [
                    ({name: S(side), S.One: -side * intervals.rational(end)}, False)
                    for side, end in ((1, bounds.a), (-1, bounds.b))
                    if abs(end) < iv.mpf(intervals.MOST_BITS)
                ]
                kind, *of = self.algebra.meanings[name]
                if kind == "half" and self._follows(-of[0], True, bounded=False):
                    rows.append(({name: S.NegativeOne, S.One: S.One}, True))  # e to less than 0 is below 1
            self._consequences[key] = inequalities.is_impossible(rows)
        return self._consequences[key]

    @property
    def is_impossible(self) -> bool:
        """Whether no numbers are in this case."""
        return self._follows(S.NegativeOne, False)

    def interval(self, expr: Expr) -> Any:
        """Return an interval in which an expression of names lies, by interval arithmetic; perhaps wide."""
        if expr.is_Rational:
            return iv.mpf(expr.p) / expr.q
        if expr is sympy.pi:
            return iv.pi
        if expr.is_Symbol:
            return self._interval_of_symbol(expr)
        if expr.is_Add:
            return intervals.checked(sum, [self.interval(term) for term in expr.args])
        if expr.is_Mul:
            return self._interval_of_product(expr)
        if expr.is_Pow and expr.exp.is_Integer:
            return intervals.checked(intervals.power, self.interval(expr.base), int(expr.exp))
        return intervals.ALL

    def _interval_of_product(self, expr):
        """Multiply intervals; but xⁿe⁻ˣ falls from x = n on, and xⁿ alone has no bound."""
        powers = expr.as_powers_dict()
        for factor, power in powers.items():
            exponent = self._exponent(factor)
            if exponent is None or not power > 0:
                continue
            number, x = (-power * exponent).as_coeff_Mul()  # the factor is exp(−number·x)
            n, sign = powers.get(x, 0), 1 if number > 0 else -1
            low = (self.interval(x) * sign).a  # x, or −x, is at least this
            if n > 0 and low < iv.inf and self.interval(sign * number) * low >= int(n):
                falls = intervals.checked(intervals.falling, int(n), self.interval(sign * number), low)
                rest = self.interval(expr / factor**power / x**n)
                return intervals.checked(intervals.product, [falls, iv.mpf(sign ** int(n)), rest])
        return intervals.checked(intervals.product, [self.interval(factor) for factor in expr.args])

    def near_zero(self, expr: Expr) -> Any:
        """Return a polynomial with u for c − x, where that is so small that its logarithm counts."""
        for (kind, of, *_), name in list(self.algebra.names.items()):
            if kind == "log" and of.is_Add and len(of.free_symbols) == 1 and self.interval(name).b < 0:
                (x,), u = of.free_symbols, sympy.Dummy(positive=True)
                if sympy.diff(of, x) == -1:
                    self.algebra.names["log", u] = name
                    expr = expr.subs(x, of + x - u)
        return expr

    def _exponent(self, factor):
        """Return x for a name of eˣ, and log p for a symbol p that has a logarithm."""
        kind, *of = self.algebra.meanings.get(factor, ("",))
        return of[0] / 2 if kind == "half" else self.algebra.names.get(("log", factor))

    def _interval_of_symbol(self, symbol):
        """Return where a symbol lies by what it is a name for, and by each fact that is linear in it."""
        if symbol in self._looking:
            return self._looking[symbol]
        kind, *of = self.algebra.meanings.get(symbol, ("",))
        is_small = kind == "half" and self._follows(-of[0], False, bounded=False)
        self._looking[symbol] = iv.mpf([0, 1]) if is_small else intervals.ALL
        self._looking[symbol] = self._interval_of_kind(symbol)
        for is_below, edge in sorted(
            (solved[symbol] for row, _ in self._rows if symbol in (solved := inequalities.ends(row))),
            key=lambda end: len(end[1].free_symbols),
        ):
            end, bounds = self.interval(edge), self._looking[symbol]
            low, high = bounds.a, bounds.b
            low, high = (low, min(high, end.b)) if is_below else (max(low, end.a), high)
            self._looking[symbol] = iv.mpf([low, high]) if low <= high else bounds
        return self._looking.pop(symbol)

    def _interval_of_kind(self, symbol):
        kind, *of = self.algebra.meanings.get(symbol, ("",))
        if kind == "half":
            return intervals.checked(intervals.exp, self.interval(of[0]) / 2)
        if kind == "log":
            inside = self.interval(of[0])
            if inside.a > 0:
                return intervals.checked(iv.log, inside)
            return iv.mpf(["-inf", intervals.log_of_end(inside.b)])
        if logarithm := self.algebra.names.get(("log", symbol)):
            return intervals.checked(intervals.exp, self.interval(logarithm))
        return iv.mpf([0 if symbol.is_nonnegative else "-inf", "inf"])


def _is_plain(expr):
    return expr.is_polynomial()


def _put_in(expr, symbol, value):
    if not expr.has(symbol):
        return expr
    if expr.is_Mul and any(isinstance(f, sympy.log) for f in expr.args):
        factors = [_put_in(f, symbol, value) for f in expr.args if not isinstance(f, sympy.log)]
        if any(f.expand() == 0 for f in factors):
            return S.Zero
    return expr.func(*(_put_in(x, symbol, value) for x in expr.args)) if expr.args else value
