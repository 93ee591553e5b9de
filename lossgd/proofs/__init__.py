"""The proofs: every loss, model, surface and optimizer against its formula, by every method.

>>> from lossgd import losses, proofs
>>> proofs.prove(losses.BinaryCrossEntropy(from_logits=True))
BinaryCrossEntropy: proved at 194 points
value                equals the formula, to 1e-14
gradient             equals the formula, to 1e-14
complex step         equals the formula, to 1e-14
central differences  equals the formula, to 1e-07
"""

from lossgd.proofs.proof import METHODS, Error, Proof, prove
from lossgd.proofs.shipped import SHIPPED

__all__ = ["METHODS", "SHIPPED", "Error", "Proof", "prove"]
