"""Every public name is documented, what a subclass states, in its base class; defaults are those it says."""

import ast
import dataclasses
import importlib
import inspect
import pkgutil
import re

import pytest

import lossgd
from lossgd import descend, distributed, fit, gradcheck, metrics, models, tables

ROOMS = {"datasets", "descent", "diagnose", "distributed", "gradcheck", "training"}

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


def options(module):
    """Yield the parameters of a module's public names that have a number, a word or a truth as default."""
    for name, thing in public(module):
        if inspect.isroutine(thing) or dataclasses.is_dataclass(thing):
            for parameter in inspect.signature(thing).parameters.values():
                if isinstance(parameter.default, bool | int | float | str | tuple) and parameter.default:
                    yield name, parameter, inspect.getdoc(thing)


PACKAGE = [module for module in MODULES if module.__name__.split(".")[1] in set(lossgd.__all__) | ROOMS]


@pytest.mark.parametrize("module", PACKAGE, ids=lambda module: module.__name__)
def test_a_default_is_what_the_docstring_says(module):
    for name, parameter, text in options(module):
        line = re.search(rf"^(?:\w+, )*{parameter.name}(?:, \w+)* : (.*)$", text, re.MULTILINE)
        if line:
            said = line.group(1).partition(", default ")[2]
            assert said, f"{name}: write the default of {parameter.name} into its line, “, default …”"
            assert ast.literal_eval(said) == parameter.default, (name, parameter)


@pytest.mark.parametrize("module", PACKAGE, ids=lambda module: module.__name__)
def test_every_parameter_can_be_given_by_name(module):
    for name, thing in public(module):
        of = getattr(module, name.partition(".")[0])
        if inspect.isroutine(thing) and not getattr(
            of, "_is_protocol", False
        ):  # there, names are the caller's
            kinds = {parameter.kind for parameter in inspect.signature(thing).parameters.values()}
            assert inspect.Parameter.POSITIONAL_ONLY not in kinds, name


CALLED = [thing for thing in vars(metrics).values() if inspect.isroutine(thing)]
CALLED += [descend, fit, gradcheck.check, models.Cost, distributed.Cost, tables.table]


@pytest.mark.parametrize("function", CALLED, ids=lambda function: function.__name__)
def test_options_are_given_by_name_alone(function):
    for parameter in inspect.signature(function).parameters.values():
        assert parameter.default is parameter.empty or parameter.kind is parameter.KEYWORD_ONLY
