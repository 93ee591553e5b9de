"""No equation of a loss, of a gradient or of an update rule is typed in the book: pages print them.

Looked for is a left side that belongs to `lossgd.symbolic`, such as ℓ(y, ŷ), J(θ) or ∂ℓ/∂ŷ, with a formula on
its right, and any update ←. Ordinary mathematics stays allowed, and so are code, a number on the right
(J(θ) = 0.25, ∇J(θ) = 0), and the chain rule, on whose right there are only derivatives.
"""

import re

import nbformat
import pytest

from tests.notebooks import ROOT, all_notebooks

CODE = re.compile(r"^(```+|~~~+)(?!\{math\}).*?^\1\s*$|`[^`\n]+`", re.S | re.M)

# LaTeX becomes plain text, so that both ways to type an equation look the same.
PLAIN = {
    r"\\hat\s*(\{\s*y\s*\}|y)": "ŷ",
    r"\\ell(?![A-Za-z])": "ℓ",
    r"\\partial(?![A-Za-z])": "∂",
    r"\\nabla(?![A-Za-z])": "∇",
    r"\\theta(?![A-Za-z])": "θ",
    r"\\(leftarrow|gets)(?![A-Za-z])": "←",
    r"\\(left|right|displaystyle|[,;:! ])|&": " ",
    r"([_^])\{([^{}]*)\}": r"\1\2",
    r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}": r"\1/\2 ",
}

NAME = r"(?:(?<![A-Za-z])J|ℓ)"
DERIVATIVE = rf"∂\S*\s*(?:{NAME}|ŷ)[^/=\n]*/\s*∂\s*[^\s=·\\]+"
LEFT = [
    rf"{NAME}[_^]?[\w,ᵢⱼₙ]*\s*(?:\([^()=]*\))?",  # ℓ, J(θ), J(w, b), ℓ_i
    DERIVATIVE,
    rf"∇\S*\s*{NAME}[_^]?\w*\s*(?:\([^()=]*\))?",
]
RIGHT = r"\s*=(?P<right>.*?)(?:\\\\|\$|\n\n|[.;]\s|\Z)"
UPDATES = [r"(?:(?<![^\W\d])[^\W\d](?:_\w+)?|\}) ?← ?\S", r"θ(?:[_^]\(?\w ?\+ ?1|ₜ₊₁)\)?\s*="]


def typed_equations(text):
    """Return the equations in Markdown that should be printed from their definition."""
    text = CODE.sub(" ", text)
    for latex, plain in PLAIN.items():
        text = re.sub(latex, plain, text)
    found = [match.group() for update in UPDATES for match in re.finditer(update, text)]
    equations = [match for left in LEFT for match in re.finditer(left + RIGHT, text, re.S)]
    return found + [match.group() for match in equations if is_formula(match["right"])]


def is_formula(right):
    """Return whether there is more on the right than a number, or than derivatives and their sum."""
    right = re.sub(
        rf"{DERIVATIVE}|\\sum(_\S+)?(\^\S+)?|\\c?dots?\b|\\times\b|\\text\{{[^{{}}]*\}}", "", right
    )
    return bool(re.search(r"[^\W\d]|\\", right))


def pages():
    """Return the Markdown of the book: its pages, and the cells of its notebooks."""
    for path in sorted((ROOT / "book").rglob("*.md")):
        yield pytest.param(path.read_text(encoding="utf-8"), id=path.name)
    for path in all_notebooks():
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown":
                yield pytest.param(cell.source, id=f"{path.stem}:{cell.id}")


@pytest.mark.parametrize("text", list(pages()))
def test_no_equation_of_the_course_is_typed(text):
    assert typed_equations(text) == []


TYPED = [
    r"$\ell(y, \hat y) = (y - \hat y)^2$",
    r"$$\ell(y, \hat{y}) = \begin{cases} a & b \\ c & d \end{cases}$$",
    r"$$\ell_i = |y_i - \hat y_i|$$",
    r"so that $J(\theta) = \frac{1}{n} \sum_i (y_i - \hat{y}_i)^2$, the mean",
    r"$J(w, b) = \frac1n \sum_i (y_i - w x_i - b)^2$",
    r"$J = \sum_i \ell_i$",
    "The squared error is ℓ(y, ŷ) = (y − ŷ)².",
    r"\begin{aligned} J(\theta) &= \tfrac12 \theta^2 \end{aligned}",
    "```{math}\n\\ell(y, z) = \\log(1 + e^{z}) - yz\n```",
    r"$\frac{\partial \ell}{\partial \hat y} = 2(\hat y - y)$",
    r"$\frac{\partial J}{\partial w} = -\frac{2}{n} \sum_i x_i (y_i - \hat y_i)$",
    r"$\frac{\partial^2 \ell}{\partial \hat{y}^2} = 2$ and $\frac{\partial \ell}{\partial z_m} = p_m - y_m$",
    r"$\frac{\partial \hat y}{\partial w} = x$",
    "∂J/∂w = −(2/n) Σ xᵢ(yᵢ − ŷᵢ)",
    r"$\nabla J(\theta) = L\theta$",
    r"$\nabla \ell = A^T r$",
    r"$\theta \leftarrow \theta - \alpha \nabla J(\theta)$",
    r"$v \gets \beta v + g$",
    "The rule is θ ← θ − αg.",
    r"$\theta_{t+1} = \theta_t - \alpha g_t$",
    r"$\theta^{(k+1)} = \theta^{(k)} - \alpha g$",
]
ORDINARY = [
    r"$\hat y = w x + b$",
    r"$\theta = (w, b)$ and $J(\theta)$, the cost; $\ell(y, \hat y)$, the loss",
    r"$J(\theta) = 0.25$ and $J = 1.48$; $\ell = 0$.",
    r"where $\nabla J(\theta) = 0$, and $\frac{\partial J}{\partial w} = -3.5$",
    r"$$\frac{\partial J}{\partial w} = "
    r"\frac{\partial J}{\partial \hat y} \cdot \frac{\partial \hat{y}}{\partial w}$$",
    r"$$\frac{\partial J}{\partial w} = "
    r"\sum_{i=1}^{n} \frac{\partial J}{\partial \hat{y}_i} \frac{\partial \hat y_i}{\partial w}$$",
    r"$\frac{\partial f}{\partial x} = \lim_{h \to 0} \frac{f(x + h) - f(x)}{h}$",
    r"$\sigma(z) = 1/(1 + e^{-z})$, $f(x) = x^2$ and $f'(x) = 2x$",
    r"$J(\theta) \geq J(\theta^*)$ and $\ell(y, y) < \ell(y, \hat y)$",
    r"$\alpha < 2/L$",
    "| `theta = theta - lr * g` | the step |\n\n```python\nJ = sum(losses)\n```",
    "an arrow ← that points back",
    r"$$-\log p_c = \log \sum_j e^{z_j} - z_c$$",
]


@pytest.mark.parametrize("text", TYPED)
def test_a_typed_equation_is_found(text):
    assert typed_equations(text)


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_mathematics_is_allowed(text):
    assert typed_equations(text) == []
