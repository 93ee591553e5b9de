"""The table of proofs, as the book's extension makes it."""

import importlib.util
import re
from pathlib import Path

import pytest
from sphinx.errors import ExtensionError

from lossgd import losses, metrics, models, optimizers, proofs

pytestmark = pytest.mark.slow

PATH = Path(__file__).parents[1] / "book" / "_ext" / "proofs.py"


@pytest.fixture
def extension():
    specification = importlib.util.spec_from_file_location("proofs_extension", PATH)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_the_table_has_a_row_for_each_formula_and_a_name_for_each_cell(extension, monkeypatch):
    shipped = {
        "Losses": (
            losses.Huber(delta=1.0),
            losses.Huber(delta=7.7),
            losses.BinaryCrossEntropy(),
            losses.BinaryCrossEntropy(from_logits=True),
        ),
        "Models": (models.Linear(),),
        "Optimizers": (
            optimizers.Momentum(lr=0.002, beta=0.8),
            optimizers.Momentum(lr=0.001, beta=0.7, averaged=False),
        ),
    }
    monkeypatch.setattr(proofs, "SHIPPED", shipped)
    table = extension.table()
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', table)
    assert [re.sub("<.*?>", "", name) for name, _ in rows] == [
        "Huber",
        "BinaryCrossEntropy",
        "BinaryCrossEntropy from logits",
        "Linear",
        "Momentum averaged",
        "Momentum heavy ball",
    ]
    cells = [re.findall("<td>(.*?)</td>", cells) for _, cells in rows]
    assert all(len(row) == 2 + len(proofs.METHODS) for row in cells)
    assert cells[0][:2] == ["yes", "462"]  # both of Huber's
    assert re.fullmatch("yes, within .·10⁻¹[⁷⁸]", extension.proved([losses.LogCosh()]))
    assert cells[-1][3:] == ["–"] * 3
    assert re.findall('<th scope="col">(.*?)</th>', table)[1:] == [
        "Proved",
        "Verified at points",
        *extension.HEADINGS.values(),
    ]
    assert re.findall('<th scope="rowgroup">(.*?)</th>', table) == list(shipped)
    assert f'<caption id="proofs-caption">{extension.CAPTION}</caption>' in table
    assert 'role="region" aria-labelledby="proofs-caption" tabindex="0"' in table


def test_what_fails_stops_the_build(extension, monkeypatch):
    failed = proofs.Verification(
        "Huber", 3, {"value": proofs.Error(largest=0.1, allowed=1e-14, where="ŷ = 2")}
    )
    monkeypatch.setattr(proofs, "verify", lambda thing: failed)
    with pytest.raises(ExtensionError, match="a verification fails:\nHuber: not verified at 3 points"):
        extension.row("Huber", [losses.Huber()])
    monkeypatch.undo()
    failed = proofs.Proof("Huber", "y", {"value": proofs.Finding(0, (), ("y > 0: code − formula = 1",))})
    monkeypatch.setattr(proofs, "prove", lambda thing: failed)
    with pytest.raises(ExtensionError, match="a proof fails:\nHuber: not proved for all y"):
        extension.row("Huber", [losses.Huber()])


def test_what_cannot_be_proved_says_why(extension):
    assert (
        extension.proved([metrics.roc_auc]) == "no: the code sorts the predictions, and sorting is no algebra"
    )


@pytest.mark.parametrize(("error", "text"), [(0.0, "0"), (2.2e-16, "2·10⁻¹⁶"), (9.7e-10, "1·10⁻⁹")])
def test_errors_are_shown_in_one_digit(extension, error, text):
    assert extension.number(error) == text
