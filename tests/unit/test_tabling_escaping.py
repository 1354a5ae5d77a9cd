"""Plain text to LaTeX and back."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalsuite.tabling.escaping import escaped, normalised, plain

SPECIAL = r"_%&#$~^\{}[]*<>|\"`'-,?! "
TEXT = st.text(st.one_of(st.sampled_from(SPECIAL), st.sampled_from("éßłøαΩ±−–→†模ñ"), st.characters(codec="utf-8")))


@pytest.mark.parametrize(
    ("text", "tex"),
    [
        ("my_model", r"my\_model"),
        ("100 % & more #1 $", r"100 \% \& more \#1 \$"),
        ("a~b^c\\{d}", r"a\textasciitilde{}b\textasciicircum{}c\textbackslash{}\{d\}"),
        ("[best]", "{[}best]"),
        ("café", r"caf\'{e}"),
        ("±\u202f1.3 −0.5 †", r"$\pm$\,1.3 $-$0.5 $\dagger$"),
        ("", ""),
    ],
)
def test_it_is_escaped_as_a_latex_author_would(text: str, tex: str):
    assert escaped(text) == tex


@given(TEXT)
def test_what_is_escaped_says_what_it_said(text: str):
    assert plain(escaped(text)) == normalised(text)


@given(TEXT)
def test_no_bare_sign_is_left_and_braces_match(text: str):
    tex = escaped(text)
    bare = re.sub(r"\\[A-Za-z]+|\\.", "", tex)
    assert not set("&%#_^") & set(bare)
    assert bare.count("{") == bare.count("}")
    assert bare.count("$") % 2 == 0
    assert "\n" not in tex


@given(TEXT, TEXT)
def test_different_names_stay_different(one: str, other: str):
    assert (escaped(one) == escaped(other)) == (normalised(one) == normalised(other))


def test_hyphens_and_quotes_do_not_melt():
    assert "--" not in escaped("a--b---c")
    assert "''" not in escaped("''")
    assert "?\\symbol{96}" not in escaped("?`")


def test_what_is_written_by_hand_is_read_alike():
    assert plain(r"\textbf{70.6}\,{\scriptsize $\pm$\,1.3}") == "70.6\u202f±\u202f1.3"
    assert plain(r"$70.6 \pm 1.3$") == "70.6 ±1.3"
    assert plain("1--2 % a comment") == "1–2"
    assert plain(r"\mymacro{x}") == r"\mymacrox"


def test_an_unknown_character_has_its_number_beside_it():
    assert escaped("模") == r"\evalsuiteglyph{模}{6A21}"
    assert escaped("\x07") == r"\evalsuiteglyph{}{0007}"
