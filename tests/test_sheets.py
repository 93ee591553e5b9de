"""The style sheet keeps the rules that can apply, and only those."""

import pytest
import tinycss2

from book._ext import sheets

NAMES = sheets.names_in(['<p class="seen both" id="place">'], ['element.classList.add("scripted")'])


@pytest.mark.parametrize(
    ("css", "kept"),
    [
        (".seen{a:b}", ".seen{a:b}"),
        (".unseen{a:b}", ""),
        ("p,.unseen,.seen a{a:b}", "p,.seen a{a:b}"),
        (".seen .unseen{a:b}", ""),
        (".seen.unseen{a:b}", ""),
        ("#place{a:b}#nowhere{a:b}", "#place{a:b}"),
        (".scripted{a:b}", ".scripted{a:b}"),
        ("p:not(.unseen){a:b}", "p:not(.unseen){a:b}"),
        (":is(.unseen,.seen){a:b}", ":is(.unseen,.seen){a:b}"),
        ("p,p:has(a),:is(p:not(:has(a))){a:b}", "p{a:b}"),
        ("@media print{.unseen{a:b}.seen{a:b}}", "@media print{.seen{a:b}}"),
        ("@media print{.unseen{a:b}}", ""),
        ("@font-face{font-family:Some}", "@font-face{font-family:Some}"),
        ("@font-face{font-family:Font Awesome}", ""),
        ("@keyframes turn{to{a:b}}", "@keyframes turn{to{a:b}}"),
    ],
)
def test_a_rule_is_kept_if_it_can_apply(css, kept):
    rules = tinycss2.parse_stylesheet(css, skip_whitespace=True)
    assert sheets.prune(rules, NAMES) == kept


def test_what_a_sheet_refers_to_is_found_from_the_new_one(tmp_path):
    (tmp_path / "_static" / "styles").mkdir(parents=True)
    urls = "url(../fonts/a.woff2),url('b.png'),url(data:image/png;base64,x),url(#c)"
    (tmp_path / "_static" / "styles" / "some.css").write_text(f"p{{background:{urls}}}")
    rules = sheets.read(tmp_path, "_static/styles/some.css")
    assert sheets.prune(rules, set()) == (
        'p{background:url("fonts/a.woff2"),url("styles/b.png"),url(data:image/png;base64,x),url(#c)}'
    )
