"""How long an import takes beyond NumPy's own, each in a fresh Python: `python -m benchmarks.imports`."""

import statistics
import subprocess
import sys

CODE = """
import time, numpy
start = time.perf_counter()
{}
print(time.perf_counter() - start)
"""
ROUNDS = 15


def main():
    """Print the medians."""
    uses = {
        "import lossgd": "import lossgd",
        "losses": "from lossgd import losses",
        "all": "from lossgd import *",
    }
    times = {name: [] for name in uses}
    for _ in range(ROUNDS):
        for name, use in uses.items():
            run = subprocess.run(
                [sys.executable, "-c", CODE.format(use)], capture_output=True, text=True, check=True
            )
            times[name].append(float(run.stdout))
    for name, values in times.items():
        print(f"{name:<15}{1e3 * statistics.median(values):6.1f} ms after NumPy")


if __name__ == "__main__":
    main()
