"""Every public name is documented: what a subclass states, in its base class."""

import importlib
import inspect
import pkgutil

import pytest

import lossgd

MODULES = [
    importlib.import_module(module.name)
    for module in pkgutil.walk_packages(lossgd.__path__, "lossgd.")
    if not module.name.startswith("lossgd.labs")  # a lab's drawing is no one's to call
]


def public(module):
    """Yield what a module itself defines and offers: functions, classes, and their methods and properties."""
    for name, thing in vars(module).items():
        if name.startswith("_") or getattr(thing, "__module__", None) != module.__name__:
            continue
        if inspect.isroutine(thing) or inspect.isclass(thing):
            yield name, thing
        if inspect.isclass(thing):
            for attribute, method in vars(thing).items():
                # A property that is not written out as a method stands for one of NumPy's.
                written = getattr(getattr(method, "fget", None), "__name__", None) == attribute
                if (inspect.isroutine(method) or written) and not attribute.startswith("_"):
                    yield f"{name}.{attribute}", getattr(thing, attribute)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_public_name_says_what_it_is(module):
    assert [name for name, thing in public(module) if not inspect.getdoc(thing)] == []
