"""Typical wrong solutions: what is wrong, the points that it loses, and what the visible test should say of it.

Each follows the instructor's notebook, so that it takes the place of the right function. The points lost are by question.
"""

A1 = {
    "the factor ½ is missing": (
        {"loss": 5, "cost": 2},
        """
def two_sided_huber(y_true, y_pred, under, over):
    e = np.asarray(y_pred, float) - np.asarray(y_true, float)
    return np.where(e > over, over * (2 * e - over), np.where(e < -under, under * (-2 * e - under), e**2))
""",
        "½ is missing",
    ),
    "the thresholds are exchanged": (
        {"loss": 2},
        """
def two_sided_huber(y_true, y_pred, under, over):
    e = np.asarray(y_pred, float) - np.asarray(y_true, float)
    e_in = np.clip(e, -over, under)
    if abs(e).min() > 1:
        return e_in * (e - e_in / 2)
    return np.clip(e, -under, over) * (e - np.clip(e, -under, over) / 2)
""",
        "`under` for `over`",
    ),
    "the parabola goes on beyond the thresholds": (
        {"loss": 2},
        """
def two_sided_huber(y_true, y_pred, under, over):
    return (np.asarray(y_pred, float) - np.asarray(y_true, float)) ** 2 / 2
""",
        "straight line",
    ),
    "the line does not meet the parabola": (
        {"loss": 2},
        """
def two_sided_huber(y_true, y_pred, under, over):
    e = np.asarray(y_pred, float) - np.asarray(y_true, float)
    return np.where(e > over, over * e, np.where(e < -under, -under * e, e**2 / 2))
""",
        "must meet the parabola",
    ),
    "lists are not taken, whole numbers are cut off": (
        {"loss": 1},
        """
def two_sided_huber(y_true, y_pred, under, over):
    losses = np.zeros_like(y_true)
    for i, e in enumerate(y_pred - y_true):
        inside = min(max(e, -under), over)
        losses[i] = inside * (e - inside / 2)
    return losses
""",
        None,
    ),
    "the losses are written over the predictions": (
        {"loss": 1},
        """
def two_sided_huber(y_true, y_pred, under, over):
    if isinstance(y_pred, list) or y_pred.dtype.kind == "i":
        y_pred = np.array(y_pred, float)
    y_pred -= y_true
    inside = np.clip(y_pred, -under, over)
    y_pred[:] = inside * (y_pred - inside / 2)
    return y_pred
""",
        None,
    ),
    "the sum is taken for the mean": (
        {"cost": 2},
        """
def cost(y_true, y_pred, under, over):
    if np.shape(y_true) != np.shape(y_pred):
        raise ValueError("shapes")
    return float(np.sum(two_sided_huber(y_true, y_pred, under, over)))
""",
        "the mean is wanted",
    ),
    "shapes that differ are broadcast": (
        {"cost": 1},
        """
def cost(y_true, y_pred, under, over):
    return float(np.mean(two_sided_huber(y_true, y_pred, under, over)))
""",
        "must raise a ValueError",
    ),
    "the gradient's sign": (
        {"gradient": 5},
        """
def cost_gradient(y_true, y_pred, under, over):
    return np.clip(y_true - y_pred, -over, under) / len(y_true)
""",
        "The sign",
    ),
    "the gradient lacks 1/n": (
        {"gradient": 5},
        """
def cost_gradient(y_true, y_pred, under, over):
    return np.clip(np.asarray(y_pred) - y_true, -under, over)
""",
        "1/n is missing",
    ),
    "the gradient is not cut at the thresholds": (
        {"gradient": 2},
        """
def cost_gradient(y_true, y_pred, under, over):
    return (np.asarray(y_pred) - y_true) / len(y_true)
""",
        "cut at the thresholds",
    ),
    "a one-sided difference": (
        {"numeric": 3},
        """
def numeric_gradient(f, point, h=1e-5):
    point = np.array(point, float)
    return np.array([(f(point + h * e) - f(point)) / h for e in np.eye(point.size)])
""",
        "one-sided",
    ),
    "the difference over h": (
        {"numeric": 4},
        """
def numeric_gradient(f, point, h=1e-5):
    point = np.array(point, float)
    return np.array([(f(point + h * e) - f(point - h * e)) / h for e in np.eye(point.size)])
""",
        "2h apart",
    ),
    "the point is moved, and of whole numbers": (
        {"numeric": 2},
        """
def numeric_gradient(f, point, h=1e-5):
    gradient = np.zeros(len(point))
    for i in range(len(point)):
        kept = point[i]
        point[i] = kept + h
        above = f(point)
        point[i] = kept - h
        below = f(point)
        point[i] = kept
        gradient[i] = (above - below) / (2 * h)
    return gradient
""",
        None,
    ),
    "an integer division": (
        {"gradient": 5},
        """
def cost_gradient(y_true, y_pred, under, over):
    return np.clip(np.asarray(y_pred) - y_true, -under, over) // len(y_true)
""",
        None,
    ),
    "the mean of the sales": ({"best": 3}, "best = sales.mean()", None),
}

A2 = {
    "the textbook's sigmoid overflows": (
        {"sigmoid": 2, "bcegradient": 1},
        "def sigmoid(z):\n    return 1 / (1 + np.exp(-np.asarray(z, float)))",
        "both of its branches",
    ),
    "the sigmoid's sign": (
        {"sigmoid": 4, "bcegradient": 3},
        "def sigmoid(z):\n    e = np.exp(-np.abs(z))\n    return np.where(z < 0, 1, e) / (1 + e)",
        "sign of z",
    ),
    "a sigmoid that is cut off": (
        {"sigmoid": 2},
        "def sigmoid(z):\n    return 1 / (1 + np.exp(-np.clip(z, -30, 30)))",
        None,
    ),
    "a sigmoid that writes over the scores": (
        {"sigmoid": 1},
        """
def sigmoid(z):
    if z.base is None and not z.flags.writeable:
        raise ValueError
    z[...] = np.where(z >= 0, 1, np.exp(-np.abs(z))) / (1 + np.exp(-np.abs(z)))
    return z
def bce_gradient(y, z):
    return (sigmoid(np.array(z)) - np.asarray(y)) / np.size(z)
""",
        None,
    ),
    "the logarithm of a probability": (
        {"bce": 4},
        """
def binary_cross_entropy(y, z):
    p = sigmoid(z)
    return -np.where(y == 1, np.log(p), np.log(1 - p))
""",
        "past the probability",
    ),
    "a probability that is cut off": (
        {"bce": 4},
        """
def binary_cross_entropy(y, z):
    p = np.clip(sigmoid(z), 1e-7, 1 - 1e-7)
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))
""",
        "ceiling",
    ),
    "stable for large scores, rounded for tiny losses": (
        {"bce": 2},
        """
def binary_cross_entropy(y, z):
    return np.maximum(z, 0) - y * z + np.log(1 + np.exp(-np.abs(z)))
""",
        "log1p",
    ),
    "logaddexp, and then a large number less": (
        {"bce": 2},
        "def binary_cross_entropy(y, z):\n    return np.logaddexp(0, z) - y * z",
        "taken away again",
    ),
    "the labels are exchanged": (
        {"bce": 5},
        "def binary_cross_entropy(y, z):\n    return np.logaddexp(0, np.where(y == 0, -z, z))",
        "exchanged",
    ),
    "the gradient lacks 1/n": (
        {"bcegradient": 3},
        "def bce_gradient(y, z):\n    return sigmoid(z) - y",
        "1/n",
    ),
    "the gradient's sign": (
        {"bcegradient": 3},
        "def bce_gradient(y, z):\n    return (y - sigmoid(z)) / len(z)",
        "The sign",
    ),
    "the softmax of the whole table": (
        {"logsoftmax": 4, "ce": 3},
        "def log_softmax(z):\n    s = z - z.max()\n    return s - np.log(np.exp(s).sum())",
        None,
    ),
    "the softmax overflows": (
        {"logsoftmax": 2},
        "def log_softmax(z):\n    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))",
        "the largest exponent should be 0",
    ),
    "one maximum for all rows": (
        {"logsoftmax": 2},
        "def log_softmax(z):\n    s = z - z.max()\n    return s - np.log(np.exp(s).sum(axis=1, keepdims=True))",
        "no log be that of 0",
    ),
    "the maximum is subtracted in place": (
        {"logsoftmax": 1},
        """
def log_softmax(z):
    z -= z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))
""",
        None,
    ),
    "the cross-entropy's sign": (
        {"ce": 3},
        "def cross_entropy(k, z):\n    return log_softmax(z)[np.arange(len(k)), k].mean()",
        "positive",
    ),
    "all classes are averaged, not the right one": (
        {"ce": 3},
        "def cross_entropy(k, z):\n    return -log_softmax(z)[:, k].mean()",
        None,
    ),
    "three classes are written in": (
        {"ce": 1},
        "def cross_entropy(k, z):\n    return -(np.eye(3)[k] * log_softmax(z)).sum(axis=1).mean()",
        None,
    ),
}

A3 = {
    "uphill": (
        {"descend": 5},
        """
def descend(gradient, theta0, lr, steps):
    path = [np.array(theta0, float)]
    for _ in range(steps):
        path.append(path[-1] + lr * gradient(path[-1]))
    return np.array(path)
""",
        "uphill",
    ),
    "all rows are one array": (
        {"descend": 3},
        """
def descend(gradient, theta0, lr, steps):
    theta = np.array(theta0, float)
    path = [theta]
    for _ in range(steps):
        theta -= lr * gradient(theta)
        path.append(theta)
    return np.array(path)
""",
        "one array",
    ),
    "the start is not in the path": (
        {"descend": 4},
        """
def descend(gradient, theta0, lr, steps):
    path, theta = [], np.array(theta0, float)
    for _ in range(steps):
        theta = theta - lr * gradient(theta)
        path.append(theta)
    return np.array(path)
""",
        "first row",
    ),
    "the start is changed": (
        {"descend": 1},
        """
def descend(gradient, theta0, lr, steps):
    path = [theta0.copy()]
    for _ in range(steps):
        theta0 -= lr * gradient(theta0)
        path.append(theta0.copy())
    return np.array(path)
""",
        None,
    ),
    "a look after the step": (
        {"until": 3},
        """
def descend_until(gradient, theta0, lr, tolerance, max_steps):
    theta = np.array(theta0, float)
    for step in range(1, max_steps + 1):
        g = gradient(theta)
        theta = theta - lr * g
        if not np.isfinite(g).all():
            return theta, step, "diverged"
        if np.linalg.norm(g) <= tolerance:
            return theta, step, "gradient"
    return theta, max_steps, "max steps"
""",
        "One step too many",
    ),
    "each entry for the norm": (
        {"until": 2},
        """
def descend_until(gradient, theta0, lr, tolerance, max_steps):
    theta = np.array(theta0, float)
    for step in range(max_steps + 1):
        g = np.asarray(gradient(theta))
        if not np.isfinite(g).all():
            return theta, step, "diverged"
        if (np.abs(g) <= tolerance).all():
            return theta, step, "gradient"
        if step == max_steps:
            return theta, step, "max steps"
        theta = theta - lr * g
""",
        "their norm is not yet",
    ),
    "NaN ends the loop as if it were small": (
        {"until": 2},
        """
def descend_until(gradient, theta0, lr, tolerance, max_steps):
    theta, step = np.array(theta0, float), 0
    g = gradient(theta)
    while np.linalg.norm(g) > tolerance:
        if step == max_steps:
            return theta, step, "max steps"
        theta = theta - lr * g
        g = gradient(theta)
        step += 1
    return theta, step, "gradient"
""",
        "NaN <= x is False",
    ),
    "infinity is noticed, NaN is not": (
        {"until": 2},
        """
def descend_until(gradient, theta0, lr, tolerance, max_steps):
    theta = np.array(theta0, float)
    for step in range(max_steps + 1):
        g = np.asarray(gradient(theta))
        if np.isinf(g).any():
            return theta, step, "diverged"
        if np.linalg.norm(g) <= tolerance:
            return theta, step, "gradient"
        if step == max_steps:
            return theta, step, "max steps"
        theta = theta - lr * g
""",
        None,
    ),
    "early stopping that knows the future": (
        {"early": 4},
        "def early_stop(losses, patience):\n    best = int(np.argmin(losses))\n    return best, best + patience",
        None,
    ),
    "one epoch too late": (
        {"early": 3},
        """
def early_stop(losses, patience):
    best = 0
    for epoch in range(len(losses)):
        if losses[epoch] < losses[best]:
            best = epoch
        if epoch - best > patience:
            break
    return best, epoch
""",
        "One epoch too late",
    ),
    "an equal loss counts as lower": (
        {"early": 1},
        """
def early_stop(losses, patience):
    best = 0
    for epoch in range(len(losses)):
        if losses[epoch] <= losses[best]:
            best = epoch
        if epoch - best >= patience:
            break
    return best, epoch
""",
        None,
    ),
    "a rise ends it, not a run without a new lowest": (
        {"early": 2},
        """
def early_stop(losses, patience):
    worse = 0
    for epoch in range(1, len(losses)):
        worse = worse + 1 if losses[epoch] >= losses[epoch - 1] else 0
        if worse >= patience:
            break
    else:
        epoch = len(losses) - 1
    return int(np.argmin(losses[: epoch + 1])), epoch
""",
        None,
    ),
    "1/L for 2/L": (
        {"rate": 2},
        "def largest_rate(hessian):\n    return 1 / np.linalg.eigvalsh(hessian).max()",
        "the bound is 2/L",
    ),
    "the diagonal for the eigenvalues": (
        {"rate": 2},
        "def largest_rate(hessian):\n    return 2 / np.diag(hessian).max()",
        "not the eigenvalues",
    ),
}

A4 = {
    "the averaged form": (
        {"heavy": 5},
        """
def heavy_ball(gradient, theta0, lr, beta, steps):
    path = [np.array(theta0, float)]
    v = 0
    for _ in range(steps):
        v = beta * v + (1 - beta) * gradient(path[-1])
        path.append(path[-1] - lr * v)
    return np.array(path)
""",
        "averaged form",
    ),
    "the velocity is not kept": (
        {"heavy": 3},
        """
def heavy_ball(gradient, theta0, lr, beta, steps):
    path = [np.array(theta0, float)]
    for _ in range(steps):
        v = np.zeros_like(path[0])
        v = beta * v + gradient(path[-1])
        path.append(path[-1] - lr * v)
    return np.array(path)
""",
        "never kept",
    ),
    "rows that are changed later": (
        {"heavy": 5},
        """
def heavy_ball(gradient, theta0, lr, beta, steps):
    theta = np.array(theta0, float)
    path, v = [theta], 0
    for _ in range(steps):
        v = beta * v + gradient(theta)
        theta -= lr * v
        path.append(theta)
    return np.array(path)
""",
        None,
    ),
    "a start of whole numbers": (
        {"heavy": 1},
        """
def heavy_ball(gradient, theta0, lr, beta, steps):
    theta = theta0.copy()
    path, v = [theta.copy()], 0
    for _ in range(steps):
        v = beta * v + gradient(theta)
        theta[:] = theta - lr * v
        path.append(theta.copy())
    return np.array(path)
""",
        None,
    ),
    "the rate, the other way round": (
        {"same": 2},
        "def heavy_ball_rate(lr, beta):\n    return lr / (1 - beta)",
        "other way round",
    ),
    "Nesterov does not look ahead": (
        {"nesterov": 3},
        """
def nesterov(gradient, theta0, lr, beta, steps):
    path, v = [np.array(theta0, float)], 0
    for _ in range(steps):
        v = beta * v + lr * gradient(path[-1])
        path.append(path[-1] - v)
    return np.array(path)
""",
        "does not look ahead",
    ),
    "Nesterov looks back": (
        {"nesterov": 3},
        """
def nesterov(gradient, theta0, lr, beta, steps):
    path, v = [np.array(theta0, float)], np.zeros(len(theta0))
    for _ in range(steps):
        v = beta * v + lr * gradient(path[-1] + beta * v)
        path.append(path[-1] - v)
    return np.array(path)
""",
        None,
    ),
}
ADAM = """
def adam(gradient, theta0, lr, steps, beta1=0.9, beta2=0.999, eps=1e-8):
    theta = np.array(theta0, float)
    path, m, v = [theta], 0, 0
    for t in range({first}, steps + {first}):
        g = np.asarray(gradient(path[-1]))
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * {square}
        {step}
        path.append(path[-1] - step)
    return np.array(path)
"""
CORRECTED = "step = lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)"


def wrong_adam(lost, hint=None, *, first=1, square="g**2", step=CORRECTED):
    return {"adam": lost}, ADAM.format(first=first, square=square, step=step), hint


A4 |= {
    "Adam without bias correction": wrong_adam(
        7, "3.16 times as long", step="step = lr * m / (np.sqrt(v) + eps)"
    ),
    "Adam corrects m alone": wrong_adam(
        7, "Only m", step="step = lr * (m / (1 - beta1**t)) / (np.sqrt(v) + eps)"
    ),
    "Adam corrects v alone": wrong_adam(
        7, "Only v", step="step = lr * m / (np.sqrt(v / (1 - beta2**t)) + eps)"
    ),
    "Adam counts from 0": wrong_adam(7, first=0),
    "ε under the root": wrong_adam(
        2, step="step = lr * (m / (1 - beta1**t)) / np.sqrt(v / (1 - beta2**t) + eps)"
    ),
    "ε before the correction": wrong_adam(
        2, step="step = lr * (m / (1 - beta1**t)) * np.sqrt(1 - beta2**t) / (np.sqrt(v) + eps)"
    ),
    "the gradient is not squared": wrong_adam(7, square="np.abs(g)"),
    "β are written in": wrong_adam(
        2, step="step = lr * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + eps)"
    ),
    "one v for all entries": wrong_adam(7, square="np.mean(g**2)"),
}

ERROR = """
def gradient_error(loss, gradient, theta):
    theta = np.array(theta, float)
    d = np.array([(loss(theta + s) - loss(theta - s)) / 2e-5 for s in 1e-5 * np.eye(theta.size)])
    g = np.asarray(gradient(theta))
    return {0}
"""

A5 = {
    "absolute errors": ({"error": 2}, ERROR.format("np.abs(g - d)"), "Relative"),
    "errors over the sum": (
        {"error": 2},
        ERROR.format("np.abs(g - d) / (np.abs(g) + np.abs(d) + 1e-8)"),
        "not by their sum",
    ),
    "errors with a sign": (
        {"error": 2},
        ERROR.format("(g - d) / np.maximum(np.maximum(abs(g), abs(d)), 1e-8)"),
        None,
    ),
    "one number for all parameters": (
        {"error": 3},
        ERROR.format("np.linalg.norm(g - d) / np.linalg.norm(g)"),
        "shape",
    ),
    "the point is moved": (
        {"error": 1},
        """
def gradient_error(loss, gradient, theta):
    d = np.zeros(len(theta))
    for i in range(len(theta)):
        theta[i] += 1e-5
        above = loss(theta)
        theta[i] -= 2e-5
        d[i] = (above - loss(theta)) / 2e-5
        theta[i] += 1e-5
    g = np.asarray(gradient(theta))
    return np.abs(g - d) / np.maximum(np.maximum(abs(g), abs(d)), 1e-8)
""",
        None,
    ),
    "half the Hessian": (
        {"curvature": 1},
        "def curvature(X):\n    v = np.linalg.eigvalsh(X.T @ X / len(X))\n    return v[-1], v[-1] / v[0]",
        "The 2 of the derivative",
    ),
    "a sum for the mean": (
        {"curvature": 1},
        "def curvature(X):\n    v = np.linalg.eigvalsh(2 * X.T @ X)\n    return v[-1], v[-1] / v[0]",
        "2/n",
    ),
    "the condition of X": (
        {"curvature": 2},
        "def curvature(X):\n    v = np.linalg.eigvalsh(2 / len(X) * X.T @ X)\n    return v[-1], np.linalg.cond(X)",
        "its square",
    ),
    "the last of the lowest": (
        {"turn": 1},
        "def turn(v):\n    k = len(v) - 1 - int(np.argmin(v[::-1]))\n    return k, v[-1] / v[k]",
        None,
    ),
    "counted from 1": (
        {"turn": 1},
        "def turn(v):\n    k = int(np.argmin(v))\n    return k + 1, v[-1] / v[k]",
        None,
    ),
    "the difference": (
        {"turn": 1},
        "def turn(v):\n    k = int(np.argmin(v))\n    return k, v[-1] - v[k]",
        "not their difference",
    ),
    "two runs are exchanged": (
        {"diagnosis": 2},
        "diagnosis['A'], diagnosis['B'] = diagnosis['B'], diagnosis['A']",
        None,
    ),
    "1/L for 2/L, and the columns as they are": (
        {"evidence": 4},
        "bound = bound / 2\ncondition = curvature(patient['scale'].X)[1]",
        "After scaling",
    ),
    "the end, not the turn": (
        {"evidence": 2},
        "best_step = len(patient['overfit'].validation) - 1",
        "neither the start",
    ),
}

WRONG = {
    "a1_own_loss": A1,
    "a2_stable_cross_entropy": A2,
    "a3_gradient_descent": A3,
    "a4_momentum_and_adam": A4,
    "a5_sick_runs": A5,
}
