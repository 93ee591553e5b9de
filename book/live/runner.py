"""Run a page's cells in the browser as a notebook would: statements, and the last expression, which is shown.

The worker calls this module (`browser/worker.js`); the page shows what comes back.
"""

import ast
import base64
import builtins
import html
import linecache
import re
import sys
import time
import traceback
import types

REPRS = {
    "text/html": "_repr_html_",
    "image/svg+xml": "_repr_svg_",
    "image/png": "_repr_png_",
    "text/latex": "_repr_latex_",
}
PLACE = re.compile(r'  File "<(.*)>", line (\d+), in (.*)')
PATIENCE = 0.1  # seconds for which what is printed is gathered: a page cannot take a message for each print

module = types.ModuleType("__main__")
sys.modules["__main__"] = module  # a class of the reader's is looked up there
names = module.__dict__
cells = set()  # the names of all cells that have run, as files
labs = []  # those that cells have shown, which the page moves by their numbers


class Output:
    """What a cell prints and displays, handed on in its order."""

    def __init__(self, send):
        self.send = send
        self.texts, self.stream = [], "stdout"
        self.flushed = time.perf_counter()

    def print(self, stream, text):
        """Take a text; it is sent a little later, with others of its stream."""
        if stream != self.stream:
            self.flush()
        self.stream = stream
        self.texts.append(text)
        if time.perf_counter() - self.flushed > PATIENCE:
            self.flush()

    def flush(self):
        """Send what was printed."""
        if self.texts:
            self.send({"stream": self.stream, "text": "".join(self.texts)})
        self.texts, self.flushed = [], time.perf_counter()

    def display(self, *values):
        """Show values as a notebook's `display` does."""
        self.flush()
        for value in values:
            self.send({"data": bundle(value)})


class Stream:
    """One of a program's two ways to print, as far as libraries ask for it."""

    encoding = "utf-8"

    def __init__(self, name, output):
        self.name, self.output = name, output

    def write(self, text):
        """Print a text."""
        self.output.print(self.name, text)
        return len(text)

    def flush(self):
        """Send what was printed."""
        self.output.flush()

    def isatty(self):
        """Return that nobody sits at a terminal."""
        return False


def bundle(value):
    """Return what a notebook keeps of a value, by media type, and as "page" the HTML that the page shows."""
    data = {"text/plain": repr(value)}
    if hasattr(value, "_repr_mimebundle_"):
        made = value._repr_mimebundle_()
        data |= made[0] if isinstance(made, tuple) else made
    for media, method in REPRS.items():
        if media not in data and (made := getattr(value, method, lambda: None)()) is not None:
            data[media] = base64.b64encode(made).decode() if isinstance(made, bytes) else made
    return data | {"page": lab_html(value) or as_html(data)}


def lab_html(value):
    """Return the HTML of a lab, which is kept, to be moved; None if a value is none."""
    if "lossgd.labs" not in sys.modules:
        return None
    from lossgd.labs import Lab
    from lossgd.labs.page import Page

    if not isinstance(value, Lab):
        return None
    labs.append(Page(value))
    return labs[-1].html().replace("<figure ", f'<figure data-number="{len(labs) - 1}" ', 1)


def lab_parts(number):
    """Return what moves a lab: its sliders, and its points if a reader can move them."""
    return labs[number].sliders() | labs[number].points()


def move_lab(number, positions, dragged=None):
    """Return what a lab shows at positions of its sliders; `dragged` is a point and where it is drawn to."""
    from lossgd import plots

    page = labs[number]
    with plots.style():  # once for all
        panels = page.drag(*dragged) if dragged else {}
        return page.at(positions) | panels | page.points()


def as_html(data):
    """Return the HTML of a value, or None where its text is all there is."""
    alt = html.escape(data["text/plain"])
    if "text/html" in data:
        return data["text/html"]
    if "image/svg+xml" in data:
        from lossgd import plots

        picture = plots.inline_document(data["image/svg+xml"], data["text/plain"])
        return f'<figure class="picture">{picture}</figure>'
    if "image/png" in data:
        return f'<img src="data:image/png;base64,{data["image/png"]}" alt="{alt}">'
    if "text/latex" in data:
        return mathml(data["text/latex"])
    return None


def mathml(latex):
    """Return a formula, which stands between dollar signs, for the browser to set."""
    from xml.etree import ElementTree

    import tex
    from latex2mathml import converter

    latex = latex.strip().strip("$").replace(r"\displaystyle", "")
    formula = converter.convert_to_element(tex.prepare(latex), display="block")
    tex.tidy(formula)
    return ElementTree.tostring(formula, encoding="unicode")


def show_figures(output):
    """Show the figures that the reader has drawn with pyplot, which a notebook shows by itself."""
    if "matplotlib.pyplot" not in sys.modules:
        return
    import io

    from matplotlib import pyplot

    for number in pyplot.get_fignums():
        picture = io.BytesIO()
        pyplot.figure(number).savefig(picture, format="png", dpi=120)
        data = {
            "text/plain": "A figure drawn by this cell",
            "image/png": base64.b64encode(picture.getvalue()).decode(),
        }
        output.send({"data": data | {"page": as_html(data)}})
    pyplot.close("all")


def explain(error, filename):
    """Return an error as its message, the lines of cells that led to it, and the line of this cell."""
    message = "".join(traceback.format_exception_only(error)).strip()
    if isinstance(error, SyntaxError) and error.filename in cells:
        code = (error.text or "").rstrip("\n")
        arrow = " " * ((error.offset or 1) - 1) + "^"
        where = f"Line {error.lineno} of {named(error.filename, filename)}:\n    {code}\n    {arrow}\n"
        return {"message": f"{type(error).__name__}: {error.msg}", "where": where, "line": error.lineno}
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename in cells]

    def place(found):
        inside = "" if found[3] == "<module>" else f", in {found[3]}"
        return f"Line {found[2]} of {named(f'<{found[1]}>', filename)}{inside}:"

    where = PLACE.sub(place, "".join(traceback.StackSummary.from_list(frames).format()))
    lines = [frame.lineno for frame in frames if frame.filename == filename]
    if isinstance(error, NameError):
        where += "Have the cells above run? A name exists once the cell that makes it has run.\n"
    return {"message": message, "where": where, "line": lines[-1] if lines else None}


def named(filename, here):
    """Return how a cell is called in an error of this cell."""
    return "this cell" if filename == here else filename.strip("<>")


def execute(source, filename, scope):
    """Run a cell in a scope; return the value of its last expression, None if that ends in a semicolon."""
    cells.add(filename)
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    tree = ast.parse(source, filename)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, filename, "exec"), scope)
    if last is None:
        return None
    value = eval(compile(ast.Expression(last.value), filename, "eval"), scope)
    return None if source.rstrip().endswith(";") else value


def no_input(prompt=""):
    """Say why a page cannot ask."""
    raise RuntimeError("a page has no keyboard for input(): write the value into the cell")


def run(source, name, send):
    """Run a cell of this name; `send` takes what it shows. Return the error that ended it, or None."""
    output = Output(send)
    kept = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = Stream("stdout", output), Stream("stderr", output)
    builtins.display, builtins.input = output.display, no_input
    try:
        value = execute(source, f"<{name}>", names)
        if value is not None:
            names["_"] = value
            output.display(value)
        output.flush()
        show_figures(output)
    except BaseException as error:  # exit() is no reason to end Python either
        output.flush()
        return explain(error, f"<{name}>")
    finally:
        sys.stdout, sys.stderr = kept
    return None
