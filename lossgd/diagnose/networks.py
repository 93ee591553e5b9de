"""A network before and while it learns: its first loss, its gradients layer by layer, its dead units."""

from collections.abc import ItemsView, Mapping

import numpy as np
from numpy.typing import ArrayLike

from lossgd import checks
from lossgd.diagnose import meanings
from lossgd.diagnose.finding import Finding

# Scores that are normal with deviation σ raise the first loss by ½σ² on average, or less (Jensen: E log mean
# eᶻ is at most log E eᶻ). He's start makes that 1 for inputs of size 1, and of single fresh networks up to 3.
HIGHER = 4.0
LOWER, SQUARED = 0.3, 0.5  # times log k: fresh networks reach 0.4; of a squared error, below half of log k
APART = 1e3  # between first and last layer: at one rate for both, one learns a thousand times slower
# Of weights near 1: at a rate of 1 the first changes nothing in float32, at 0.001 the second changes all.
TINY, HUGE = 1e-7, 1e3
DEAD = 0.25  # of a layer's units: some die in many trainings, a quarter is a narrower model


def initial_loss(loss: float, classes: int) -> Finding:
    """Compare a classifier's first loss with log k, that of equal probabilities for k classes.

    Parameters
    ----------
    loss : float
        The cross-entropy before the first step: the mean over examples, in nats, without penalties.
    classes : int
        The number of classes, at least 2.

    Returns
    -------
    Finding
        "too high" above log k + 4, "too low" below 0.3 log k or at a squared error's start, "not a number",
        or "healthy". Its `numbers` are the `loss` and what is `expected`.

    Notes
    -----
    If the classes have unequal shares, and the bias starts at these, the first loss is the entropy of the
    shares, which is lower than log k.

    Examples
    --------
    >>> initial_loss(0.7, classes=2)
    Saw:    the first loss is 0.7; with 2 classes log 2 = 0.693 is expected
    Means:  the model starts without an opinion, as it should
    >>> initial_loss(0.25, classes=2).clinic
    '17 Wrong loss for the task'

    References
    ----------
    Karpathy, A. (2019). A recipe for training neural networks. https://karpathy.github.io/2019/04/25/recipe/
    """
    k, value = checks.count("classes", classes, low=2), _number("loss", loss)
    expected = float(np.log(k))
    squares = (k - 1) / k, (k - 1) / k**2  # Σ(p − y)² for p = 1/k, and its mean over the k outputs
    if not np.isfinite(value):
        meaning = meanings.NOT_A_NUMBER
    elif value > expected + HIGHER:
        meaning = meanings.TOO_HIGH
    elif value < 0:
        meaning = meanings.NEGATIVE
    elif value < SQUARED * expected and np.isclose(value, squares, rtol=0.2).any():
        meaning = meanings.SQUARES
    else:
        meaning = meanings.TOO_LOW if value < LOWER * expected else meanings.NO_OPINION
    saw = f"the first loss is {value:.3g}; with {k} classes log {k} = {expected:.3g} is expected"
    return meaning.found(saw, {"loss": value, "expected": expected})


def gradient_norms(gradients: Mapping[str, ArrayLike]) -> Finding:
    """Compare the sizes of the gradients of a network's layers, from the first layer to the last.

    Parameters
    ----------
    gradients : dict of str to array_like
        The gradient by each layer's biases, or by its weights (see Notes), in the order from the input on; of
        one of the first steps, for near a minimum all gradients are small.

    Returns
    -------
    Finding
        "vanishing" or "exploding" if the first layer's gradient is a thousand times smaller or larger than
        the last one's, or all are below 1e-7 or one above 1,000; "none" if a layer's is 0 throughout; "not a
        number"; or "healthy". Its `numbers` are the `norms`, for each layer the root of the mean square of
        the gradient's entries, and their `ratio`, of the first to the last.

    Notes
    -----
    The gradient by a layer's weights is the signal that enters the layer times the slope that arrives there.
    In a deep network of ReLU whose weights start too small the signal falls from layer to layer and the slope
    rises, so that the weights' gradients can look healthy although next to nothing gets through. The biases'
    gradients are the slopes alone.

    Examples
    --------
    >>> gradient_norms({"layer 1": [1e-6, -2e-6], "layer 2": [1e-4, 1e-4], "layer 3": [0.01, 0.02]})
    Saw:    an entry of the gradient is of size 1.6e-06 in layer 1, 0.016 in
            layer 3
    Means:  on the way back the gradient shrinks, and the first layers
            hardly learn: sigmoids, or weights that start too small. ReLU
            with He's start, or residual connections
    Clinic: 21 Exploding and vanishing gradients

    References
    ----------
    Glorot, X. and Bengio, Y. (2010). Understanding the difficulty of training deep feedforward neural
    networks. AISTATS.
    """
    norms = {layer: _size(f"gradients[{layer!r}]", part) for layer, part in _layers("gradients", gradients)}
    (first, low), *_, (last, high) = *norms.items(), *norms.items()
    ratio = low / high if high else np.inf
    wrong = [layer for layer, norm in norms.items() if not np.isfinite(norm)]
    silent = [layer for layer, norm in norms.items() if norm == 0]
    saw = f"an entry of the gradient is of size {low:.2g} in {first}, {high:.2g} in {last}"
    if wrong:
        meaning, saw = meanings.NOT_A_NUMBER, f"the gradient holds NaN or infinity in {', '.join(wrong)}"
    elif silent:
        meaning, saw = meanings.NONE, f"the gradient is 0 throughout in {', '.join(silent)}"
    elif ratio < 1 / APART or max(norms.values()) < TINY:
        meaning = meanings.VANISHING
    else:
        meaning = meanings.EXPLODING if ratio > APART or max(norms.values()) > HUGE else meanings.ALIKE
    return meaning.found(saw, {"norms": norms, "ratio": ratio})


def dead_units(activations: ArrayLike | Mapping[str, ArrayLike]) -> Finding:
    """Return the share of units that are 0 for all examples: of ReLU, they get no gradient.

    Parameters
    ----------
    activations : array_like of shape (n, units), or dict of str to such arrays
        The outputs of a hidden layer, or of several by name. Give some hundred examples: a unit that is 0 for
        ten may be at work for the eleventh.

    Returns
    -------
    Finding
        "dead units" if a layer has lost a quarter of its units or more, "not a number", or "healthy". Its
        `numbers` are the `shares`, for each layer.

    Examples
    --------
    >>> dead_units([[0.0, 0.2, 0.0], [0.0, 0.0, 0.0], [0.0, 1.3, 0.0]])
    Saw:    67 % of the units are 0 for all 3 examples
    Means:  a unit of ReLU that is always 0 gets no gradient and stays so: a
            rate that was too high, or inputs out of scale. A smaller rate,
            scaled inputs, a leaky ReLU
    Clinic: 21 Exploding and vanishing gradients

    References
    ----------
    Lu, L., Shin, Y., Su, Y. and Karniadakis, G. E. (2020). Dying ReLU and initialization: theory and
    numerical examples. Communications in Computational Physics 28.
    """
    layers = activations if isinstance(activations, Mapping) else {"": activations}
    units = {layer: _units(layer, part) for layer, part in _layers("activations", layers)}
    shares = {layer: float((part == 0).all(axis=0).mean()) for layer, part in units.items()}
    worst = max(shares, key=lambda layer: shares[layer])
    of = f" of {worst}" if worst else ""
    saw = f"{100 * shares[worst]:.0f} % of the units{of} are 0 for all {len(units[worst])} examples"
    meaning = meanings.DEAD_UNITS if shares[worst] >= DEAD else meanings.ALIVE
    wrong = [layer for layer, part in units.items() if not np.isfinite(part).all()]
    if wrong:
        meaning, saw = (
            meanings.NOT_A_NUMBER,
            f"the activations{' of ' * bool(wrong[0])}{wrong[0]} hold NaN or infinity",
        )
    return meaning.found(saw, {"shares": shares})


def _number(name, value):
    """Return one number, NaN and infinity too."""
    array = checks.real_array(name, value)
    if array.size != 1:
        raise ValueError(f"{name} must be one number, such as a mean; got shape {array.shape}")
    return float(array.item())


def _layers(name: str, parts: Mapping[str, ArrayLike]) -> ItemsView[str, ArrayLike]:
    if not isinstance(parts, Mapping) or not parts:
        raise TypeError(f"{name} must be a dict of layers' names to arrays; got {parts!r}")
    return parts.items()


def _size(name, part):
    """Return the root of the mean square, which does not grow with the number of entries as a norm does."""
    part = checks.numeric_array(name, part).astype(float)
    with np.errstate(over="ignore", invalid="ignore"):
        return float(np.sqrt(np.mean(part * part)))


def _units(layer, part):
    name = f"activations[{layer!r}]" if layer else "activations"
    part = checks.numeric_array(name, part)
    if part.ndim != 2:
        raise ValueError(f"{name} must have shape (n, units), a row an example; got {part.shape}")
    return part
