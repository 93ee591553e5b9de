"""The surfaces that the course descends on: functions of one or two coordinates, and what is known of them.

Each is called with points, `surface(theta)`, whose last axis holds the coordinates; any axes before it are
kept, so that a grid or an ensemble is one call.
"""

from lossgd.surfaces.base import Surface
from lossgd.surfaces.convex import Parabola, Ravine
from lossgd.surfaces.nonconvex import Beale, Camel, DoubleWell, Himmelblau, Plateau, Rosenbrock, Saddle
from lossgd.surfaces.turned import Turned

__all__ = [
    "Beale",
    "Camel",
    "DoubleWell",
    "Himmelblau",
    "Parabola",
    "Plateau",
    "Ravine",
    "Rosenbrock",
    "Saddle",
    "Surface",
    "Turned",
]
