"""A lab on deep networks: where between vanishing and exploding their gradients keep their size."""

from collections.abc import Callable

import numpy as np

from lossgd import plots
from lossgd.labs.lab import Control, lab
from lossgd.labs.scene import Scene
from lossgd.models.perceptron import ACTIVATIONS, SLOPES
from lossgd.tables import write
from lossgd.typing import Numbers

NAMES = {"relu": "ReLU", "tanh": "tanh", "sigmoid": "sigmoid"}
LOOKS = {name: plots.look(name, i) for name, i in zip(NAMES.values(), (0, 2, 4), strict=True)}
SCALES = 2.0 ** (np.arange(-8, 17) / 4)  # 1 is Xavier's, √2 He's
DEPTHS = np.arange(2, 51, 2)
FINE = np.geomspace(0.2, 20, 201)  # for the edges of the bands
KEEPS = 10  # a gradient that changes by less than this, up or down, keeps its size
TINY = 1e-12  # the lowest that is drawn, and 1/TINY the highest
NORMAL = np.linspace(-8, 8, 512)  # means over a normal number are sums over these, each with its share
SHARES = np.exp(-(NORMAL**2) / 2)
SHARES /= SHARES.sum()


def factors(activation: str, scale: Numbers, depth: int = DEPTHS[-1]) -> tuple[np.ndarray, np.ndarray]:
    """Return the signal of each layer, and what the layer multiplies a gradient's size by on its way back.

    Both are roots of mean squares, for inputs of size 1, weights with deviation `scale`/√inputs, and layers
    so wide that a sum of many weights is normal; the first axis is that of the layers.
    """
    scale, signal = np.asarray(scale), np.ones(np.shape(scale))
    signals, backward = [], []
    for _ in range(depth):
        h = ACTIVATIONS[activation](NORMAL * (scale * signal)[..., None])
        signal = np.sqrt(h**2 @ SHARES)
        signals.append(signal)
        backward.append(scale * np.sqrt(SLOPES[activation](h) ** 2 @ SHARES))
    return np.array(signals), np.array(backward)


def band(activation: str) -> np.ndarray:
    """Return the corners of the area of the map in which the gradient keeps its size."""
    reached = np.log10(factors(activation, FINE)[1]).cumsum(axis=0)  # by depth, of one layer on
    depths = np.arange(2, DEPTHS[-1] + 1)
    low, high = (
        [np.interp(edge, reached[depth - 1], FINE) for depth in depths]
        for edge in (-np.log10(KEEPS), np.log10(KEEPS))
    )
    return np.column_stack([[*low, *high[::-1]], [*depths, *depths[::-1]]])


@lab(
    scale=Control("scale", SCALES, SCALES[5], "{:.3g}", between=True),
    depth=Control("layers", DEPTHS, 20, "{:.0f}"),
)
def depth_and_scale(scene: Scene) -> Callable[..., str]:
    """Drag a point on the plane of depth and scale, and see signal and gradient from layer to layer."""
    hues = {name: look["color"] for name, look in LOOKS.items()}
    plane = scene.panel("scale of the weights, × 1/√inputs", "layers")
    plane.set(xscale="log", xlim=(0.22, 18.5), ylim=(0, 52), xticks=[0.25, 0.5, 1, 2, 4, 8, 16])
    plane.xaxis.set_major_formatter("{x:g}")
    plane.xaxis.set_minor_formatter("")
    plots.legend(plane, hues)
    for activation, name in NAMES.items():
        plane.fill(*band(activation).T, facecolor=(hues[name], 0.3), edgecolor=hues[name], linewidth=1)
    (point,) = scene.moving(plane.plot([], [], "o", color=plots.INK, markersize=10, markeredgewidth=0))
    scene.drag(point, x="scale", y="depth")

    chart = scene.panel("layer", "gradient (signal dashed)")
    plots.log_axis(chart)
    chart.set(xlim=(0, DEPTHS[-1]), ylim=(TINY, 1 / TINY), yticks=10.0 ** np.arange(-12, 13, 4))
    chart.axhline(1, color=plots.GRID, linewidth=1)
    lines = {
        name: [
            *chart.plot([], [], color=hue, linewidth=1, linestyle="--"),
            *chart.plot([], [], color=hue, linewidth=2),
        ]
        for name, hue in hues.items()
    }
    scene.moving([line for both in lines.values() for line in both])

    def update(scale, depth):
        point.set_data([scale], [depth])
        shown = np.unique(np.linspace(0, depth, 9).round().astype(int))
        reached = {}
        for activation, name in NAMES.items():
            signals, backward = factors(activation, scale, int(depth))
            straight = shown[[0, -1]] if activation == "relu" else shown
            gradients = np.append(backward[::-1].cumprod()[::-1], 1)
            for line, sizes in zip(lines[name], (np.append(1, signals), gradients), strict=True):
                line.set_data(straight, sizes[straight].clip(TINY / 10, 10 / TINY))
            reached[name] = gradients[0]
        said = ", ".join(verdict(gradient, name) for name, gradient in reached.items())
        return write(
            "Scale {:.3g}, {:.0f} layers. From the last layer back to the inputs the gradient {}.",
            scale, depth, said,
        )  # fmt: skip

    return update


def verdict(gradient, name):
    """Say what becomes of a gradient of 1."""
    word = "vanishes" if gradient < 1 / KEEPS else "explodes" if gradient > KEEPS else "keeps its size"
    return write("{} for {} (× {:.2g})", word, name, gradient)
