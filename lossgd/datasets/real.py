"""Real data that is part of this package; its source and its licence stand at the head of each file."""

from importlib.resources import files
from typing import Literal

import numpy as np

from lossgd import checks
from lossgd.datasets.data import Data


def penguins(target: Literal["species", "body mass"] = "species") -> Data:
    """Return measures of 342 penguins of three species, near Palmer Station, Antarctica, 2007 to 2009.

    Parameters
    ----------
    target : {"species", "body mass"}, default "species"
        What is to be predicted: the species (0 Adelie, 1 Chinstrap, 2 Gentoo), from the lengths of bill and
        flipper, the depth of the bill (mm) and the body mass (g); or the body mass, from the three others.

    Returns
    -------
    Data
        X has shape (342, 4) or (342, 3).

    Examples
    --------
    >>> data = penguins()
    >>> data.features
    ('bill length (mm)', 'bill depth (mm)', 'flipper length (mm)', 'body mass (g)')
    >>> data.classes
    ('Adelie', 'Chinstrap', 'Gentoo')
    >>> penguins("body mass").y.mean().round()
    np.float64(4202.0)

    References
    ----------
    Gorman, K. B., Williams, T. D. and Fraser, W. R. (2014). Ecological Sexual Dimorphism and Environmental
    Variability within a Community of Antarctic Penguins (Genus Pygoscelis). PLoS ONE 9(3), e90081.
    Horst, A. M., Hill, A. P. and Gorman, K. B. (2020). palmerpenguins. Public domain (CC0 1.0).
    """
    checks.option("target", target, ("species", "body mass"))
    table, names = _read("penguins.csv")
    if target == "body mass":
        return Data(table[:, :3], table[:, 3], names[:3])
    return Data(table[:, :4], table[:, 4].astype(int), names[:4], ("Adelie", "Chinstrap", "Gentoo"))


def breast_cancer() -> Data:
    """Return shapes of cell nuclei in 569 images of breast masses, of which 212 are malignant.

    The features are the mean, the standard error and the worst value of ten measures of the nuclei, such as
    radius, texture and concavity. Their ranges differ: an area is near 1,000, a smoothness near 0.1. The
    label 1 is malignant, which is what one looks for; scikit-learn's copy has 1 for benign.

    Returns
    -------
    Data
        X has shape (569, 30).

    Examples
    --------
    >>> data = breast_cancer()
    >>> data
    Data(569 examples, 30 features)
    >>> data.classes, int(data.y.sum())
    (('benign', 'malignant'), 212)

    References
    ----------
    Wolberg, W., Mangasarian, O., Street, N. and Street, W. (1993). Breast Cancer Wisconsin (Diagnostic). UCI
    Machine Learning Repository, https://doi.org/10.24432/C5DW2B. Licence CC BY 4.0.
    """
    table, names = _read("breast_cancer.csv")
    return Data(table[:, :-1], table[:, -1].astype(int), names[:-1], ("benign", "malignant"))


def _read(name):
    """Return a file's numbers and the names of its columns, which stand below the comments at its head."""
    lines = files("lossgd.datasets").joinpath(name).read_text(encoding="utf-8").splitlines()
    names, *rows = [line for line in lines if not line.startswith("#")]
    return np.loadtxt(rows, delimiter=","), tuple(names.split(","))
