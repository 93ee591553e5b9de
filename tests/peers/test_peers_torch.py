"""Every loss against PyTorch: the loss of each example, and the gradient that autograd finds."""

from dataclasses import replace

import numpy as np
import pytest

from lossgd import losses
from tests.peers.data import (
    COUNTS,
    INDICES,
    LOGIT_ROWS,
    LOGITS,
    NUMBERS,
    ONE_HOT,
    OUTPUTS,
    PROBABILITIES,
    PROBABILITY_ROWS,
    SCORES,
    SOFT,
    SOFT_LABELS,
    WEIGHTS,
    assert_close,
)

torch = pytest.importorskip("torch")
F = torch.nn.functional

DELTA, Q, GAMMA, W0, W1, SMOOTHING = 0.7, 0.9, 1.5, 0.3, 2.5, 0.1


def each(function, **options):
    """Turn a function of PyTorch into one of (y_true, y_pred) that returns the loss of each example."""
    return lambda y, p: function(p, y, reduction="none", **options)


bce, bce_logits = each(F.binary_cross_entropy), each(F.binary_cross_entropy_with_logits)


def poisson(**options):
    nll = each(F.poisson_nll_loss, eps=0, **options)
    return lambda y, p: 2 * (nll(y, p) + torch.special.xlogy(y, y) - y)


def focal_soft(cross_entropy, link):
    def loss(y, p):
        return (y + link(p) - 2 * y * link(p)) ** GAMMA * cross_entropy(y, p)

    return loss


def outputs(y, p):
    return each(F.mse_loss)(y, p).mean(dim=1)


def pinball(y, p):
    return torch.maximum(Q * (y - p), (Q - 1) * (y - p))


def log_cosh(y, p):
    return torch.log(torch.cosh(p - y))


def smoothed(cross_entropy):
    return lambda y, p: cross_entropy(y * (1 - SMOOTHING) + SMOOTHING / 2, p)


def weighted(y, p):
    return F.binary_cross_entropy(p, y, weight=W1 * y + W0 * (1 - y), reduction="none")


def focal(cross_entropy):
    return lambda y, p: (1 - torch.exp(-cross_entropy(y, p))) ** GAMMA * cross_entropy(y, p)


def margin(y, s):
    return F.margin_ranking_loss(s, torch.zeros_like(s), y, margin=1, reduction="none")


def of_log(function):
    return lambda y, p: function(y, torch.log(p))


LOG = {"from_logits": True}
SMOOTH = {"label_smoothing": SMOOTHING}
WEIGHT = {"weight_0": W0, "weight_1": W1}
POS_WEIGHT = {"pos_weight": torch.tensor(W1 / W0, dtype=torch.float64)}

# PyTorch's name for it, lossgd's loss, PyTorch's, the data, and the factor by which PyTorch's is multiplied.
PEERS = [
    ("mse_loss", losses.MeanSquaredError(), each(F.mse_loss), NUMBERS, 1),
    ("mse_loss, three outputs", losses.MeanSquaredError(), outputs, OUTPUTS, 1),
    ("l1_loss", losses.MeanAbsoluteError(), each(F.l1_loss), NUMBERS, 1),
    ("huber_loss", losses.Huber(delta=DELTA), each(F.huber_loss, delta=DELTA), NUMBERS, 1),
    ("smooth_l1_loss", losses.Huber(delta=DELTA), each(F.smooth_l1_loss, beta=DELTA), NUMBERS, DELTA),
    ("log(cosh)", losses.LogCosh(), log_cosh, NUMBERS, 1),
    ("pinball", losses.Quantile(q=Q), pinball, NUMBERS, 1),
    ("binary_cross_entropy", losses.BinaryCrossEntropy(), bce, PROBABILITIES, 1),
    ("binary_cross_entropy smoothed", losses.BinaryCrossEntropy(**SMOOTH), smoothed(bce), PROBABILITIES, 1),
    ("binary_cross_entropy_with_logits", losses.BinaryCrossEntropy(**LOG), bce_logits, LOGITS, 1),
    (
        "binary_cross_entropy_with_logits, smoothed",
        losses.BinaryCrossEntropy(**LOG, **SMOOTH),
        smoothed(bce_logits),
        LOGITS,
        1,
    ),
    (
        "binary_cross_entropy weighted",
        losses.WeightedBinaryCrossEntropy(**WEIGHT),
        weighted,
        PROBABILITIES,
        1,
    ),
    (
        "binary_cross_entropy_with_logits, pos_weight = w₁/w₀",
        losses.WeightedBinaryCrossEntropy(**WEIGHT, **LOG),
        each(F.binary_cross_entropy_with_logits, **POS_WEIGHT),
        LOGITS,
        W0,
    ),
    ("focal", losses.Focal(gamma=GAMMA), focal(bce), PROBABILITIES, 1),
    ("focal, with_logits", losses.Focal(gamma=GAMMA, **LOG), focal(bce_logits), LOGITS, 1),
    ("soft labels", losses.BinaryCrossEntropy(), bce, (SOFT_LABELS, PROBABILITIES[1]), 1),
    ("soft labels, with_logits", losses.BinaryCrossEntropy(**LOG), bce_logits, (SOFT_LABELS, LOGITS[1]), 1),
    (
        "soft labels, pos_weight = w₁/w₀",
        losses.WeightedBinaryCrossEntropy(**WEIGHT, **LOG),
        each(F.binary_cross_entropy_with_logits, **POS_WEIGHT),
        (SOFT_LABELS, LOGITS[1]),
        W0,
    ),
    (
        "soft labels, weighted",
        losses.WeightedBinaryCrossEntropy(**WEIGHT),
        lambda y, p: -(W1 * y * torch.log(p) + W0 * (1 - y) * torch.log(1 - p)),
        (SOFT_LABELS, PROBABILITIES[1]),
        1,
    ),
    (
        "soft labels, focal",
        losses.Focal(gamma=GAMMA),
        focal_soft(bce, lambda p: p),
        (SOFT_LABELS, PROBABILITIES[1]),
        1,
    ),
    (
        "soft labels, focal with_logits",
        losses.Focal(gamma=GAMMA, **LOG),
        focal_soft(bce_logits, torch.sigmoid),
        (SOFT_LABELS, LOGITS[1]),
        1,
    ),
    (
        "poisson_nll_loss",
        losses.PoissonDeviance(),
        poisson(log_input=False),
        (COUNTS, 0.1 + WEIGHTS),
        1,
    ),
    (
        "poisson_nll_loss, log_input",
        losses.PoissonDeviance(log_input=True),
        poisson(log_input=True),
        (COUNTS, NUMBERS[1] / 3),
        1,
    ),
    (
        "cross_entropy of indices, smoothed",
        losses.SparseCategoricalCrossEntropy(**LOG, **SMOOTH),
        each(F.cross_entropy, **SMOOTH),
        (INDICES, LOGIT_ROWS),
        1,
    ),
    ("margin_ranking_loss", losses.Hinge(), margin, SCORES, 1),
    ("margin_ranking_loss²", losses.SquaredHinge(), lambda y, s: margin(y, s) ** 2, SCORES, 1),
    ("cross_entropy", losses.CategoricalCrossEntropy(**LOG), each(F.cross_entropy), (SOFT, LOGIT_ROWS), 1),
    (
        "cross_entropy, smoothed",
        losses.CategoricalCrossEntropy(**LOG, **SMOOTH),
        each(F.cross_entropy, **SMOOTH),
        (ONE_HOT, LOGIT_ROWS),
        1,
    ),
    (
        "cross_entropy, of indices",
        losses.SparseCategoricalCrossEntropy(**LOG),
        each(F.cross_entropy),
        (INDICES, LOGIT_ROWS),
        1,
    ),
    (
        "nll_loss of log p",
        losses.SparseCategoricalCrossEntropy(),
        of_log(each(F.nll_loss)),
        (INDICES, PROBABILITY_ROWS),
        1,
    ),
    (
        "−Σ y log p",
        losses.CategoricalCrossEntropy(),
        lambda y, p: -(y * torch.log(p)).sum(dim=1),
        (SOFT, PROBABILITY_ROWS),
        1,
    ),
    (
        "kl_div of log p",
        losses.KLDivergence(),
        lambda y, p: F.kl_div(torch.log(p), y, reduction="none").sum(dim=1),
        (SOFT, PROBABILITY_ROWS),
        1,
    ),
]


CASES = [pytest.param(*case, id=name) for name, *case in PEERS]


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["plain", "weighted"])
@pytest.mark.parametrize(("loss", "peer", "data", "factor"), CASES)
def test_value_and_gradient_are_those_of_pytorch(loss, peer, data, factor, weights, reduction):
    loss = replace(loss, reduction=reduction)
    y, p = data
    y_torch, p_torch = torch.from_numpy(y), torch.from_numpy(p).requires_grad_()
    per_example = factor * peer(y_torch, p_torch)
    if weights is not None:
        per_example = torch.from_numpy(weights) * per_example
    cost = getattr(per_example, reduction)()
    cost.backward()
    value, gradient = loss.value_and_gradient(y, p, sample_weight=weights)
    assert_close(value, cost.item())
    assert_close(loss.per_example(y, p, sample_weight=weights), per_example.detach().numpy())
    assert_close(gradient, p_torch.grad.numpy())


def test_every_loss_is_compared():
    compared = {type(loss) for _, loss, *_ in PEERS}
    assert compared == {getattr(losses, name) for name in losses.__all__} - {losses.Loss}


def test_at_the_corner_both_give_the_subgradient_0():
    p = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    F.l1_loss(p, torch.zeros(3, dtype=torch.float64)).backward()
    assert not p.grad.any()
    assert not losses.MeanAbsoluteError().gradient(np.zeros(3), np.zeros(3)).any()


def test_pytorch_clips_the_logarithm_of_0_where_lossgd_says_infinity():
    assert losses.BinaryCrossEntropy()([1], [0.0]) == np.inf
    assert F.binary_cross_entropy(torch.zeros(1), torch.ones(1)).item() == 100


def test_class_weights_are_a_mean_with_sample_weight():
    by_class = np.array([0.5, 2.0, 1.0, 3.0])
    peer = torch.nn.CrossEntropyLoss(weight=torch.from_numpy(by_class))
    loss = losses.SparseCategoricalCrossEntropy(**LOG, reduction="mean_with_sample_weight")
    cost = loss(INDICES, LOGIT_ROWS, sample_weight=by_class[INDICES])
    assert_close(cost, peer(torch.from_numpy(LOGIT_ROWS), torch.from_numpy(INDICES)).item())
