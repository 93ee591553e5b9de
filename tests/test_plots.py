"""Figures are legible in light and dark, the same bytes each time, and safe to put together on one page."""

import itertools
import re
import xml.etree.ElementTree as ET

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import Circle

from lossgd import descend, optimizers, plots, surfaces
from lossgd.plots.styles import spread
from lossgd.plots.svg import _moving, _n

A = np.linspace(-3, 3, 61)
WELL = surfaces.DoubleWell()
DOWN_A_WELL = descend(WELL, [1.7], optimizers.GradientDescent(lr=0.02), max_steps=20)
OPTIMIZERS = ["gradient descent", "momentum", "Nesterov", "AdaGrad", "RMSProp", "Adam", "AdamW"]
FIGURES = {
    "bars": lambda: plots.bars(["MSE", "anything"], [3, -1.5], xlabel="change", alt="Two bars."),
    "curves": lambda: plots.curves(
        A,
        {"squared": A**2, "absolute": abs(A), "a & b < c": np.where(A < 1, A, np.nan)},
        xlabel="error",
        ylabel="loss",
        alt='A "bowl" & a V.',
        ylim=(-4, 5),
        points={"(2, 4)": (2, 4)},
    ),
    "cycle": plots.cycle,
    "descent_curve": lambda: plots.descent_curve(WELL, {"α = 0.02": DOWN_A_WELL}, alt="A well."),
    "descent_map": lambda: plots.descent_map(
        surfaces.Himmelblau(),
        {"Adam": [[0, 0], [9, 9]], "lost": [[-1, 0], [1, 1], [np.nan, 0]]},
        alt="A map.",
    ),
    "training_curve": lambda: plots.training_curve([1.0, 0.5, np.nan], [1.0, 0.8, 0.9], alt="It breaks off."),
    "contact_sheet": lambda: plots.contact_sheet({"falls": ([1.0, 0.5], None)}, alt="A curve that falls."),
    "loss_curves": lambda: plots.loss_curves(
        {"momentum": [4, 1e-5, 0, 2e-6], "Adam": [3, 2, np.inf]}, alt="Two curves.", ylim=(1e-7, 10)
    ),
    "residuals": lambda: plots.residuals([1, 2, 3], [2, 5, 4], [3, 4, 5], alt="Three gaps."),
    "residuals, labelled": lambda: plots.residuals([1, 2], [2, 5], [3, 4], alt="Gaps.", labels=["1", "2"]),
    "target": plots.target,
}
BACKGROUNDS = ["#ffffff"], ["#121212", "#222832"]  # of the theme's pages and cards, light and dark


def svg(figure):
    return figure._repr_mimebundle_()["image/svg+xml"]


def texts(markup):
    return [element.text for element in ET.fromstring(markup).iter() if element.tag.endswith("}text")]


def luminance(color):
    channels = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


@pytest.mark.parametrize("name", sorted(plots.COLORS.keys() - {"paper", "grid"}))
def test_colors_can_be_read_as_text(name):
    for color, backgrounds in zip(plots.COLORS[name], BACKGROUNDS, strict=True):
        for background in backgrounds:
            low, high = sorted([luminance(color), luminance(background)])
            assert (high + 0.05) / (low + 0.05) >= 4.5


def test_css_holds_every_color_twice():
    for name, (light, dark) in plots.COLORS.items():
        assert re.findall(f"--lossgd-{name}: ([^;]+);", plots.css()) == [light, dark]


@pytest.mark.parametrize("make", FIGURES.values(), ids=FIGURES)
def test_figure_is_clean_svg(make):
    markup = svg(make())
    root = ET.fromstring(markup)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("aria-label") == make().alt
    assert not re.search(r"<\?|<!|\bid=|href|url\(|0x|mathdefault|clip-path|nan|inf", markup)
    places = " ".join(re.findall(r'\s(?:d|x|y)="([^"]+)"', markup)).replace("h.01", "")
    assert not re.search(r"\.\d{2}", places), "more than one decimal"
    colors = set(re.findall(r'(?:fill|stroke)="([^"]+)"', markup)) - {"none"}
    assert colors <= {f"var(--lossgd-{name},{light})" for name, (light, _) in plots.COLORS.items()}


@pytest.mark.parametrize("make", FIGURES.values(), ids=FIGURES)
def test_figure_is_the_same_bytes_whatever_was_drawn_before(make):
    first = svg(make())
    figure, axes = plt.subplots()  # and whatever a reader's matplotlib is set to, afterwards
    axes.plot([1, 2])
    plt.close(figure)
    svg(plots.cycle())
    assert svg(make()) == first


def test_figure_takes_the_books_style_whatever_matplotlib_is_set_to():
    expected = svg(FIGURES["curves"]())
    with plt.rc_context(
        {"font.size": 30, "axes.edgecolor": "red", "lines.linewidth": 9, "xtick.labelsize": 3}
    ):
        assert svg(FIGURES["curves"]()) == expected


def test_figure_reads_out_its_alternative():
    figure = FIGURES["curves"]()
    assert figure._repr_mimebundle_()["text/plain"] == repr(figure) == 'A "bowl" & a V.'


def test_text_stays_text():
    seen = texts(svg(FIGURES["curves"]()))
    assert {"squared", "absolute", "a & b < c", "(2, 4)", "error", "loss", "−2"} <= set(seen)
    assert "−1.50" in texts(svg(FIGURES["bars"]()))


def test_colors_outside_the_palette_are_refused():
    axes = plots.panel()
    axes.plot([0, 1], color="#123456")
    with pytest.raises(ValueError, match="#123456 is not one of plots"):
        svg(plots.Figure(axes, alt=""))


def test_same_meaning_same_look():
    assert plots.look("MSE") == plots.look("mse, in m²") == {"color": plots.BLUE, "linestyle": "-"}
    assert plots.look("squared hinge") != plots.look("squared")
    assert plots.look("anything", 1) != plots.look("anything", 2)


def test_no_role_has_the_colour_of_an_optimizer_or_of_another_role():
    roles = [plots.color(role) for role in plots.ROLES]
    assert len(set(roles)) == len(roles)
    assert not set(roles) & {plots.color(name) for name in OPTIMIZERS}
    others = {plots.look("anything", i)["color"] for i in range(6)}
    things = {
        plots.color(name) for name in ("gap", "model", "gradient", "next step", "class 0", "class 1", "along")
    }
    assert not (others | things) & {plots.color(name) for name in OPTIMIZERS}


# What is seen without red or green cones: Machado, Oliveira and Fernandes (2009), in linear light.
SEEN = {
    "all cones": np.eye(3),
    "no red": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "no green": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.01182, 0.04294, 0.968881],
    ],
}
TOGETHER = [("truth", "prediction"), ("train", "validation"), ("too small", "good", "too large", "diverging")]


def lightness_and_hue(color, eyes):
    channels = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    x, y, z = np.cbrt(to_xyz @ np.clip(SEEN[eyes] @ linear, 0, 1) / [0.9505, 1, 1.089])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("eyes", SEEN)
@pytest.mark.parametrize("roles", TOGETHER, ids=" ".join)
def test_roles_that_stand_together_can_be_told_apart(roles, eyes):
    for one, other in itertools.combinations(roles, 2):
        for scheme in (0, 1):
            a, b = (plots.COLORS[plots.ROLES[role][0]][scheme] for role in (one, other))
            apart = np.linalg.norm(lightness_and_hue(a, eyes) - lightness_and_hue(b, eyes))
            assert apart > 15, (one, other)


def test_optimizers_can_be_told_apart_without_colour():
    looks = [plots.look(name) for name in OPTIMIZERS]
    assert len({look["linestyle"] for look in looks}) == len(OPTIMIZERS)
    assert len({look["color"] for look in looks}) == 6, "only AdamW shares its colour, with Adam"
    assert plots.look("AdamW")["color"] == plots.look("Adam")["color"]
    assert plots.look("SGD, α = 0.1") == plots.look("gradient descent")
    assert plots.look("heavy ball") == plots.look("momentum, β = 0.9") == plots.look("Momentum")


def test_map_marks_the_minimisers_and_names_the_paths():
    markup = svg(FIGURES["descent_map"]())
    assert {"Adam", "lost", "θ₁", "θ₂"} <= set(texts(markup))
    (marks,) = re.findall(r'<path d="([^"]+)" fill="[^"]*" stroke="[^"]*ink[^"]*" stroke-width="2"/>', markup)
    assert marks.count("M") == 4


def test_path_ends_before_it_is_not_finite():
    axes = FIGURES["descent_map"]().axes[0]
    adam, lost = axes.lines[-2:]
    np.testing.assert_array_equal(adam.get_xydata(), [[0, 0], [9, 9]])
    np.testing.assert_array_equal(lost.get_xydata(), [[-1, 0], [1, 1]])


def test_curve_has_a_point_for_each_step():
    (path,) = FIGURES["descent_curve"]().axes[0].lines[1:]
    np.testing.assert_array_equal(path.get_xdata(), DOWN_A_WELL.thetas[:, 0])
    np.testing.assert_array_equal(path.get_ydata(), DOWN_A_WELL.losses)


def test_losses_that_a_logarithm_cannot_show_are_left_out():
    (axes,) = FIGURES["loss_curves"]().axes
    momentum, adam = axes.lines
    assert momentum.get_xydata().tolist() == [[0, 4], [1, 1e-5], [3, 2e-6]]
    assert adam.get_xydata().tolist() == [[0, 3], [1, 2]]
    assert {"10⁻⁵", "0.1", "momentum"} <= set(texts(svg(FIGURES["loss_curves"]())))
    (linear,) = plots.loss_curves({"a": [1, 0, -1]}, alt="", log=False).axes[0].lines
    assert linear.get_ydata().tolist() == [1, 0, -1]


def test_logarithm_has_numbers_even_within_one_power_of_ten():
    narrow = texts(svg(plots.loss_curves({"a": [8e-5, 2e-5]}, alt="")))
    assert {"2·10⁻⁵", "5·10⁻⁵"} <= set(narrow)
    wide = texts(svg(plots.loss_curves({"a": [3e4, 3e-4]}, alt="")))
    assert {"10⁴", "100", "0.01"} <= set(wide)
    assert not any("·" in text for text in wide)


def test_ground_is_bluer_where_it_is_lower():
    axes = plots.panel()
    levels = plots.ground(axes, surfaces.Ravine(condition=9.0), ((-3, 3), (-1, 1)))
    assert (np.diff(levels) > 0).all()
    # The lines of a round bowl are evenly apart, so its levels grow like squares.
    np.testing.assert_allclose(np.diff(np.sqrt(levels)), np.diff(np.sqrt(levels)).mean(), rtol=0.3)
    areas = [area.get_paths()[0].get_extents().width for area in axes.collections]
    assert areas == sorted(areas)
    assert plots.still(axes).count('fill-opacity="0.05"') == len(levels)
    assert axes.get_xlim() == (-3, 3)


def test_names_of_points_do_not_overlap_even_where_the_points_do():
    axes = plots.panel()
    axes.set(xlim=(0, 1), ylim=(0, 1))
    points = {
        "a": (0.5, 0.5),
        "b": (0.5, 0.5),
        "Nesterov": (0.48, 0.51),
        "at the edge": (1, 0.2),
        "far": (0.1, 0.9),
    }
    named = plots.name_points(axes, points)
    assert named["far"].get_position() == (10, 0)
    assert named["at the edge"].get_position() == (-10, 0)
    heights = np.sort(
        [axes.transData.transform(points[n])[1] + named[n].get_position()[1] for n in ["a", "b", "Nesterov"]]
    )
    assert np.diff(heights).min() > 14
    moved = plots.name_points(axes, points | {"far": (1, 1)}, named)
    assert moved["far"] is named["far"]
    assert moved["far"].xy == (1, 1)


def test_disc_without_an_edge_is_a_dot():
    axes = plots.panel()
    axes.plot([0, 1], [0, 1], "o", color=plots.BLUE, markersize=6, markeredgewidth=0, alpha=0.5)
    (dots,) = re.findall(r'<path d="(?:M[\d. ]+h.01){2}"[^>]*>', plots.still(axes))
    assert 'stroke-width="6"' in dots
    assert 'stroke-linecap="round"' in dots
    assert 'stroke-opacity="0.5"' in dots
    assert 'fill="none"' in dots


def test_panels_stand_in_a_page_one_by_one():
    axes = plots.panel(), plots.panel(width=200)
    figure = plots.Figure(*axes, alt='a "b"')
    page = plots.inline_document(svg(figure), figure.alt)
    assert page == plots.inline("".join(re.findall("<svg x=.*?</svg>", svg(figure))), figure.alt)
    assert re.findall('viewBox="([^"]+)"', page) == ["0 0 330 290", "0 0 200 290"]
    assert ET.fromstring(page).get("aria-label") == 'a "b"'


def test_a_line_is_cut_at_the_axes():
    axes = plots.panel()
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.plot([-5, 5], [-5, 5], color=plots.BLUE)
    axes.fill([-5, 5, 5, -5], [-5, -5, 5, 5], color=plots.color("good"))
    axes.plot([0.5, 7], [0.5, 7], "o", color=plots.color("train"))
    marks = {color: [] for color in ("blue", "olive", "brown")}
    paths = re.findall(r'<path d="([^"]+)"[^>]*?var\(--lossgd-(\w+)', plots.still(axes))
    for d, color in paths:
        marks.get(color, []).append(d)
    (line,), (area,), (points,) = marks.values()
    box = axes.bbox.padded(1.01)  # matplotlib cuts a line one unit outside
    for d in (line, area):
        numbers = np.array(re.findall(r"[\d.]+", d), float).reshape(-1, 2)
        assert all(box.contains(x, 290 - y) for x, y in numbers)
    assert points.count("M") == 1


def test_labels_stand_where_lines_end_and_do_not_overlap():
    axes = plots.panel()
    axes.set(xlim=(0, 1), ylim=(0, 1))
    ends = {"a": (1, 0.5), "b": (1, 0.5), "out at the top": (1, 4), "ends early": (0.4, 0.2)}
    t = np.linspace(0, 1, 50)
    lines = {name: axes.plot(x * t, y * t)[0] for name, (x, y) in ends.items()}
    at = {name: text.get_position() for name, text in plots.label_ends(axes, lines).items()}
    width, height = axes.bbox.size
    assert at["a"][0] == at["b"][0] == pytest.approx(width + 6)
    assert abs(at["a"][1] - at["b"][1]) >= 15
    assert at["out at the top"] == pytest.approx((0.25 * width, height + 16), abs=0.02 * width), "two lines"
    assert at["ends early"] == pytest.approx((0.4 * width + 6, 0.2 * height))


def test_spread_leaves_room_and_stays_inside():
    np.testing.assert_allclose(spread([5, 50], [10, 10], 0, 100), [5, 50])
    np.testing.assert_allclose(spread([50, 51, 99], [10, 10, 10], 0, 100), [50, 60, 95])
    np.testing.assert_allclose(spread([98, 97], [10, 10], 0, 100), [95, 85])


def test_labels_find_their_line_when_matplotlib_chooses_the_limits():
    axes = plots.panel()
    (line,) = axes.plot([0, 50], [0, 10])
    x, y = plots.label_ends(axes, {"a": line})["a"].get_position()
    assert (x - 6, y) == pytest.approx(tuple(axes.transData.transform((50, 10)) - axes.bbox.min))


@pytest.mark.parametrize(
    ("value", "text"),
    [(10, "10"), (0.5, "0.5"), (-1.239, "-1.2"), (0.25, "0.3"), (0.25 - 1e-12, "0.3"), (-0.04, "0")],
)
def test_numbers_are_short_and_do_not_hang_on_the_last_bit(value, text):
    assert _n(value) == text


@pytest.mark.parametrize(
    ("what", "draw"),
    [
        ("a hatch", lambda axes: axes.bar([0], [1], hatch="//", color=plots.BLUE)),
        ("a clip path", lambda axes: axes.plot([0, 1], [0, 1], clip_path=Circle((0, 0), 1))),
        ("a sketch", lambda axes: axes.plot([0, 1], [0, 1], sketch_params=2)),
        ("an image", lambda axes: axes.imshow([[0.0, 1.0]])),
    ],
)
def test_what_cannot_be_drawn_is_refused_rather_than_left_out(what, draw):
    axes = plots.panel()
    draw(axes)
    with pytest.raises(ValueError, match=f"a figure of this book cannot have {what}"):
        plots.still(axes)


def test_a_training_curve_begins_at_0_and_marks_where_it_breaks_off():
    axes = plots.training_curve([0.9, 0.8, np.nan, np.nan], alt="It breaks off.").axes[0]
    line, cross = axes.lines
    assert axes.get_ylim()[0] == 0
    assert (line.get_color(), cross.get_color()) == (plots.color("train"), plots.color("diverging"))
    assert cross.get_xydata().tolist() == [[1, 0.8]]
    both = plots.training_curve([0.9, -0.8], [0.9, 0.9], alt="Two losses.").axes[0]
    assert both.get_ylim()[0] == -0.8
    assert [line.get_color() for line in both.lines] == [plots.color("train"), plots.color("validation")]


def test_a_contact_sheet_has_all_curves_in_two_panels():
    curves = {f"curve {i}": ([1.0, 0.5], None) for i in range(5)}
    figure = plots.contact_sheet(curves, alt="Five curves.")
    texts = [[a.texts[0].get_text() for a in panel.figure.axes[1:]] for panel in figure.axes]
    assert texts == [["curve 0", "curve 1", "curve 2"], ["curve 3", "curve 4"]]


def test_a_curve_of_a_contact_sheet_leads_to_its_place():
    curves = {name: ([1.0, 0.5], None) for name in ("falls", "rises")}
    svg = plots.contact_sheet(curves, links={"rises": "#it-rises"}, alt="Two.")._repr_mimebundle_()[
        "image/svg+xml"
    ]
    (link,) = re.findall(r'<a href="#it-rises">(.*?)</a>', svg)
    assert svg.count("<a ") == 1
    assert "rises</text>" in link  # its name
    assert 'fill-opacity="0.01"' in link  # its whole face
    assert "falls" not in link
    assert plots.inline_document(svg, "Two.").startswith('<div class="lossgd-panels" role="group"')
    plain = plots.contact_sheet(curves, alt="Two.")._repr_mimebundle_()["image/svg+xml"]
    assert plots.inline_document(plain, "Two.").startswith('<div class="lossgd-panels" role="img"')


def test_two_corners_in_one_place_are_one_whatever_their_last_digits():
    x = np.arange(100.0)
    low, high = 5 + np.sin(x), 15 + np.cos(x)
    seen = set()
    for aside in (-1e-13, 0, 1e-13):
        there = np.column_stack([x, high])
        back = np.column_stack([x, low])[::-1]
        corner = [[99, high[-1] + aside]]
        band = np.concatenate([[[0, low[0]]], there, corner, back])
        seen.add(np.round(_moving(band), 6).tobytes())
    assert len(seen) == 1
