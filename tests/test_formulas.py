"""LaTeX becomes MathML, or stops the build; the font holds what formulas are set with."""

import io
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
import sympy
from docutils import nodes
from fontTools.ttLib import TTFont
from sphinx.errors import ExtensionError

from book._ext import formulas

LATEX = r"\hat{y} = \alpha h, \max < 1"


def tree(latex):
    return ElementTree.fromstring(formulas.mathml(latex, display=True))


def texts(element, tag):
    return ["".join(found.itertext()) for found in element.iter(tag)]


def rows(latex):
    return texts(tree(latex), "mtr")


def test_a_formula_is_mathml():
    assert formulas.mathml(r"\frac{a}{n}") == "<math><mfrac><mi>a</mi><mi>n</mi></mfrac></math>"
    assert tree(r"\lim_{x \to \infty} x").find(".//munder") is not None
    assert tree(r"\sum_{i=1}^n x_i").find(".//munderover") is not None
    assert tree("x").get("display") == "block"


@pytest.mark.parametrize(
    "latex",
    [
        r"\begin{matrix}1 & 2\\3 & 4\end{matrix}",
        r"\begin{matrix}1 & 2\\[1ex]3 & 4\end{matrix}",
        r"\begin{split}1 & 2\\3 & 4\end{split}",
        r"\begin{cases}1 & 2\\3 & 4\end{cases}",
        r"1 & 2\\3 & 4",
    ],
)
def test_rows_are_rows(latex):
    assert rows(latex) == ["12", "34"]


def test_rows_around_an_environment_are_rows():
    assert rows(r"1 \\ \begin{cases} 2 \\ 3 \end{cases}")[0] == "1"


def test_what_sympy_writes_is_understood():
    x, y = sympy.symbols("x y")
    cases = sympy.Piecewise((x, x > 0), (sympy.exp(-x), True))
    assert texts(tree(sympy.latex(cases)), "mtr") == ["xforx>0", "e−xotherwise"]
    slope = sympy.diff(sympy.Function("f")(x + 2 * y), y)
    assert texts(tree(sympy.latex(slope)), "mtable") == ["ξ1=x+2y"]  # \\substack


@pytest.mark.parametrize(
    ("latex", "stretches"),
    [
        (r"\left(y - \hat{y}\right)^{2}", False),
        (r"\left(\frac{1}{2}\right)", True),
        (r"\left|\sum_i x\right|", True),
    ],
)
def test_only_brackets_around_something_tall_stretch(latex, stretches):
    brackets = [bracket for bracket in tree(latex).iter("mo") if bracket.text in {"(", ")", "|"}]
    assert [bracket.get("stretchy") != "false" for bracket in brackets] == [stretches] * 2


def test_a_root_is_as_high_as_a_line():
    strut = '<mspace width="0" height="0.75em" depth="0.2em" />'
    assert formulas.mathml(r"\sqrt{k}") == f"<math><msqrt><mi>k</mi>{strut}</msqrt></math>"
    assert (
        formulas.mathml(r"\sqrt[3]{k}")
        == f"<math><mroot><mrow><mi>k</mi>{strut}</mrow><mn>3</mn></mroot></math>"
    )
    assert len(list(tree(r"\sqrt[3]{\sqrt{k}}").iter("mspace"))) == 2


def test_a_prime_is_not_raised_twice():
    assert tree("f'(x)").find(".//msup") is None
    assert texts(tree("f'(x)"), "mrow") == ["f′"]


@pytest.mark.parametrize("latex", [r"\foo", r"\frac{1}", r"\left( x", r"\begin{cases} x", "x^"])
def test_what_is_not_understood_stops_the_build_and_is_named(latex):
    translator = SimpleNamespace(builder=SimpleNamespace(current_docname="notebooks/some"), body=[])
    with pytest.raises(ExtensionError, match=r"^notebooks/some: .* is not understood: \d+: ") as error:
        formulas.visit_math(translator, nodes.math(latex, latex))
    assert repr(latex) in str(error.value)


def test_a_line_ends_neither_before_a_comma_nor_behind_a_bracket():
    x, y = nodes.math("", "x"), nodes.math("", "y")
    paragraph = nodes.paragraph()
    paragraph += [nodes.Text("Here ("), x, nodes.Text("), or "), y, nodes.Text(" and more.")]
    for formula in (x, y):
        formulas.keep_together(formula)
    assert [child.astext() for child in paragraph] == ["Here ", "(x),", " or ", "y", " and more."]


def test_the_font_holds_what_formulas_are_set_with():
    page = f"<p>ü{formulas.mathml(LATEX)}</p>"
    used = formulas.characters([page])
    assert used >= {*"=,max<1ˆ", "𝑦", "𝛼", "ℎ"}
    assert "ü" not in used
    assert "√" not in used
    assert "√" in formulas.characters([formulas.mathml(r"\sqrt{k}")])
    file = formulas.cut_font(used)
    assert set(TTFont(io.BytesIO(file)).getBestCmap()) >= set(map(ord, used))
    assert len(file) < 10_000
    with pytest.raises(ExtensionError, match="汉"):
        formulas.cut_font({"汉"})
