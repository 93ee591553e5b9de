"""Every public signature is annotated, and the package says so to type checkers."""

import inspect
from importlib.resources import files

import pytest

from tests.test_docstrings import MODULES, public


def signatures(module):
    """Yield the function behind each public name, and those that make, call and unpack objects."""
    for name, thing in public(module):
        if not inspect.isclass(thing):
            yield name, getattr(thing, "fget", None) or getattr(thing, "func", thing)
            continue
        for special in ("__init__", "__call__", "__iter__"):
            method = vars(thing).get(special)
            if getattr(method, "__module__", None) == module.__name__:  # a protocol has Python's own
                yield f"{name}.{special}", method


def without_type(function):
    """Return the names of what a signature leaves open."""
    signature = inspect.signature(function)
    named = {name: parameter.annotation for name, parameter in signature.parameters.items()}
    named["return"] = signature.return_annotation
    return [name for name, type_ in named.items() if type_ is signature.empty and name not in ("self", "cls")]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_public_signature_is_annotated(module):
    open_ones = {name: without_type(function) for name, function in signatures(module)}
    assert {name: names for name, names in open_ones.items() if names} == {}


def test_type_checkers_are_told_that_the_package_is_annotated():
    assert files("lossgd").joinpath("py.typed").is_file()
