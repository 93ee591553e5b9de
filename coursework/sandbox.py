"""A process for a student's code, shut off from everything, and the messages to it and from it.

Three kinds: "bubblewrap" (Linux), "container" (Docker or Podman, with the image of `Containerfile`), and
"none", which protects nothing, and is used only if it is asked for by name.
"""

import contextlib
import os
import platform
import secrets
import selectors
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

import lossgd
from coursework import seccomp, wire

KINDS = ("bubblewrap", "container", "none")
IMAGE = "lossgd-coursework"
HERE = Path(__file__).parent
FILES = {f"/box/{name}": HERE / name for name in ("worker.py", "wire.py", "seccomp.py")}
FILES["/box/lossgd"] = Path(lossgd.__file__).parent
LONGEST_OUTPUT = 1_000_000  # bytes that a student's code may print
MOST_FILES = 10_000  # in /tmp, whose size counts bytes alone: the kernel keeps a kilobyte of an empty one
LOOK = 0.1  # seconds until they are counted again
START = 60  # seconds that the sandbox itself may take to be ready
MOST_NUMBERS = 1000  # in a call of one of our functions, which may make a table of all pairs of them
LONGEST_LIFE = 120  # seconds after which a container ends, though the grader was killed and cannot end it
ENVIRONMENT = {
    "HOME": "/tmp",
    "LANG": "C.UTF-8",
    "MPLBACKEND": "Agg",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PATH": "/usr/bin:/bin",
    "PYTHONDONTWRITEBYTECODE": "1",
}


ADVICE = """On Linux, install bubblewrap: `apt install bubblewrap`.
On Windows, work in WSL. Elsewhere, set sandbox = "container" in course.toml, and make its image once:
`docker build -t lossgd-coursework -f coursework/Containerfile .`
sandbox = "none" runs what students wrote with your rights, on your files: nothing protects you then."""


class SandboxError(Exception):
    """The sandbox does not work here: a fault of the machine, never the student's."""


class DiedError(Exception):
    """The student's process ended, took too long, printed too much, or broke the agreed form."""


def bubblewrap():
    """Return the command that runs the worker in bubblewrap."""
    command = [shutil.which("bwrap") or "bwrap", "--unshare-all", "--unshare-user", "--disable-userns"]
    command += ["--uid", "65534", "--gid", "65534", "--hostname", "box", "--die-with-parent", "--new-session"]
    command += ["--size", str(32 << 20), "--tmpfs", "/tmp"]  # first: Python may lie below
    # The system and Python, to be read. No /proc, no /dev, no /etc, no home.
    command += ["--ro-bind", "/usr", "/usr"]
    for folder in map(Path, ("/lib", "/lib64", "/bin")):
        if folder.is_symlink():
            command += ["--symlink", str(folder.readlink()), str(folder)]
        elif folder.exists():
            command += ["--ro-bind", str(folder), str(folder)]
    for prefix in dict.fromkeys((sys.base_prefix, sys.prefix)):
        if not Path(prefix).is_relative_to("/usr"):
            command += ["--ro-bind", prefix, prefix]
    for inside, outside in FILES.items():
        command += ["--ro-bind", str(outside), inside]
    command += ["--remount-ro", "/", "--chdir", "/tmp"]
    return [*command, sys.executable, "-I", "/box/worker.py", "--filter"]


def container():
    """Return the command that runs the worker in a container."""
    program = shutil.which("podman") or shutil.which("docker") or "docker"
    command = [program, "run", "--rm", "--interactive", "--init", "--network=none", "--read-only"]
    command += ["--memory=1g", "--memory-swap=1g", "--pids-limit=64", "--cap-drop=ALL", "--user=65534:65534"]
    command += ["--security-opt=no-new-privileges", "--tmpfs=/tmp:size=32m", "--workdir=/tmp"]
    command += [f"--env={name}={value}" for name, value in ENVIRONMENT.items()]
    command += [f"--volume={outside}:{inside}:ro" for inside, outside in FILES.items()]
    command += [f"--name=lossgd-{secrets.token_hex(8)}", IMAGE, "timeout", "--signal=KILL", str(LONGEST_LIFE)]
    return [*command, "python", "-I", "/box/worker.py", "--filter"]


def unprotected():
    """Return the command that runs the worker with its limits, and nothing else."""
    return [sys.executable, "-I", str(HERE / "worker.py")]


COMMANDS = {"bubblewrap": bubblewrap, "container": container, "none": unprotected}


def require(kind, course):
    """Raise SandboxError, with advice, unless a process of this kind can be had that sees no course."""
    if kind not in KINDS:
        raise SandboxError(f"sandbox must be one of {', '.join(KINDS)}; got {kind!r}")
    if kind == "bubblewrap" and platform.machine() not in seccomp.MACHINES:
        raise SandboxError(f"the filter of system calls does not know the machine {platform.machine()!r}")
    for seen in ("/usr", sys.prefix, sys.base_prefix):
        if kind == "bubblewrap" and course.resolve().is_relative_to(Path(seen).resolve()):
            raise SandboxError(f"{course} lies in {seen}, which students' code may read: move the course")
    try:
        Process(kind).close()
    except SandboxError as error:
        raise SandboxError(
            f"Students' code is not run: the sandbox {kind!r} does not work here.\n  {error}\n{ADVICE}"
        ) from error


class Process:
    """A worker in a sandbox, ready for the first message."""

    def __init__(self, kind):
        command = COMMANDS[kind]()
        self.name = next((part[7:] for part in command if part.startswith("--name=")), None)
        self.program = command[0]
        try:
            self.process = subprocess.Popen(
                command, env=ENVIRONMENT, stdin=-1, stdout=-1, stderr=-1, bufsize=0, start_new_session=True
            )
        except OSError as error:
            raise SandboxError(str(error)) from error
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.stdin, self.stdout, self.stderr = self.process.stdin, self.process.stdout, self.process.stderr
        self.files: int | None = None
        self.printed = bytearray()
        self.received = bytearray()
        self.selector = selectors.DefaultSelector()
        for pipe in (self.stdout, self.stderr):
            os.set_blocking(pipe.fileno(), False)
            self.selector.register(pipe, selectors.EVENT_READ)
        os.set_blocking(self.stdin.fileno(), False)
        try:
            ready = self._message(time.monotonic() + START)
        except DiedError as error:
            self.close()
            said = self.printed.decode(errors="replace").strip().splitlines()
            raise SandboxError(said[-1] if said else str(error)) from error
        if ready != {"ready": True}:
            self.close()
            raise SandboxError("the worker did not start")
        if kind == "bubblewrap":  # a container counts the kernel's memory
            try:
                self.files = files_of(self.process.pid)
            except (OSError, IndexError) as error:
                self.close()
                raise SandboxError(f"its files cannot be counted: {error}") from error

    def ask(self, message, seconds, functions=()):
        """Send a message and return the reply; meanwhile, answer the calls of our `functions`."""
        deadline = time.monotonic() + seconds
        name = secrets.token_hex(8)  # a reply that was written beforehand cannot have it
        self._send({"id": name, **message}, deadline)
        while True:
            reply = self._message(deadline)
            if reply.pop("id", None) != name:
                raise DiedError("the process sent what it was not asked for")
            if "remote" not in reply:
                return reply
            self._send(evaluate(functions, reply), deadline)

    def close(self):
        """End the process and all that it started, whatever it does with signals."""
        self.process.kill()
        if self.name:  # killing the client does not end a container
            subprocess.run([self.program, "kill", self.name], capture_output=True, check=False)
        self.process.wait()
        self.selector.close()
        for pipe in (self.stdin, self.stdout, self.stderr):
            with contextlib.suppress(OSError):
                pipe.close()
        if self.files is not None:
            os.close(self.files)
            self.files = None

    def _send(self, message, deadline):
        rest = memoryview(wire.encode(message))
        pipe = self.stdin
        self.selector.register(pipe, selectors.EVENT_WRITE)
        try:
            while rest:
                if pipe in self._wait(deadline):
                    rest = rest[os.write(pipe.fileno(), rest) :]
        except BrokenPipeError as error:
            raise DiedError("the process ended") from error
        finally:
            self.selector.unregister(pipe)

    def _message(self, deadline):
        while True:
            length = int.from_bytes(self.received[:4], "big")
            if length > wire.LONGEST:
                raise DiedError("the answer is too large")
            if len(self.received) >= 4 + length:
                body = bytes(self.received[4 : 4 + length])
                del self.received[: 4 + length]
                try:
                    return wire.decode(body)
                except wire.NotPlainError as error:
                    raise DiedError(str(error)) from error
            self._wait(deadline)

    def _wait(self, deadline):
        """Wait a little for a pipe to be ready, read what has come, and return the pipes that are ready."""
        left = deadline - time.monotonic()
        if left <= 0:
            raise DiedError("it took too long")
        pipes = [key.fileobj for key, _ in self.selector.select(min(left, LOOK))]
        if self.files is not None:
            room = os.fstatvfs(self.files)
            if room.f_files - room.f_ffree > MOST_FILES:
                raise DiedError("it made too many files")
        if self.stdout in pipes:
            data = os.read(self.stdout.fileno(), 1 << 16)
            if not data:
                self._drain()
                raise DiedError("the process ended")
            self.received += data
        if self.stderr in pipes:
            self._drain()
        return pipes

    def _drain(self):
        with contextlib.suppress(BlockingIOError, ValueError):
            while data := os.read(self.stderr.fileno(), 1 << 16):
                self.printed += data
                if len(self.printed) > LONGEST_OUTPUT:
                    raise DiedError("it printed too much")
            with contextlib.suppress(KeyError):
                self.selector.unregister(self.stderr)


def files_of(pid):
    """Return a descriptor of the /tmp within, of which the system tells how many files it holds."""
    first = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0]
    return os.open(f"/proc/{first}/root/tmp", os.O_PATH)


def evaluate(functions, reply):
    """Return the value of one of our functions at the arguments that a student's code sent."""
    try:
        arguments = wire.unpack(reply["arguments"])
        if not wire.is_numeric(arguments):
            raise ValueError("it takes numbers, and arrays or lists of numbers")
        if wire.size(arguments) > MOST_NUMBERS:
            raise ValueError("these are too many numbers")
        with np.errstate(all="ignore"):
            return {"value": wire.pack(functions[reply["remote"]](*arguments))}
    except Exception as error:
        return {"refused": f"{type(error).__name__}: {error}"}
