"""The table of proofs, as the book's extension makes it."""

import importlib.util
import re
from pathlib import Path

import pytest
from sphinx.errors import ExtensionError

from lossgd import losses, models, optimizers, proofs

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
    assert all(len(row) == 1 + len(proofs.METHODS) for row in cells)
    assert cells[0][0] == "462"  # both of Huber's
    assert cells[-1][2:] == ["–"] * 3
    assert re.findall('<th scope="col">(.*?)</th>', table)[1:] == ["Points", *extension.HEADINGS.values()]
    assert re.findall('<th scope="rowgroup">(.*?)</th>', table) == list(shipped)
    assert f'<caption id="proofs-caption">{extension.CAPTION}</caption>' in table
    assert 'role="region" aria-labelledby="proofs-caption" tabindex="0"' in table


def test_a_proof_that_fails_stops_the_build(extension, monkeypatch):
    failed = proofs.Proof("Huber", 3, {"value": proofs.Error(largest=0.1, allowed=1e-14, where="ŷ = 2")})
    monkeypatch.setattr(proofs, "prove", lambda thing: failed)
    with pytest.raises(ExtensionError, match="a proof fails:\nHuber: not proved at 3 points"):
        extension.row("Huber", [losses.Huber()])


@pytest.mark.parametrize(("error", "text"), [(0.0, "0"), (2.2e-16, "2·10⁻¹⁶"), (9.7e-10, "1·10⁻⁹")])
def test_errors_are_shown_in_one_digit(extension, error, text):
    assert extension.number(error) == text
