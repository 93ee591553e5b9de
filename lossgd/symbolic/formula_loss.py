"""A loss from a formula of your own."""

import math
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
from sympy import Expr, FiniteSet, Interval, Symbol

from lossgd.domains import Domain
from lossgd.losses import Loss
from lossgd.symbolic import compiled, formula_checks
from lossgd.symbolic.compiled import Parameters
from lossgd.symbolic.sets import domain_of
from lossgd.typing import Reduction


def from_formula(
    formula: Expr,
    *,
    y: Symbol,
    y_pred: Symbol,
    truths: Interval | FiniteSet | set | None = None,
    predictions: Interval | None = None,
    reduction: Reduction = "mean",
    **parameters: float,
) -> "FormulaLoss":
    """Return the loss that a SymPy formula states, with the formula's derivative as its gradient.

    The formula is that of one number. Truth and prediction have the same shape, (n,), or (n, d), where an
    example's loss is the mean over its d outputs. At a kink, the slope is that of one side or between both.

    Value and gradient are compiled to NumPy, and share what they have in common. log(1 + eᵘ), 1/(1 + e⁻ᵘ) and
    log cosh u become forms that do not overflow; all else is computed as you write it.

    Parameters
    ----------
    formula : sympy.Expr
        The loss in terms of `y`, `y_pred` and parameters; it may be piecewise. Symbols go by their names, and
        stand for real numbers.
    y, y_pred : sympy.Symbol
        Which of its symbols are the truth and the prediction.
    truths, predictions : sympy.Interval, optional
        Which values these may have, all others are refused: `Interval(0, 1)` for probabilities; for truths
        also a set, such as the labels `{0, 1}`. Otherwise it is what the symbol says: the positive numbers
        for `Symbol("y", positive=True)`, all real ones for `Symbol("y")`.
    reduction : {"mean", "sum"}, default "mean"
        How the cost is made from the losses of the examples.
    **parameters : float
        A number for each other symbol of the formula.

    Returns
    -------
    Loss
        A loss like any other.

    Raises
    ------
    TypeError
        If formula or symbols are not SymPy's, or a parameter is not a number.
    ValueError
        If the formula has other symbols than those named. If, at one of many points tried inside the domain,
        it is not real and finite or has no finite slope, or if NumPy cannot compute it there.

    Examples
    --------
    >>> from sympy import Piecewise, symbols
    >>> y, p, dear = symbols("y p dear")
    >>> too_low_is_dear = Piecewise((dear * (y - p) ** 2, p < y), ((y - p) ** 2, True))
    >>> loss = from_formula(too_low_is_dear, y=y, y_pred=p, dear=9.0)
    >>> loss.per_example([5.0, 5.0], [4.0, 6.0])
    array([9., 1.])
    >>> loss.gradient([5.0, 5.0], [4.0, 6.0])
    array([-9.,  1.])
    """
    return FormulaLoss(
        formula=formula,
        y=y,
        y_pred=y_pred,
        truths=truths,
        predictions=predictions,
        parameters=tuple(parameters.items()),
        reduction=reduction,
    )


@dataclass(frozen=True, kw_only=True, repr=False)
class FormulaLoss(Loss):
    """A loss that was made by `from_formula`, which says what its parameters are."""

    formula: Expr
    y: Symbol
    y_pred: Symbol
    truths: Any = None  # a set of SymPy's once it is made, as are the predictions
    predictions: Any = None
    parameters: Parameters = ()

    def __post_init__(self):
        super().__post_init__()
        for name, value in formula_checks.checked(**self._stated).items():
            object.__setattr__(self, name, value)

    @property
    def _stated(self):
        """All fields but the reduction."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name != "reduction"}

    def __repr__(self):
        options = {"y": self.y, "y_pred": self.y_pred}
        for name in ("truths", "predictions"):
            if getattr(self, name) != formula_checks.ALL:
                options[name] = getattr(self, name)
        options |= self.parameters
        if self.reduction != "mean":
            options["reduction"] = repr(self.reduction)
        return (
            f"from_formula({self.formula}, {', '.join(f'{name}={value}' for name, value in options.items())})"
        )

    def __getstate__(self):
        return {
            field.name: getattr(self, field.name) for field in fields(self)
        }  # functions cannot be pickled

    @cached_property
    def functions(self) -> compiled.Functions:
        """The formula in NumPy: functions for what is shared, for the loss, and for the slope."""
        return compiled.functions_of(**self._stated)

    @cached_property
    def truth_domain(self) -> Domain:  # type: ignore[override]
        """The legal truths."""
        return domain_of(self.truths)

    @cached_property
    def prediction_domain(self) -> Domain:  # type: ignore[override]
        """The legal predictions."""
        return domain_of(self.predictions)

    @cached_property
    def _ends_at_0(self):
        return 0 in self.truths.boundary & self.truths or 0 in self.predictions.boundary & self.predictions

    def parts(self, y: np.ndarray, p: np.ndarray) -> tuple[Any, ...]:
        if self._ends_at_0:
            y, p = y + 0, p + 0  # −0 becomes 0, from where a slope such as 1/ŷ has the right sign
        arguments = y, p, *(value for _, value in self.parameters)
        return (*arguments, *self._call(self.functions.shared, arguments))

    def loss(self, y: np.ndarray, p: np.ndarray, *others: Any) -> np.ndarray:
        return self._whole(p, self._call(self.functions.loss, (y, p, *others))) + 0  # −0 becomes 0

    def slope(self, y: np.ndarray, p: np.ndarray, *others: Any) -> np.ndarray:
        return self._whole(p, self._call(self.functions.slope, (y, p, *others)))

    def _call(self, function, arguments):
        with np.errstate(all="ignore"):  # the cases that are not taken may have no value
            return function(*arguments)

    def _whole(self, p, values):
        """Return a float array of the predictions' shape, also of a constant or of integers."""
        return values if np.shape(values) == p.shape and values.dtype.kind == "f" else np.full_like(p, values)

    def _evaluate(self, y_true, y_pred, sample_weight, **asked):
        cost, losses, gradient = super()._evaluate(y_true, y_pred, sample_weight, **asked)
        if math.isnan(cost) or (gradient is not None and math.isnan(np.vdot(gradient, gradient))):
            raise ValueError(
                f"{self!r} has no value, or no slope, for some of these predictions: in NumPy it is NaN"
            )
        return cost, losses, gradient
