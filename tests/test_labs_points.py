"""A reader's own data in a lab: what is shown of them, where sliders stand, and points that are dragged."""

import warnings

import numpy as np
import pytest

from lossgd import labs, losses
from lossgd.labs.lab import Lab
from lossgd.labs.page import Page
from lossgd.labs.points import Points, decimals, form
from lossgd.labs.regression import FITTED, best_line

RNG = np.random.default_rng(8)
DATA = {
    "years": (np.arange(1990, 2020, 3), np.array([31, 29, 33, 38, 36, 41, 43, 42, 47, 50])),
    "tiny and huge": (1e-3 * RNG.normal(size=30), 1e5 * RNG.normal(size=30)),
    "level": (np.arange(4), np.full(4, 7.0)),
    "three": ([0, 0, 1], [0, 1, 2]),
    "falling": (np.arange(200), -2.0 * np.arange(200) + 5),
}


@pytest.fixture(params=DATA.values(), ids=DATA)
def data(request):
    return request.param


@pytest.fixture(params=["fit_line", "outlier"])
def make(request):
    return getattr(labs, request.param)


def test_own_data_are_in_sight_and_each_position_is_drawn(make, data):
    lab = make(*data)
    points = lab.points
    assert sorted(zip(points.x, points.y, strict=True)) == sorted(zip(*map(np.ravel, data), strict=True))
    for values, (low, high) in ((points.x, points.xlim), (points.y, points.ylim)):
        assert low < values.min() <= values.max() < high
    for control, book in zip(lab.controls.values(), make().controls.values(), strict=True):
        assert len(set(control.texts())) == len(control.values) == len(book.values)
        assert list(control.values).index(control.start) == list(book.values).index(book.start)
    page = Page(lab)
    last = [len(control.values) - 1 for control in lab.controls.values()]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        seen = [page.at(np.multiply(last, share).tolist()) for share in (0, 0.33, 1)]
    assert len({one["caption"] for one in seen}) == 3
    assert len({str(one["layers"]) for one in seen}) == 3
    assert "nan" not in str(seen)


def test_the_sliders_have_the_best_line_between_their_ends(data):
    x, y = data
    lab = labs.fit_line(x, y)
    for control, best in zip(lab.controls.values(), np.polyfit(x, y, 1), strict=True):
        assert control.values[0] < best < control.values[-1]


def test_the_outlier_is_the_last_but_one_from_left_to_right():
    lab = labs.outlier([3, 1, 2, 0], [30, 10, 20, 0])
    assert (lab.points.x[-1], lab.points.y[-1]) == (2, 20)
    assert "instead of 20" in repr(lab)


@pytest.mark.parametrize("size", [1e-6, 1e6])
@pytest.mark.parametrize("name", ["MSE", "MAE"])  # what is best to the others depends on the size
def test_best_lines_grow_with_the_data(name, size):
    x, y = np.random.default_rng(9).normal(size=(2, 20))
    grown = best_line(FITTED[name], x, size * y, size)
    np.testing.assert_allclose(grown / size, best_line(FITTED[name], x, y), rtol=1e-6)


def test_a_line_that_fits_exactly_is_found():
    x = np.array([0.0, 1, 2, 3])
    for loss in FITTED.values():
        np.testing.assert_allclose(best_line(loss, x, 2 * x + 1), [2, 1], atol=1e-7)
        np.testing.assert_allclose(best_line(loss, x, np.full(4, 7.0)), [0, 7], atol=1e-7)


def test_own_data_have_no_frames_on_the_site(make, monkeypatch):
    monkeypatch.setenv("LOSSGD_LABS", "still")
    assert set(make([0, 1, 2], [1, 2, 4])._repr_mimebundle_()) == {"image/svg+xml", "text/plain"}
    assert labs.MIMETYPE in make()._repr_mimebundle_()


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ([1, 2], [1, 2], r"the same shape \(n,\) with n at least 3; got \(2,\) and \(2,\)"),
        ([1, 2, 3], [1, 2], r"got \(3,\) and \(2,\)"),
        ([1, 1, 1], [1, 2, 3], "x must hold two different values"),
        ([1, 2, 3], [1, 2, np.nan], "y must be finite"),
    ],
)
def test_data_without_a_line_are_refused(make, x, y, message):
    with pytest.raises(ValueError, match=message):
        make(x, y)


def test_a_lab_without_data_takes_none():
    with pytest.raises(TypeError):
        labs.race([1, 2, 3], [1, 2, 3])


def test_a_point_comes_to_where_it_is_dragged(make):
    lab = make()
    page = Page(lab)
    before = page.points()
    assert len(before["places"]) == {"fit_line": 10, "outlier": 9}[lab.name]
    start = [control.index(control.start) for control in lab.controls.values()]
    caption = page.at(start)["caption"]
    panels = page.drag(2, [150, 80])["panels"]
    after = page.points()
    np.testing.assert_allclose(after["places"][2], [150, 80], atol=2)
    assert after["points"][:2] + after["points"][3:] == before["points"][:2] + before["points"][3:]
    assert page.at(start)["caption"] != caption
    assert '<g class="moving"></g>' in panels[0]
    x, y = np.transpose(after["points"])
    if lab.name == "fit_line":
        w, b = np.polyfit(x, y, 1)
        cost = losses.MeanSquaredError()(y, w * x + b)
        assert f"The best line (w = {w:.2f}, b = {b:.2f}) costs {cost:.2f}." in page.at(start)[
            "caption"
        ].replace("\u00a0", " ")


def test_a_lab_is_drawn_as_if_it_had_always_had_its_points(make):
    book, page = make(), Page(make())
    shown = book.still()
    for place in ([150, 80], [60, 200], [150, 120]):  # the second takes over what the first has drawn
        panels = page.drag(2, place)["panels"]
        points = page.lab.points
        new = Lab(book.name, book._build, book.controls, points)
        assert panels == new.panels([""] * len(new.scene.axes))
        assert page.lab.frame() == new.frame()
    assert book.still() == shown


def test_a_lab_without_points_has_none_to_move():
    with pytest.raises(ValueError, match="race has no points that can be moved"):
        labs.race().moved(0, 1, 2)


def test_a_point_stays_in_sight_and_leaves_a_line_to_be_found():
    points = Points(np.array([0, 1, 1]), np.array([0, 1, 2]), (-1, 2), (-3, 3), {})
    assert points.moved(2, 9, -9).x.tolist() == [0, 1, 2]
    assert points.moved(2, 9, -9).y.tolist() == [0, 1, -3]
    assert points.moved(1, 0.123456, 0.123456).x[1] == 0.12
    assert points.moved(0, 1, 0) is points


@pytest.mark.parametrize(
    ("step", "digits", "written"), [(0.05, 2, "0.05"), (0.2, 1, "0.2"), (7, 0, "7"), (40, -1, "40")]
)
def test_steps_are_written_with_as_many_decimals_as_tell_them_apart(step, digits, written):
    assert decimals(step) == digits
    assert form(step).format(step) == written
