"""All that the package ships and that has a formula, with parameters of all sizes: what is to be proved."""

from lossgd import losses, models, optimizers, surfaces


def _losses():
    yield losses.MeanSquaredError()
    yield losses.MeanAbsoluteError()
    yield from (losses.Huber(delta=delta) for delta in (1.0, 1e-3, 7.7, 1e6))
    yield losses.LogCosh()
    yield from (losses.Quantile(q=q) for q in (0.5, 0.1, 0.9, 1e-6))
    yield from (losses.PoissonDeviance(log_input=log) for log in (False, True))
    for logits in ({"from_logits": False}, {"from_logits": True}):
        yield losses.BinaryCrossEntropy(**logits)
        yield losses.BinaryCrossEntropy(label_smoothing=0.1, **logits)
        yield losses.WeightedBinaryCrossEntropy(weight_0=0.3, weight_1=19.0, **logits)
        yield from (losses.Focal(gamma=gamma, **logits) for gamma in (0.0, 0.5, 2.0, 5.5))
        yield losses.CategoricalCrossEntropy(**logits)
        yield losses.CategoricalCrossEntropy(label_smoothing=0.1, **logits)
        yield losses.SparseCategoricalCrossEntropy(**logits)
        yield losses.SparseCategoricalCrossEntropy(label_smoothing=0.1, **logits)
    yield losses.KLDivergence()
    yield losses.Hinge()
    yield losses.SquaredHinge()


def _models():
    yield models.Linear()
    yield models.Logistic()
    yield models.Softmax(3)
    yield models.Perceptron(hidden=(3,), activation="tanh")
    yield models.Perceptron(hidden=(3,), activation="relu", link="sigmoid")
    yield models.Perceptron(hidden=(2, 3), activation="sigmoid", outputs=2)
    yield models.Perceptron(hidden=(2, 2), activation="tanh", residual=True, outputs=2, link="softmax")
    yield models.Perceptron(hidden=(), outputs=2, link="softmax")


def _surfaces():
    yield from (surfaces.Parabola(curvature=curvature) for curvature in (1.0, 4.0))
    yield from (surfaces.Ravine(condition=condition) for condition in (1.0, 25.0, 1e4))
    yield surfaces.Rosenbrock()
    yield surfaces.Himmelblau()
    yield surfaces.Beale()
    yield surfaces.Saddle()
    yield surfaces.DoubleWell()
    yield surfaces.Plateau()


def _optimizers():
    yield optimizers.GradientDescent(lr=0.001)
    yield optimizers.Momentum(lr=0.002, beta=0.8)
    yield optimizers.Momentum(lr=0.001, beta=0.7, averaged=False)
    yield optimizers.Nesterov(lr=0.001, beta=0.9)
    yield optimizers.AdaGrad(lr=0.3, eps=0.01)
    yield optimizers.RMSProp(lr=0.02, rho=0.8, eps=0.01)
    yield optimizers.Adam(lr=0.1, betas=(0.8, 0.95), eps=0.01)
    yield optimizers.AdamW(lr=0.1, betas=(0.8, 0.95), eps=0.01, weight_decay=0.3)
    yield optimizers.Adam(lr=0.1, betas=(0.8, 0.5), eps=0.01, amsgrad=True)
    yield optimizers.AdamW(lr=0.1, betas=(0.8, 0.5), eps=0.01, amsgrad=True, weight_decay=0.3)


SHIPPED = {
    "Losses": tuple(_losses()),
    "Models": tuple(_models()),
    "Surfaces": tuple(_surfaces()),
    "Optimizers": tuple(_optimizers()),
}
