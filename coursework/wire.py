"""Plain data on its way to a student's process and back: JSON, arrays as raw bytes, nothing that is run.

Both sides use this module. What comes back was written by a stranger: `unpack` believes no size or shape.
"""

import base64
import json
import math

import numpy as np

LONGEST = 8_000_000  # bytes of a message
MOST_PARTS = 500_000  # of a message: each takes up to two hundred bytes of memory
DEEPEST = 20  # lists within lists
DTYPES = {
    "bool",
    "float32",
    "float64",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
}


class NotPlainError(Exception):
    """A value, or a message, is not plain data, or is too large."""


class Remote:
    """A function that stays with the grader: the student's code calls it through the wire."""

    def __init__(self, function):
        self.function = function


def pack(value, remotes=None, depth=0):
    """Return a value as what JSON can hold; functions that stay here are numbered in the list `remotes`."""
    if depth > DEEPEST:
        raise NotPlainError("it is nested too deeply")
    if isinstance(value, Remote) and remotes is not None:
        remotes.append(value.function)
        return {"remote": len(remotes) - 1}
    if isinstance(value, np.generic):
        value = value.item()
    kind = type(value)
    if value is None or kind in (bool, float):
        return value
    if kind is int and abs(value) < 2**63:
        return value
    if kind is str and len(value) <= 100_000:
        return value
    if kind is np.ndarray and value.dtype.name in DTYPES:
        if value.nbytes > LONGEST // 2:
            raise NotPlainError(f"an array of {value.size} entries is too large")
        data = base64.b64encode(np.ascontiguousarray(value).tobytes()).decode()
        return {"array": [value.dtype.name, list(value.shape), data]}
    if kind in (list, tuple) and len(value) <= LONGEST // 8:
        return {kind.__name__: [pack(each, remotes, depth + 1) for each in value]}
    if kind is dict and all(type(key) is str for key in value):
        return {"dict": {key: pack(each, remotes, depth + 1) for key, each in value.items()}}
    raise NotPlainError(f"a {kind.__name__} is not a number, an array of numbers, text, or a list of these")


def unpack(data, remote=None, *, writeable=True, depth=0):
    """Return the value that `pack` made `data` of; raise NotPlainError if `pack` cannot have made it.

    `remote` makes a function of a number; without it, a function is refused.
    """
    if depth > DEEPEST:
        raise NotPlainError("it is nested too deeply")
    if data is None or type(data) in (bool, int, float, str):
        return data
    if type(data) is not dict or len(data) != 1:
        raise NotPlainError("it is not in the form agreed")
    [(kind, content)] = data.items()
    if kind == "array":
        return array(content, writeable)
    if kind in ("list", "tuple") and type(content) is list:
        items = (unpack(each, remote, writeable=writeable, depth=depth + 1) for each in content)
        return list(items) if kind == "list" else tuple(items)
    if kind == "dict" and type(content) is dict:
        return {
            key: unpack(each, remote, writeable=writeable, depth=depth + 1) for key, each in content.items()
        }
    if kind == "remote" and type(content) is int and remote is not None:
        return remote(content)
    raise NotPlainError("it is not in the form agreed")


def is_numeric(data):
    """Return whether plain data is numbers, arrays and lists of them alone.

    NumPy would make of one long text among many short ones an array that is long in each entry.
    """
    if isinstance(data, list | tuple):
        return all(map(is_numeric, data))
    return isinstance(data, bool | int | float | np.ndarray)


def size(data):
    """Return how many numbers plain data holds; what is empty counts as long as it says it is."""
    if isinstance(data, list | tuple):
        return 1 + sum(map(size, data))
    return math.prod(max(n, 1) for n in np.shape(data))


def array(content, writeable):
    """Return an array of its dtype, shape and bytes; raise NotPlainError if they do not agree."""
    try:
        dtype, shape, data = content
        if dtype not in DTYPES or len(shape) > 32 or not all(type(n) is int and n >= 0 for n in shape):
            raise NotPlainError("an array of another kind came")
        raw = base64.b64decode(data, validate=True)
        # An array over bytes can never be made writeable; a shape that they do not fill is an error.
        flat = np.frombuffer(raw, dtype)
        return (flat.copy() if writeable else flat).reshape(shape)
    except (ValueError, TypeError) as error:
        raise NotPlainError("it is not in the form agreed") from error


def encode(message):
    """Return a message as bytes: their number, then JSON."""
    body = json.dumps(message).encode()
    if len(body) > LONGEST:
        raise NotPlainError("it is too large")
    return len(body).to_bytes(4, "big") + body


def decode(body):
    """Return the message, a dictionary; raise NotPlainError if the bytes hold none."""
    try:
        message = loads(body)
    except (ValueError, RecursionError) as error:
        raise NotPlainError("it is not in the form agreed") from error
    if type(message) is not dict:
        raise NotPlainError("it is not in the form agreed")
    return message


def loads(data):
    """Return what the bytes of a stranger's JSON hold; raise ValueError if they would fill the memory."""
    if sum(map(data.count, (b"[", b"{", b","))) > MOST_PARTS:
        raise ValueError("it has too many parts")
    return json.loads(data)
