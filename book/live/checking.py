"""Check a reader's solution of an exercise by the asserts of the hidden one.

The hidden solution holds a line such as `# Check: threshold, weight`. What stands below it is the check: it
runs with all that the solution has made, but with the reader's own values of these names.
"""

import ast
import contextlib
import io
import re

MARKER = re.compile(r"^# Check: (.+)\n", re.MULTILINE)
MOST = 200  # characters of a value that are shown
REPLACED = (
    "It cannot be checked: the book's solution, which runs beside yours, raised {error}. Has a cell of yours "
    "given a name of the page, of a function or of data, another meaning? Call yours otherwise, and press "
    "“Run all above”."
)


def parts(solution):
    """Return a solution without its check, the names that are checked, and the check."""
    made, names, check = MARKER.split(solution)
    return made, names.split(", "), check


def missing(names, scope):
    """Return what the reader has still to write, or None."""
    for name in names:
        if name not in scope:
            return f"There is no {name} yet: your cell must define it."
        value = scope[name]
        if value is ... or any(entry is ... for entry in entries(value)):
            return f"{name} is still three dots: put your answer in their place."
        if value is None:
            return f"{name} is None: it must be the answer itself, not printed."
        if does_nothing(value):
            return f"{name} does nothing yet: write what it returns."
    return None


def entries(value):
    """Return what stands in a list, a tuple or a dictionary."""
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, (list, tuple)) else ()


def does_nothing(value):
    """Return whether it is a function in which three dots, or `pass`, are all that is written."""

    def unwritten(): ...

    code, empty = getattr(value, "__code__", None), unwritten.__code__
    return bool(code) and (code.co_code, code.co_consts) == (empty.co_code, empty.co_consts)


def yours(test, names, scope):
    """Return the reader's values that an assert speaks of; functions are not shown."""
    used = {node.id for node in ast.walk(test) if isinstance(node, ast.Name)}
    shown = [
        f"{name} = {scope[name]!r:.{MOST}}" for name in names if name in used and not callable(scope[name])
    ]
    return f" Yours: {', '.join(shown)}." if shown else ""


def check(solution, scope):
    """Return what is wrong with what the reader's names stand for in `scope`, or None if nothing is."""
    made, names, checks = parts(solution)
    if wanting := missing(names, scope):
        return wanting
    theirs = dict(scope)
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            exec(made, theirs)
        except Exception as error:
            return REPLACED.format(error=f"{type(error).__name__}: {error}")
        theirs |= {name: scope[name] for name in names}
        for statement in ast.parse(checks).body:
            if wrong := try_out(statement, names, theirs):
                return wrong
    return None


def try_out(statement, names, scope):
    """Run a statement of a check; return what it finds wrong, or None."""
    code = compile(ast.Module([statement], []), "<check>", "exec")
    try:
        exec(code, scope)
    except AssertionError as error:
        if str(error):
            return f"Not yet. {error}"
        return (
            f"Not yet. This should hold: {ast.unparse(statement.test)}.{yours(statement.test, names, scope)}"
        )
    except Exception as error:
        return f"Not yet. Checking it raised {type(error).__name__}: {error}."
    return None
