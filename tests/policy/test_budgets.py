"""The budgets: a file and a function small enough to be read at once, with one thing to tell."""

from __future__ import annotations

import ast

from tests.policy.source import Function, modules

MODULE_LINES = 300
FUNCTION_LINES = 40
POSITIONAL = 5
COMPLEXITY = 8

_BRANCHES = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.match_case)


def over(sizes: dict[str, int], budget: int) -> dict[str, int]:
    """Those above the budget."""
    return {name: size for name, size in sizes.items() if size > budget}


def lines(function: Function) -> int:
    """The lines from `def` to the end; a docstring is not counted, so that it may promise at length."""
    counted = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function, clean=False) is not None:
        docstring = function.body[0]
        counted -= (docstring.end_lineno or docstring.lineno) - docstring.lineno + 1
    return counted


def positional(function: Function) -> int:
    """How many arguments can be given by position, `self` and `cls` left out."""
    arguments = [*function.args.posonlyargs, *function.args.args]
    return len(arguments) - (bool(arguments) and arguments[0].arg in {"self", "cls"})


def complexity(function: Function) -> int:
    """One, and one more for each branch, loop, `except` and `case`, nested functions included."""
    return 1 + sum(isinstance(node, _BRANCHES) for node in ast.walk(function))


def test_modules_are_short() -> None:
    """No file is longer than 300 lines."""
    assert over({str(module): len(module.text.splitlines()) for module in modules()}, MODULE_LINES) == {}


def test_functions_are_short() -> None:
    """No function is longer than 40 lines, its docstring apart."""
    sizes = {name: lines(node) for module in modules() for name, node in module.functions()}
    assert over(sizes, FUNCTION_LINES) == {}


def test_few_arguments_go_by_position() -> None:
    """No function takes more than five arguments by position."""
    sizes = {name: positional(node) for module in modules() for name, node in module.functions()}
    assert over(sizes, POSITIONAL) == {}


def test_functions_are_simple() -> None:
    """No function has a cyclomatic complexity above eight."""
    sizes = {name: complexity(node) for module in modules() for name, node in module.functions()}
    assert over(sizes, COMPLEXITY) == {}


def test_the_measures_measure() -> None:
    """The four measures see what they are there to see."""
    source = """
def f(self, a, b, /, c, *, d):
    '''Promises
    at length.'''
    for x in a:
        if x and b:
            return 1 if c else d
        elif c:
            pass
    try:
        match c:
            case 1: pass
            case _: pass
    except OSError:
        pass
"""
    (function,) = ast.parse(source).body
    assert isinstance(function, ast.FunctionDef)
    assert (lines(function), positional(function), complexity(function)) == (12, 3, 7)
