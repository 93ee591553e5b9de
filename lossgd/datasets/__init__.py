"""Small data sets to learn with: made from a seed, or real and part of this package. Nothing is downloaded.

Each function returns a `Data`, which unpacks as `X, y`; `split` parts it into training and test data, and
`z_score` and `min_max` bring its features to one scale.
"""

from lossgd.datasets.data import Data, Scaling, min_max, z_score
from lossgd.datasets.generated import badly_scaled, blobs, imbalanced, line, moons, sparse, wave
from lossgd.datasets.real import breast_cancer, penguins

__all__ = [
    "Data",
    "Scaling",
    "badly_scaled",
    "blobs",
    "breast_cancer",
    "imbalanced",
    "line",
    "min_max",
    "moons",
    "penguins",
    "sparse",
    "wave",
    "z_score",
]
