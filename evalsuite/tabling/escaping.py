"""Plain text to LaTeX and back."""

from __future__ import annotations

import re
import unicodedata
from itertools import zip_longest

GLYPH = r"\evalsuiteglyph"
GLYPH_DEFINITION = rf"\providecommand{{{GLYPH}}}[2]{{\ifdefined\Umathcode#1\else U+#2\fi}}"
"""A character that pdfTeX may not know: itself under XeTeX and LuaTeX, else its number. So a table always compiles."""

_ASCII = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "_": r"\_", "%": r"\%", "&": r"\&", "#": r"\#", "$": r"\$",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"\symbol{34}", "`": r"\symbol{96}",
    # After \\ these two would be read as its options.
    "[": "{[}", "*": "{*}",
}  # fmt: skip
_MELTING, _APART = "-,'?!", r"\kern0pt{}"
"""One of these before a hyphen, comma or quote may melt into another character, in LuaTeX across «{}» too."""
_SYMBOLS = {
    "\u00a0": "~", "\u202f": r"\,", "–": r"\textendash{}", "—": r"\textemdash{}", "…": r"\dots{}",
    "‘": r"\textquoteleft{}", "’": r"\textquoteright{}", "“": r"\textquotedblleft{}", "”": r"\textquotedblright{}",
    "−": "$-$", "±": r"$\pm$", "×": r"$\times$", "·": r"$\cdot$", "†": r"$\dagger$", "‡": r"$\ddagger$",
    "↑": r"$\uparrow$", "↓": r"$\downarrow$", "→": r"$\rightarrow$", "←": r"$\leftarrow$", "≤": r"$\leq$",
    "≥": r"$\geq$", "≈": r"$\approx$", "≠": r"$\neq$", "∞": r"$\infty$", "‖": r"$\Vert$", "√": r"$\surd$",
    "α": r"$\alpha$", "β": r"$\beta$", "γ": r"$\gamma$", "δ": r"$\delta$", "ε": r"$\varepsilon$", "ζ": r"$\zeta$",
    "η": r"$\eta$", "θ": r"$\theta$", "ι": r"$\iota$", "κ": r"$\kappa$", "λ": r"$\lambda$", "μ": r"$\mu$",
    "ν": r"$\nu$", "ξ": r"$\xi$", "π": r"$\pi$", "ρ": r"$\rho$", "σ": r"$\sigma$", "τ": r"$\tau$",
    "φ": r"$\varphi$", "χ": r"$\chi$", "ψ": r"$\psi$", "ω": r"$\omega$", "Γ": r"$\Gamma$", "Δ": r"$\Delta$",
    "Θ": r"$\Theta$", "Λ": r"$\Lambda$", "Ξ": r"$\Xi$", "Π": r"$\Pi$", "Σ": r"$\Sigma$", "Φ": r"$\Phi$",
    "Ψ": r"$\Psi$", "Ω": r"$\Omega$",
    "ß": r"\ss{}", "æ": r"\ae{}", "Æ": r"\AE{}", "œ": r"\oe{}", "Œ": r"\OE{}", "ø": r"\o{}", "Ø": r"\O{}",
    "ł": r"\l{}", "Ł": r"\L{}", "ı": r"\i{}", "§": r"\S{}", "¶": r"\P{}", "©": r"\copyright{}", "£": r"\pounds{}",
}  # fmt: skip
_ACCENTS = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u", "\u0307": ".",
    "\u0308": '"', "\u030a": "r", "\u030b": "H", "\u030c": "v", "\u0327": "c",
}  # fmt: skip

_STYLES = re.compile(
    r"\\(?:text(?:bf|it|rm|sf|tt|superscript)?|emph|underline|uline|bfseries|itshape|math(?:bf|rm)|boldsymbol|bm|"
    r"ensuremath|mbox|tiny|scriptsize|footnotesize|small|normalsize|protect|par|smallskip)"
)
"""Commands that change how a text looks and not what it says."""
_BACK = {tex.removesuffix("{}").strip("$"): char for char, tex in (_ASCII | _SYMBOLS).items()} | {
    r"\$": "$", "$-$": "−", r"\dag": "†", r"\textdagger": "†", r"\\": " ", "\\ ": " ", r"\;": "\u202f",
    r"\:": "\u202f", r"\!": "", r"\quad": " ", "--": "–", "---": "—", "~": "\u00a0", "$": "", "{": "", "}": "",
}  # fmt: skip
"""What a token of LaTeX says; the signs of groups and of mathematics say nothing."""
_MARKS = {sign: mark for mark, sign in _ACCENTS.items()}
_TOKEN = re.compile(
    r"""\\symbol\{(?P<code>\d+)\}
    | \\evalsuiteglyph\{[^{}]*\}\{(?P<number>[0-9A-F]+)\}
    | \\kern0pt (?:\{\})?
    | \\(?P<accent>[`'^~=."]|[uHvcr](?![A-Za-z])) \s* \{(?P<letter>[A-Za-z])\}
    | (?P<token>\\[A-Za-z]+) \s* (?:\{\})?
    | (?P<sign>\\.|\$-\$|---?|[{}$~])
    | (?<!\\)%[^\n]*\n?\s*""",
    re.VERBOSE | re.DOTALL,
)


def escaped(text: str) -> str:
    r"""Return plain text as LaTeX that says the same in a cell, a caption or a note, whatever the engine.

    Runs of blanks become one; accents come as commands, so that no font encoding matters; see :data:`GLYPH` for the
    rest.

    >>> escaped("a_b & 5 % ±")
    'a\\_b \\& 5 \\% $\\pm$'
    """
    tidy = normalised(text)
    return "".join(
        _escaped(char) + _APART * (char in _MELTING and following in (*_MELTING, "`"))
        for char, following in zip_longest(tidy, tidy[1:])
    )


def plain(tex: str) -> str:
    """Return what LaTeX says, without its styles: the inverse of :func:`escaped`. Unknown commands stay as they are."""
    return normalised(_TOKEN.sub(_said, tex))


def normalised(text: str) -> str:
    """Return text in the normal form NFC, with one blank between words and none at the ends.

    Blanks that do not break a line stay.
    """
    return re.sub(r"[^\S\u00a0\u202f]+", " ", unicodedata.normalize("NFC", text)).strip(" ")


def _escaped(char: str) -> str:
    if char in _ASCII:
        return _ASCII[char]
    if " " <= char <= "~":
        return char
    return _SYMBOLS.get(char) or _accented(char) or _glyph(char)


def _accented(char: str) -> str | None:
    """Return a letter with one accent as a command; ``None`` for any other character."""
    apart = unicodedata.normalize("NFD", char)
    if len(apart) == 2 and apart[0].isascii() and apart[1] in _ACCENTS:
        return rf"\{_ACCENTS[apart[1]]}{{{apart[0]}}}"
    return None


def _glyph(char: str) -> str:
    """Return a character with its number; one that a file cannot hold by its number alone."""
    shown = "" if unicodedata.category(char) in {"Cc", "Cs"} else char
    return f"{GLYPH}{{{shown}}}{{{ord(char):04X}}}"


def _said(match: re.Match[str]) -> str:
    found = match.groupdict()
    if found["code"]:
        return chr(int(found["code"]))
    if found["number"]:
        return chr(int(found["number"], 16))
    if found["accent"]:
        return unicodedata.normalize("NFC", found["letter"] + _MARKS[found["accent"]])
    token = found["token"] or found["sign"] or ""
    if _STYLES.fullmatch(token):
        return ""
    return _BACK.get(token, token)
