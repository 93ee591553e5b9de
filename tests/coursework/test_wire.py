"""What comes from a student's process is believed in nothing: not in its length, its form, its sizes or its name."""

import subprocess
import sys

import numpy as np
import pytest

from coursework import sandbox, wire

VALUES = [
    None, True, 3, -0.5, "text", [1, 2.0], (1, [2, "x"]), {"a": 1, "b": (2,)}, np.arange(6.0).reshape(2, 3),
    np.array(3, dtype=np.uint8), np.array([[True]]), np.empty((0, 4)), float("inf"),
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_plain_data_come_as_they_went(value):
    back = wire.unpack(wire.decode(wire.encode({"x": wire.pack(value)})[4:])["x"])
    assert type(back) is type(value)
    np.testing.assert_equal(back, value)
    if isinstance(value, np.ndarray):
        assert (back.dtype, back.shape) == (value.dtype, value.shape)


def test_a_frozen_array_can_never_be_written_to():
    back = wire.unpack(wire.pack(np.arange(3.0)), writeable=False)
    with pytest.raises(ValueError, match="read-only"):
        back[0] = 1
    with pytest.raises(ValueError, match="WRITEABLE"):
        back.flags.writeable = True


class Kind(np.ndarray):
    pass


STRANGE = [
    object(),
    {1},
    b"x",
    1j,
    2**63,
    {1: 2},
    np.array([None]),
    np.zeros(2).view(Kind),
    "x" * 100_001,
    np.ones(10**6),
]


@pytest.mark.parametrize("value", STRANGE, ids=lambda value: type(value).__name__)
def test_what_is_not_plain_does_not_go(value):
    with pytest.raises(wire.NotPlainError):
        wire.pack(value)


FORGED = [
    [1], {"a": 1, "b": 2}, {}, {"set": [1]}, {"list": 3}, {"dict": []}, {"remote": 0}, {"array": 1}, {"array": []},
    {"array": ["float64", [10**9], ""]}, {"array": ["float64", [2], "AAAA"]}, {"array": ["object", [0], ""]},
    {"array": ["float64", [-1], ""]}, {"array": ["float64", ["1"], "AAAAAAAAAAA="]}, {"array": ["float64", [1], "?"]},
    {"array": [["float64"], [0], ""]}, {"array": ["float64", [0, 2**62, 4], ""]}, {"array": ["float64", [1] * 99, "AAAAAAAAAAA="]},
    {"array": ["float64", [1], 5]}, {"array": ["float64", None, ""]},
]  # fmt: skip


@pytest.mark.parametrize("data", FORGED, ids=str)
def test_what_was_never_packed_is_refused(data):
    with pytest.raises(wire.NotPlainError):
        wire.unpack(data)


def test_nesting_without_end_is_refused():
    data = 1
    for _ in range(wire.DEEPEST + 1):
        data = {"list": [data]}
    with pytest.raises(wire.NotPlainError):
        wire.unpack(data)
    itself: list = []
    itself.append(itself)
    with pytest.raises(wire.NotPlainError):
        wire.pack(itself)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"3", b"{", b"[" * 100_000, b"\xff", b'{"a": ' + b"9" * 5000 + b"}"]
)
def test_a_message_that_is_none_is_refused(body):
    with pytest.raises(wire.NotPlainError):
        wire.decode(body)


READY = "import sys\nfrom coursework.wire import encode\nout = sys.stdout.buffer\nout.write(encode({'ready': True}))\nout.flush()\n"
LIARS = {
    "an answer under another name": "out.write(encode({'id': 'x', 'answer': 1}))",
    "an answer without a name": "out.write(encode({'answer': 1}))",
    "too long": "out.write(b'\\xff\\xff\\xff\\xff')",
    "an end": "pass",
    "a call of a function that nobody gave": "import json; sent = json.loads(sys.stdin.buffer.read(80)[4:]); out.write(encode({'id': sent['id'], 'remote': 9, 'arguments': 1}))",
}


@pytest.mark.parametrize("what", LIARS)
def test_a_process_that_does_not_keep_to_the_form_is_given_up(monkeypatch, what):
    code = f"{READY}{LIARS[what]}\nout.flush()\nimport time\ntime.sleep({0 if what == 'an end' else 3})"
    monkeypatch.setitem(sandbox.COMMANDS, "none", lambda: [sys.executable, "-c", code])
    monkeypatch.setitem(sandbox.ENVIRONMENT, "PYTHONPATH", str(sandbox.HERE.parent))
    process = sandbox.Process("none")
    try:
        with pytest.raises(sandbox.DiedError) as error:
            process.ask({"name": "x" * 30}, 2)
    finally:
        process.close()
    if what == "too long":
        assert "too large" in str(error.value)
    if "name" in what:
        assert "not asked for" in str(error.value)


def test_the_worker_needs_nothing_of_the_package():
    """In the sandbox there are its own file, `wire` and `seccomp` alone."""
    code = "import sys; sys.path.insert(0, sys.argv[1]); import wire, seccomp; print('coursework' in sys.modules)"
    command = [sys.executable, "-I", "-c", code, str(sandbox.HERE)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "False"
