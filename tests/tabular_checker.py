"""A strict reader of the LaTeX that the suite writes. It shares no code with the suite, so that both must agree."""

from __future__ import annotations

import re

COMMANDS = frozenset(
    """begin end centering caption label toprule midrule bottomrule cmidrule multicolumn textbf textit
    underline scriptsize footnotesize par smallskip providecommand evalsuiteglyph ifdefined Umathcode
    else fi kern symbol pm times cdot dagger ddagger uparrow downarrow rightarrow leftarrow leq geq
    approx neq infty Vert surd dots textbackslash textasciitilde textasciicircum textless textgreater
    textbar textendash textemdash textquoteleft textquoteright textquotedblleft textquotedblright
    copyright pounds ss ae AE oe OE o O l L i S P u H v c r alpha beta gamma delta varepsilon zeta eta
    theta iota kappa lambda mu nu xi pi rho sigma tau varphi chi psi omega Gamma Delta Theta Lambda Xi
    Pi Sigma Phi Psi Omega""".split()  # noqa: SIM905 - a list of words is read as words
)
SIGNS = frozenset("\\{}_%&#$,`'^~=.\"")
"""What may follow a backslash besides letters."""


def check_latex(text: str) -> list[list[str]]:
    """Return the cells of the one tabular of ``text``, row by row; fail on anything that LaTeX might stumble over."""
    body = "\n".join(line for line in text.split("\n") if not line.startswith("%%"))
    _check_tokens(body)
    environments = re.findall(r"\\(begin|end)\{(table\*?|tabular)\}", body)
    name = environments[0][1]
    assert environments == [("begin", name), ("begin", "tabular"), ("end", "tabular"), ("end", name)]
    spec, inside = re.search(r"\\begin\{tabular\}\{@\{\}(l[r]*)@\{\}\}\n(.*)\\end\{tabular\}", body, re.DOTALL).groups()
    lines = [line for line in inside.splitlines() if not re.fullmatch(r"(\\[a-z]+rule(\(lr\)\{\d+-\d+\})?)+", line)]
    rows = [_row(line, columns=len(spec)) for line in lines]
    assert rows
    return rows


def _check_tokens(body: str) -> None:
    """Braces match, mathematics ends where it began, every command is known, and no bare special sign is left."""
    depth, mathematics = 0, False
    for token in re.findall(r"\\[A-Za-z]+|\\.|.", body):
        if re.fullmatch(r"\\[A-Za-z]+", token):
            assert token[1:] in COMMANDS, token
        elif token.startswith("\\"):
            assert token[1] in SIGNS, token
        elif token == "$":
            mathematics = not mathematics
        elif token in "{}":
            depth += 1 if token == "{" else -1
            assert depth >= 0
        assert token not in {"%", "_", "^"}, token
    assert depth == 0
    assert not mathematics


def _row(line: str, *, columns: int) -> list[str]:
    """One row stands on one line and fills the table, counting what cells span."""
    assert line.endswith(r" \\"), line
    cells = re.split(r"(?<!\\)&", line.removesuffix(r"\\"))
    spans = [re.match(r"\s*\\multicolumn\{(\d+)\}", cell) for cell in cells]
    assert sum(int(span[1]) if span else 1 for span in spans) == columns, line
    return [cell.strip() for cell in cells]
