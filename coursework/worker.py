"""The student's process: runs the notebook's code, then calls its functions with what the grader sends.

It runs inside the sandbox, from a folder that holds this file, `wire`, `seccomp` and `lossgd`. Whatever the
student's code does to it changes its answers alone, and the grader takes them for a stranger's.
"""

import builtins
import os
import re
import sys
import warnings
from pathlib import Path

HERE = Path(__file__).parent
LIMITS = {"AS": 1 << 30, "CPU": 120, "FSIZE": 16 << 20, "NOFILE": 64, "CORE": 0}

if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    import wire
else:
    from coursework import wire


class Worker:
    """A namespace with the student's names in it, and the answers to the grader's messages.

    Parameters
    ----------
    call : callable
        `call(number, arguments)` asks the grader for the value of one of its own functions.
    """

    def __init__(self, call):
        self.call = call
        self.names = {"__name__": "__main__"}

    def answer(self, message):
        """Return the reply to a message, as `wire.pack` made it."""
        if "cells" in message:
            return {"errors": self.load(message["cells"])}
        if message["name"] not in self.names:
            return {"missing": True}
        try:
            return {"answer": wire.pack(self.value(message))}
        except wire.NotPlainError as error:
            return {"refused": str(error)}
        except BaseException as error:  # also SystemExit, KeyboardInterrupt
            return {"raised": builtin_name(error)}

    def load(self, cells):
        """Run the cells in order, as a notebook does; return what failed, a line each."""
        errors = []
        for number, cell in enumerate(cells, start=1):
            try:
                exec(compile(plain_python(cell), f"<cell {number}>", "exec"), self.names)
            except NotImplementedError:
                pass  # not done yet
            except BaseException as error:
                errors.append(f"{type(error).__name__}: {error}"[:300])
        return errors

    def value(self, message):
        """Return a variable's value, or what a function returns for the arguments that came."""
        value = self.names[message["name"]]
        if "arguments" not in message:
            return value
        import numpy as np

        def remote(number):
            return lambda *arguments: self.call(number, arguments)

        arguments, options = (
            wire.unpack(message[part], remote, writeable=message["writeable"])
            for part in ("arguments", "options")
        )
        with (
            warnings.catch_warnings(),
            np.errstate(all="raise" if message["strict"] else "ignore", under="ignore"),
        ):
            warnings.simplefilter("ignore")
            return value(*arguments, **options)


def plain_python(cell):
    """Return a cell without the lines that are for Jupyter alone, such as `%matplotlib inline`."""
    try:
        compile(cell, "cell", "exec")
    except SyntaxError:
        return re.sub(r"^\s*[%!].*$", "", cell, flags=re.MULTILINE)
    return cell


def builtin_name(error):
    """Return the name of an error's nearest class that is Python's own: another's name could say anything."""
    own = vars(builtins).values()
    return next(kind.__name__ for kind in type(error).__mro__ if kind in own)


def main():
    """Serve the grader on standard input and output; the student's own output goes where errors go."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    os.close(0)

    def send(message):
        replies.write(wire.encode(message))
        replies.flush()

    def receive():
        length = int.from_bytes(requests.read(4), "big")
        return wire.decode(requests.read(length)) if length else sys.exit()

    def call(number, arguments):
        send({"id": message["id"], "remote": number, "arguments": wire.pack(tuple(arguments))})
        reply = receive()
        if "refused" in reply:
            raise ValueError(reply["refused"])
        return wire.unpack(reply["value"])

    worker = Worker(call)
    import resource

    import numpy  # noqa: F401, before there are limits

    for kind, limit in LIMITS.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{kind}"), (limit, limit))
    if "--filter" in sys.argv:
        import seccomp

        seccomp.install()
    send({"ready": True})
    while True:
        message = receive()
        reply = worker.answer(message)
        try:
            send({"id": message["id"], **reply})
        except wire.NotPlainError as error:
            send({"id": message["id"], "refused": str(error)})


if __name__ == "__main__":
    main()
