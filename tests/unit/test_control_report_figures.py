from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
from control_example import GRID, LOUDNESS, control_run
from reporting_example import ESC50, EVERYONE, SYSTEM, example_run

from evalsuite.errors import UserError
from evalsuite.reporting.control_figures import CAPTIONS_FILE, write_figures

WRITES = """
import sys
from pathlib import Path
from control_example import GRID, LOUDNESS, control_run
from evalsuite.reporting.control_figures import write_figures
folder = Path(sys.argv[1])
for name, sweep in (("volume", LOUDNESS), ("grid", GRID)):
    write_figures(*control_run(folder / name, sweep), folder / name / "figures")
"""


def test_every_figure_is_written_as_pdf_and_svg_with_its_caption(tmp_path: Path) -> None:
    files = write_figures(*control_run(tmp_path / "run-7"), tmp_path / "figures")
    assert {file.name for file in files} == {
        *(f"curve_{name}.{ending}" for name in ("apparent_size", "nearness") for ending in ("pdf", "svg")),
        *(f"strip_{rank}.{ending}" for rank in ("best", "median", "worst") for ending in ("pdf", "svg")),
        CAPTIONS_FILE,
    }
    assert set(files) == set((tmp_path / "figures").iterdir())
    captions = (tmp_path / "figures" / CAPTIONS_FILE).read_text()
    assert captions.count("run run-7, protocol control_volume v1 (abababababab)") == 5
    assert "**curve_nearness**: Mean nearness over measured loudness, 12 clips." in captions


def test_the_files_say_where_they_are_from_and_not_when(tmp_path: Path) -> None:
    write_figures(*control_run(tmp_path / "run-7", GRID), tmp_path)
    pdf, svg = (tmp_path / f"mixing_grid.{ending}" for ending in ("pdf", "svg"))
    for text in (pdf.read_bytes().decode("latin-1"), svg.read_text()):
        assert "run run-7, protocol sha256 " + "ab" * 32 in text
        assert not re.search(r"CreationDate|dc:date", text)
    assert ">dog</text>" in svg.read_text(), "text stays text"


def test_another_process_writes_the_same_bytes(tmp_path: Path) -> None:
    found = []
    for name in ("one", "two"):
        tests = str(Path(__file__).parents[1])
        code = f"import sys; sys.path.insert(0, {tests!r})\n{WRITES}"
        subprocess.run([sys.executable, "-c", code, str(tmp_path / name)], check=True)
        files = sorted((tmp_path / name).glob("*/figures/*"))
        found.append(
            {str(file.relative_to(tmp_path / name)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
        )
    assert len(found[0]) == 14
    assert found[0] == found[1]


def test_a_figure_fits_a_column_and_a_large_grid_a_page(tmp_path: Path) -> None:
    write_figures(*control_run(tmp_path / "many", LOUDNESS, models=EVERYONE), tmp_path / "m")
    write_figures(*control_run(tmp_path / "small", GRID, classes=ESC50[:4]), tmp_path / "s")
    write_figures(*control_run(tmp_path / "large", GRID, classes=ESC50[:14]), tmp_path / "l")
    inches = {"m/curve_nearness": 3.3, "m/strip_best": 3.3, "s/mixing_grid": 3.3, "l/mixing_grid": 6.9}
    for name, width in inches.items():
        found = re.search(r'width="([\d.]+)pt"', (tmp_path / f"{name}.svg").read_text())
        assert found
        assert float(found[1]) == pytest.approx(72 * width)


def test_a_name_is_no_formula(tmp_path: Path) -> None:
    odd = SYSTEM.model_copy(update={"name": "a $x^2$ & <b>"})
    write_figures(*control_run(tmp_path / "run", models=(odd,)), tmp_path)
    assert "a $x^2$ &amp; &lt;b&gt;</text>" in (tmp_path / "curve_nearness.svg").read_text()


def test_a_run_without_a_sweep_has_no_figures(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no sweep"):
        write_figures(*example_run(tmp_path / "run", classes=ESC50[:2], per_class=2), tmp_path / "figures")
    assert not (tmp_path / "figures").exists()
