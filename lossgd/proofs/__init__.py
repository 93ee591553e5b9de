"""The proofs: every loss, model, surface, optimizer, schedule and metric against its formula.

Two words, used exactly. *Proved*: the shipped code, run on symbols, equals the formula for all inputs, by
exact algebra. *Verified*: what the code computes with floating-point numbers agrees with the formula at many
points, to so many digits. The one sees what is wrong for some input, the other what is lost by rounding.

>>> from lossgd import losses, proofs
>>> proofs.prove(losses.BinaryCrossEntropy(from_logits=True))
BinaryCrossEntropy: proved for all y in {0, 1}, real z
value     equals the formula, in 4 cases
gradient  equals the formula, in 6 cases
>>> proofs.verify(losses.BinaryCrossEntropy(from_logits=True))
BinaryCrossEntropy: verified at 388 points
value                equals the formula, to 1e-14
gradient             equals the formula, to 1e-14
complex step         equals the formula, to 1e-14
central differences  equals the formula, to 1e-07
"""

from lossgd.proofs.of_others import shipped_step
from lossgd.proofs.proof import Finding, Proof, prove
from lossgd.proofs.shipped import NOT_PROVED, SHIPPED, one_of_each_form
from lossgd.proofs.verification import METHODS, Error, Verification, verify

__all__ = [
    "METHODS",
    "NOT_PROVED",
    "SHIPPED",
    "Error",
    "Finding",
    "Proof",
    "Verification",
    "one_of_each_form",
    "prove",
    "shipped_step",
    "verify",
]
