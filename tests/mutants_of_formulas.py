"""Single tokens changed in the shipped code, each of which makes it another function: its proof must fail."""

import ast
import dataclasses
import inspect
import sys
import textwrap

from lossgd import losses, models, optimizers, schedules, surfaces

# What is changed, the part of its source, what stands there instead.
LOSSES = [
    (losses.MeanSquaredError(), "return a ** 2", "return a ** 3"),
    (losses.MeanSquaredError(), "return 2 * a", "return 3 * a"),
    (losses.MeanSquaredError(), "return 2 * a", "return 2 + a"),
    (losses.MeanAbsoluteError(), "np.abs(a)", "np.square(a)"),
    (losses.MeanAbsoluteError(), "np.sign(a)", "np.tanh(a)"),
    (losses.Huber(), "0.5 * near", "0.4 * near"),
    (losses.Huber(), "(a - 0.5", "(a + 0.5"),
    (losses.Huber(), "a.clip(-self.delta", "a.clip(-2 * self.delta"),
    (losses.Huber(), "return near", "return a"),
    (losses.LogCosh(), "size, 20)", "size, 2)"),
    (losses.LogCosh(), "np.log1p(e * e", "np.log1p(e + e"),
    (losses.LogCosh(), "(2 + 2 * e)", "(2 - 2 * e)"),
    (losses.LogCosh(), "(grown + 2)", "(grown + 3)"),
    (losses.Quantile(), "1 - self.q", "2 - self.q"),
    (losses.Quantile(), "np.sign(a)", "np.tanh(a)"),
    (losses.Quantile(), "-self.q", "+self.q"),
    (losses.BinaryCrossEntropy(), "(1 - other) - t1", "(1 + other) - t1"),
    (losses.BinaryCrossEntropy(from_logits=True), "np.maximum(other, sign)", "np.minimum(other, sign)"),
    (losses.Focal(), "t0 - t1\n", "t0 + t1\n"),
    (losses.Focal(), "missing ** self.gamma * entropy", "missing * self.gamma * entropy"),
    (losses.Hinge(), "np.sign(missing)", "np.tanh(missing)"),
    (losses.SquaredHinge(), "missing ** 2", "missing ** 1"),
    (losses.SquaredHinge(), "0 - 2 * y", "0 + 2 * y"),
]
OTHERS = [
    (models.Linear(), "product_over_examples(tape, g)", "product_over_examples(tape, -g)"),
    (models.Perceptron(hidden=(2,), activation="tanh"), "w + b[", "w - b["),
    (models.Perceptron(hidden=(2,), activation="tanh"), "g @ weights.mT", "g @ -weights.mT"),
    (
        models.Perceptron(hidden=(1, 1), activation="tanh", residual=True),
        "(g if self.residual",
        "(0 if self.residual",
    ),
    (optimizers.GradientDescent(lr=0.1), "(lr * g,)", "(lr + g,)"),
    (optimizers.Momentum(lr=0.1), "(1 - self.beta)", "(1 + self.beta)"),
    (optimizers.Nesterov(lr=0.1), "theta - self.beta", "theta + self.beta"),
    (optimizers.AdaGrad(lr=0.1), "s + g * g", "s + g + g"),
    (optimizers.RMSProp(lr=0.1), "1 - self.rho", "2 - self.rho"),
    (optimizers.Adam(lr=0.1), "1 - beta2 ** t", "1 - beta1 ** t"),
    (optimizers.AdamW(lr=0.1), "lr * self.weight_decay", "lr + self.weight_decay"),
    (surfaces.Rosenbrock(), "100 * across", "7 * across"),
    (surfaces.Himmelblau(), "4 * x * a", "2 * x * a"),
    (surfaces.Beale(), "2.625 - x", "2.62 - x"),
    (surfaces.Camel(), "25.2 * x2", "25 * x2"),
    (surfaces.Plateau(), "8 / (q", "4 / (q"),
    (surfaces.DoubleWell(), "x * x - 1", "x * x + 1"),
    (schedules.Step(lr=0.1, every=3), "step // self", "step / self"),
    (schedules.Cosine(lr=0.1, steps=3), "np.cos(", "np.sin("),
    (schedules.InverseTime(lr=0.1, decay=0.5), "1 + self.decay", "2 + self.decay"),
    (schedules.WarmUp(steps=3, then=schedules.Constant(lr=0.1)), "step + 1", "step + 2"),
]


def changed(thing, old, new):
    """Return an object like `thing` of a class like its own, but for one change of the source."""
    kind = type(thing)
    module = sys.modules[kind.__module__]
    bases = [base for base in reversed(kind.__mro__) if base.__module__ == module.__name__]
    tree = ast.parse("\n".join(textwrap.dedent(inspect.getsource(base)) for base in bases))
    for node in ast.walk(tree):  # without docstrings, in which the change might be made
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
            node.body[0] = ast.Pass()
    source = ast.unparse(tree)
    assert old in source, f"{old!r} is not in the source of {kind.__name__}:\n{source}"
    names = dict(vars(module))
    exec(compile(source.replace(old, new, 1), module.__file__, "exec"), names)
    mutated = type(kind.__name__, (names[kind.__name__], kind), {})  # still one of its kind
    mutant = object.__new__(mutated)
    for field in dataclasses.fields(thing) if dataclasses.is_dataclass(thing) else ():
        object.__setattr__(mutant, field.name, getattr(thing, field.name))
    return mutant
