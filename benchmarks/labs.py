"""How long each lab takes, with a kernel, from a slider's new value to the new picture.

Run it with `python -m benchmarks.labs`.
"""

import statistics
import time

from lossgd import labs

MOVES = 10


def main():
    """Print the median of each lab."""
    for name in (name for name in labs.__all__ if name.islower() and name != "lab"):
        *sliders, _ = getattr(labs, name)().widget().children
        longest = max(sliders, key=lambda slider: len(slider.options))
        times = []
        for index in range(MOVES):
            start = time.perf_counter()
            longest.index = index
            times.append(time.perf_counter() - start)
        print(f"{name:<22}{1e3 * statistics.median(times):6.1f} ms a move")


if __name__ == "__main__":
    main()
