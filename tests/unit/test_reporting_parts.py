from __future__ import annotations

import io
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
import soundfile
from PIL import Image
from reporting_example import METRICS, MORE_REFERENCES, SYSTEM, ExampleMedia, example_run, measurement

from evalsuite.audio.clip import Clip
from evalsuite.model import ModelCard
from evalsuite.reporting.confusion import confusion_matrix
from evalsuite.reporting.media_encoding import compress, data_uri, encode_picture, to_opus
from evalsuite.reporting.plots import interval_plots
from evalsuite.reporting.selection import choose, ranking_column
from evalsuite.reporting.spectrogram import HEIGHT, WIDTH, spectrogram
from evalsuite.reporting.tables import headline_table, subset_table
from evalsuite.reporting.words import interval, metric_title, number

if TYPE_CHECKING:
    from pathlib import Path


def _clips(scores: list[float], predicted: list[str | None] | None = None) -> pd.DataFrame:
    ids = [f"c{index}" for index in range(len(scores))]
    predicted = predicted or ["dog"] * len(scores)
    return pd.DataFrame(
        {"model": "m", "clip_id": ids, "label": "dog", "predicted": predicted, "clip_similarity": scores}
    )


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([0.1, 0.9, 0.5], {"best": "c1", "median": "c2", "worst": "c0"}),
        ([0.1, 0.9, 0.5, 0.4], {"best": "c1", "median": "c2", "worst": "c0"}),
        ([0.1, 0.9], {"best": "c1", "worst": "c0"}),
        ([0.3], {"best": "c0"}),
        ([0.3, float("nan")], {"best": "c0"}),
        ([0.5, 0.5, 0.5], {"best": "c0", "median": "c1", "worst": "c2"}),
    ],
)
def test_best_median_and_worst_are_chosen_by_the_per_clip_value(scores: list[float], expected: dict[str, str]) -> None:
    (chosen,) = choose(_clips(scores), model="m", by="clip_similarity")
    assert {clip.rank: clip.clip_id for clip in chosen.clips} == expected


def test_a_class_tells_its_accuracy_and_most_frequent_mistake() -> None:
    (chosen,) = choose(_clips([0.1, 0.2, 0.3, 0.4], ["dog", "cat", "cat", None]), model="m", by="clip_similarity")
    assert (chosen.right, chosen.n, chosen.accuracy, chosen.mistaken_for) == (1, 4, 0.25, ("cat", 2))


def test_a_clip_without_a_value_counts_for_its_class_but_is_not_shown() -> None:
    (chosen,) = choose(_clips([float("nan"), 0.2], ["cat", "dog"]), model="m", by="clip_similarity")
    assert (chosen.right, chosen.n, [clip.clip_id for clip in chosen.clips]) == (1, 2, ["c1"])
    assert choose(_clips([float("nan")]), model="m", by="clip_similarity") == []


def test_clips_are_ranked_by_similarity_else_by_what_was_measured(tmp_path: Path) -> None:
    run, _ = example_run(tmp_path, classes=("dog", "cat"), per_class=2)
    clips = run.clips()
    assert ranking_column(run.record, clips) == "clip_similarity"
    assert ranking_column(run.record, clips.drop(columns="clip_similarity")) == "accuracy"
    assert ranking_column(run.record, clips.drop(columns=["clip_similarity", "accuracy"])) is None


def test_the_confusion_matrix_counts_what_was_taken_for_what() -> None:
    matrix = confusion_matrix(_clips([0, 0, 0, 0], ["dog", "cat", "cat", None]), model="m", classes=("cat", "dog"))
    assert matrix is not None
    assert {(cell.label, cell.predicted): cell.count for cell in matrix.cells} == {("dog", "dog"): 1, ("dog", "cat"): 2}
    (largest,) = matrix.largest
    assert (largest.predicted, largest.count, largest.row, largest.column) == ("cat", 2, 1, 0)
    assert confusion_matrix(_clips([0], [None]), model="m", classes=("dog",)) is None


def test_the_headline_table_sets_references_apart_and_knows_chance(tmp_path: Path) -> None:
    run, _ = example_run(tmp_path, classes=("dog", "cat"), per_class=2)
    table = headline_table(run.record)
    assert [column.title for column in table.columns] == ["Accuracy", "CLIP similarity", "Audio similarity", "FID"]
    assert {group.title: [row.card.name for row in group.rows] for group in table.groups} == {
        "Systems": ["seeingsounds"],
        "Ceilings": ["real", "text_oracle"],
        "Floors": ["shuffled_audio", "silence"],
    }
    assert [column.chance for column in table.columns] == ["2.0\u202f%", "–", "–", "–"]
    subsets = subset_table(run.record)
    assert subsets is not None
    (systems,) = subsets.groups
    assert systems.kind == "system"
    assert [cell.n for cell in systems.rows[0].cells] == [1360, 640]


def test_references_come_by_what_they_mark_and_those_that_do_not_say_come_last(tmp_path: Path) -> None:
    plain = ModelCard(name="plain", fingerprint="p", role="reference")
    run, _ = example_run(tmp_path, models=(SYSTEM, plain, *MORE_REFERENCES), classes=("dog", "cat"), per_class=2)
    kinds = ["system", "yardstick", "floor", "reference"]
    assert [group.kind for group in headline_table(run.record).groups] == kinds
    plot = interval_plots(run.record)[0]
    assert [group.kind for group in plot.groups] == kinds
    assert [mark.name for mark in plot.groups[1].marks] == ["audio_retrieval", "class_mean"]
    assert [mark.name for mark in plot.groups[0].marks if not mark.is_subset] == ["seeingsounds"]


def test_plots_place_everything_on_the_axis_whatever_the_values(tmp_path: Path) -> None:
    run, _ = example_run(tmp_path, classes=("dog", "cat"), per_class=2)
    odd = [measurement("seeingsounds", stamp.name, -1e-7, half=0.0) for stamp in METRICS]
    for record in (run.record, run.record.model_copy(update={"measurements": tuple(odd)})):
        for plot in interval_plots(record):
            marks = [mark for group in plot.groups for mark in group.marks]
            places = [place for mark in marks for place in (mark.at, mark.low, mark.high) if place is not None]
            assert all(0 <= place <= 100 for place in [*places, *(at for at, _ in plot.ticks)])
            assert 1 <= len(plot.ticks) <= 7
    undefined = run.record.model_copy(update={"measurements": (measurement("real", "fid", float("nan")),)})
    assert interval_plots(undefined) == []


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (0.7123, "proportion", "71.2\u202f%"),
        (0.25, "cosine", "0.250"),
        (-0.25, "cosine", "−0.250"),
        (3.14159, "x", "3.14"),
        (210.26, "x", "210.3"),
        (12345.6, "x", "12346"),
        (float("nan"), "proportion", "–"),
        (float("inf"), "x", "–"),
    ],
)
def test_numbers_are_spelt_alike_everywhere(value: float, unit: str, expected: str) -> None:
    assert number(value, unit=unit) == expected


def test_intervals_and_names_in_words() -> None:
    assert interval(measurement("m", "accuracy", 0.71).estimate, unit="proportion") == "69.0–73.0"
    assert interval(measurement("m", "clip_similarity", 0.0).estimate, unit="cosine") == "−0.020 to 0.020"
    assert interval(measurement("m", "fid", 1.0, half=float("nan")).estimate, unit="x") == ""
    assert metric_title("macro_f1") == "Macro F1"
    assert metric_title("audioclip_similarity") == "AudioCLIP similarity"


@pytest.mark.parametrize("rate", [4_000, 8_000, 16_000, 22_050, 44_100])
def test_sound_of_any_rate_becomes_short_opus(rate: int) -> None:
    waveform = np.sin(np.arange(2 * rate) * 0.1).astype(np.float32)
    data = to_opus(Clip(id="c", waveform=waveform, sample_rate=rate, sha256=""))
    info = soundfile.info(io.BytesIO(data))
    assert (info.format, info.subtype, info.channels) == ("OGG", "OPUS", 1)
    assert info.duration == pytest.approx(2, abs=0.05)
    assert len(data) < 2 * 4_000


def test_flat_pictures_stay_lossless_and_large_ones_shrink() -> None:
    flat = np.zeros((64, 64, 3), np.uint8)
    flat[20:40] = (200, 30, 90)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(compress(flat))).convert("RGB")), flat)
    large = np.zeros((512, 256, 3), np.uint8)
    assert Image.open(io.BytesIO(compress(large))).size == (96, 192)
    noisy = np.random.default_rng(0).integers(0, 255, (512, 256, 3), np.uint8)
    assert Image.open(io.BytesIO(compress(noisy))).size == (48, 96)
    media = ExampleMedia({})
    small, large = encode_picture(media, flat), encode_picture(media, noisy)
    assert small is not None
    assert large is not None
    assert (small.coarse, large.coarse) == (True, False)
    assert encode_picture(media, None) is None


def test_a_data_uri_names_its_type() -> None:
    assert data_uri(b"\x89PNG....").startswith("data:image/png;base64,")
    assert data_uri(b"OggS....").startswith("data:audio/ogg;base64,")
    assert data_uri(b"RIFF....").startswith("data:image/webp;base64,")


@pytest.mark.parametrize("samples", [1, 1000, 80_000])
def test_a_spectrogram_has_one_size_and_silence_is_white(samples: int) -> None:
    picture = spectrogram(np.zeros(samples, np.float32), sample_rate=16_000)
    assert picture.shape == (HEIGHT, WIDTH)
    assert picture.min() == 255


def test_a_tone_is_darkest_at_its_height() -> None:
    tone = np.sin(2 * np.pi * 4000 * np.arange(16_000) / 16_000).astype(np.float32)
    darkest = int(spectrogram(tone, sample_rate=16_000)[:, WIDTH // 2].argmin())
    assert darkest == pytest.approx(HEIGHT * np.log(2) / np.log(8000 / 60), abs=1.5)


def test_reports_import_nothing_that_computes() -> None:
    code = (
        "import sys, evalsuite.reporting.html; "
        "print([m for m in sys.modules if m.startswith(('torch', 'matplotlib', 'evalsuite.metrics.', 'pandas'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
