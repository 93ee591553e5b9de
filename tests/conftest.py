"""Settings of the whole test run, and what it reports at its end."""

from hypothesis import settings

# The same examples in every run, and no complaint about a slow machine.
settings.register_profile("lossgd", derandomize=True, deadline=None, max_examples=30)
settings.load_profile("lossgd")


def pytest_terminal_summary(terminalreporter):
    """Say which tests were left out for want of a browser, and how to get them in."""
    skipped = [
        report for report in terminalreporter.stats.get("skipped", []) if "tests/site/" in report.nodeid
    ]
    if skipped:
        names = sorted({report.nodeid.split("[")[0] for report in skipped})
        reason = skipped[0].longrepr[2].removeprefix("Skipped: ")
        terminalreporter.section("The book was not tested in a browser", yellow=True)
        terminalreporter.write_line(f"{len(skipped)} tests were left out: {reason}")
        for name in names:
            terminalreporter.write_line(f"  {name}")
