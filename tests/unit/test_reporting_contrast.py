"""Whatever is written in a report can be read: the contrasts that WCAG 2.2 asks for at level AA, in every scheme."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[2] / "reports" / "templates"
INKS = ("ink", "soft", "accent", "wrong")
"""What text is written in."""
GROUNDS = ("paper", "raised", "notes")
"""What it is written on."""
TEXT, GRAPHICS = 4.5, 3.0
SCHEMES = ("light", "dark", "print")


def _schemes() -> dict[str, dict[str, str]]:
    """Return the colours of the report's style sheets by scheme; dark and print change those of light."""
    css = "".join((TEMPLATES / name).read_text() for name in ("style.css", "gallery.css", "control.css"))
    light = re.findall(r"^:root \{(.*?)\}", css, flags=re.DOTALL | re.MULTILINE)
    dark = re.findall(r"@media \(prefers-color-scheme: dark\) \{\s*:root \{(.*?)\}", css, flags=re.DOTALL)
    paper = re.findall(r"@media print \{\s*:root \{(.*?)\}", css, flags=re.DOTALL)
    assert [len(found) for found in (light, dark, paper)] == [2, 2, 2]
    base = _colours(light)
    return {"light": base, "dark": base | _colours(dark), "print": base | _colours(paper)}


def _colours(rules: list[str]) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]+)\b", " ".join(rules)))


def _luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2, of «#rrggbb» or «#rgb»."""
    digits = colour.lstrip("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    """Contrast ratio, WCAG 2.2, in [1, 21]."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_ratio_is_that_of_the_standard() -> None:
    assert _contrast("#000", "#ffffff") == pytest.approx(21)
    assert _contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.005)  # famous for failing


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_can_be_read_on_every_ground(scheme: str) -> None:
    colours = _schemes()[scheme]
    found = {(ink, on): round(_contrast(colours[ink], colours[on]), 2) for ink, on in product(INKS, GROUNDS)}
    assert not {pair: ratio for pair, ratio in found.items() if ratio < TEXT}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_lines_of_figures_can_be_seen(scheme: str) -> None:
    colours = _schemes()[scheme]
    lines = [name for name in colours if name.startswith("line-")]
    assert len(lines) == 8
    found = {line: round(_contrast(colours[line], colours["paper"]), 2) for line in lines}
    assert not {line: ratio for line, ratio in found.items() if ratio < GRAPHICS}


def test_no_rule_uses_a_colour_beside_these() -> None:
    """Else the pairs above would not be all. What dims the page behind a dialogue carries no text."""
    for sheet in TEMPLATES.glob("*.css"):
        rules = re.sub(r"(?::root|\S+::backdrop) \{.*?\}", "", sheet.read_text(), flags=re.DOTALL)
        assert not re.findall(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch)a?\(", rules), sheet.name
        assert not re.findall(r"(?<!-)\b(?:color|background(?:-color)?|fill): (?:white|black|gray|grey|red)\b", rules)
