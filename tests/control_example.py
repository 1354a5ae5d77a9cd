"""Made-up runs with a sweep: loudness, a placebo, an interpolation and a mixing grid, for the tests of the report."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from reporting_example import ESC50, REFERENCES, RIVALS, SYSTEM, ExampleMedia, example_run, generator

from evalsuite.control_record import Curve, CurvePoint, DoseStamp, Equivalence, ResponseStamp, SweepStamp
from evalsuite.measurement import Estimate, Measurement, Passport
from evalsuite.record import MetricStamp
from evalsuite.run_folder import CLIPS_FILE, Run, save_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from evalsuite.audio.clip import Picture
    from evalsuite.model import ModelCard

Expects = Literal["rising", "falling", "none", "unknown"]

LOUDNESS = SweepStamp(
    transform="volume",
    title="loudness",
    unit="LUFS",
    sounds=1,
    pairs=None,
    doses=tuple(DoseStamp(asked=dose, measured=dose + 0.3, spread=0.4) for dose in (-50, -40, -30, -23, -16)),
    takes=1,
    subjects=12,
    responses=(
        ResponseStamp(
            name="apparent_size",
            meaning="Share of the picture that the segmenter gives to the source.",
            unit="proportion",
            expects="rising",
            margin=None,
        ),
        ResponseStamp(
            name="nearness",
            meaning="How much better «a near {label}» fits the picture than «a distant {label}».",
            unit="cosine",
            expects="rising",
            margin=None,
        ),
    ),
)
PLACEBO = LOUDNESS.model_copy(
    update={
        "transform": "delay",
        "title": "delay",
        "unit": "s",
        "doses": tuple(DoseStamp(asked=dose, measured=dose, spread=0.0) for dose in (0.0, 0.1, 0.2)),
        "responses": (LOUDNESS.responses[0].model_copy(update={"expects": "none", "margin": 0.02}),),
    }
)
INTERPOLATION = LOUDNESS.model_copy(
    update={
        "transform": "interpolate",
        "title": "share of the second sound",
        "unit": "proportion",
        "sounds": 2,
        "pairs": "ring",
        "doses": tuple(DoseStamp(asked=dose, measured=dose, spread=0.01) for dose in (0.0, 0.25, 0.5, 0.75, 1.0)),
        "responses": (
            ResponseStamp(
                name="balance",
                meaning="How much better the second class fits than the first.",
                unit="cosine",
                expects="rising",
                margin=None,
            ),
        ),
    }
)
GRID = INTERPOLATION.model_copy(
    update={
        "transform": "mix",
        "title": "level of the second sound",
        "unit": "dB",
        "pairs": "grid",
        "doses": (DoseStamp(asked=0, measured=0.1, spread=0.3),),
        "responses": (
            ResponseStamp(
                name="both_present",
                meaning="Share of pictures in which the judge sees both sources.",
                unit="proportion",
                expects="unknown",
                margin=None,
            ),
        ),
    }
)
LISTENING = GRID.model_copy(
    update={
        "transform": "same",
        "title": "step",
        "unit": "",
        "sounds": 1,
        "pairs": None,
        "takes": 4,
        "responses": (LOUDNESS.responses[0].model_copy(update={"name": "presence", "expects": "none"}),),
    }
)
ORACLE = REFERENCES[1]
SLOPE = {SYSTEM.name: 0.8, "sound2scene": 0.15, "real": 1.1, ORACLE.name: 1.0}
"""By how much a model's response follows the dose, from 0 to about 1; nobody else's does."""
FEW = (SYSTEM, RIVALS[0], *REFERENCES)


@dataclass
class SweptMedia(ExampleMedia):
    """A disc on a plain ground, whose size follows the dose by as much as the model's does."""

    def picture(self, model: str, clip_id: str) -> Picture | None:
        return (
            _disc(self.labels[clip_id], 0.3 + 0.5 * SLOPE.get(model, 0) * _place(clip_id))
            if self.with_pictures
            else None
        )

    def true_picture(self, clip_id: str) -> Picture | None:
        return _disc(self.labels[clip_id], 0.3 + 0.5 * _place(clip_id)) if self.with_pictures else None


def control_run(
    folder: Path,
    sweep: SweepStamp = LOUDNESS,
    *,
    models: Sequence[ModelCard] = FEW,
    classes: Sequence[str] = ESC50[:6],
    per_class: int = 2,
) -> tuple[Run, SweptMedia]:
    """Write the folder of a run with a sweep and return it opened, with its media."""
    run, _ = example_run(folder, models=models, classes=classes, per_class=1)
    subjects = list(_subjects(sweep, classes, per_class))
    sweep = sweep.model_copy(update={"subjects": len(subjects)})
    clips = pd.DataFrame([row for card in models for row in _rows(card.name, sweep, subjects)])
    for response in sweep.responses if len(sweep.doses) > 2 else ():
        clips[f"{response.name}_spearman"] = _spearman(clips, response.name)
    clips.to_parquet(folder / CLIPS_FILE)
    found = [m for card in models for m in _measurements(card.name, sweep, clips)]
    names = dict.fromkeys((m.metric, m.unit) for m in found)
    record = run.record.model_copy(
        update={
            "protocol": run.record.protocol.model_copy(
                update={"name": f"control_{sweep.transform}", "title": f"Do pictures follow {sweep.title}?"}
            ),
            "sweep": sweep,
            "curves": tuple(
                _curve(card.name, sweep, response, clips) for card in models for response in sweep.responses
            ),
            "metrics": tuple(
                MetricStamp(name=name, meaning="What it says.", higher_is_better=True, unit=unit)
                for name, unit in names
            ),
            "measurements": tuple(found),
            "comparisons": (),
        }
    )
    save_record(folder, record)
    return Run(folder, record), SweptMedia(dict(zip(clips["clip_id"], clips["label"], strict=True)))


def _subjects(sweep: SweepStamp, classes: Sequence[str], per_class: int) -> Iterator[tuple[str, str, str]]:
    """Yield id, class and second class."""
    if sweep.pairs == "grid":
        yield from ((f"{a}+{b}", a, b) for a, b in combinations(classes, 2))
        yield from ((name, name, "") for name in classes)
        return
    others = [*classes[1:], classes[0]] if sweep.sounds == 2 else [""] * len(classes)
    for label, second in zip(classes, others, strict=True):
        for number in range(per_class):
            yield (f"{label}-{number}+{second}-{number}" if second else f"{label}-{number}"), label, second


def _rows(model: str, sweep: SweepStamp, subjects: Sequence[tuple[str, str, str]]) -> Iterator[dict[str, object]]:
    noise = generator(model)
    for subject, label, second in subjects:
        own = float(noise.normal(0, 0.06))
        for place, stamp in enumerate(sweep.doses):
            along = place / max(len(sweep.doses) - 1, 1)
            yield {
                "model": model,
                "clip_id": f"{subject}@{stamp.asked:g}:{along:.2f}",
                "label": label,
                "source": subject,
                "fold": 1,
                "seed": 1,
                "heard_clip_id": subject,
                "image_key": f"{model}{subject}{place}",
                "predicted": label,
                "subject": subject,
                "dose": stamp.asked,
                "measured_dose": stamp.measured + float(noise.normal(0, 0.01)),
                "take": 0,
                "second_label": second or None,
                "caption": f"distant {label}",
                **{
                    response.name: _answer(model, response, along) + own + float(noise.normal(0, 0.03))
                    if response.name != "both_present"
                    else float(bool(second) and noise.random() < SLOPE.get(model, 0.1))
                    for response in sweep.responses
                },
            }


def _spearman(clips: pd.DataFrame, response: str) -> pd.Series[float]:
    """Return each subject's correlation at its first step, as the suite keeps it."""
    found = pd.Series(np.nan, index=clips.index)
    for _, steps in clips.groupby(["model", "subject"]):
        found[steps.index[0]] = steps["measured_dose"].rank().corr(steps[response].rank())
    return found


def _answer(model: str, response: ResponseStamp, along: float) -> float:
    follows = 0 if response.expects == "none" else SLOPE.get(model, 0)
    return 0.3 + 0.25 * follows * along


def _measurements(model: str, sweep: SweepStamp, clips: pd.DataFrame) -> Iterator[Measurement]:
    own = clips[clips["model"] == model]
    for response in sweep.responses:
        name, follows = response.name, 0 if response.expects == "none" else SLOPE.get(model, 0)
        mean = _measurement(model, name, float(own[name].mean()), response.unit)
        yield mean.model_copy(update={"per_clip": name})
        if sweep.pairs == "grid":
            yield _measurement(model, f"{name}_alone", 0.04, response.unit)
        else:
            yield _measurement(model, f"{name}_slope", 0.006 * follows, f"{response.unit} per {sweep.unit}", half=0.001)
            yield _measurement(model, f"{name}_spearman", 0.9 * follows / 1.1, "correlation", half=0.08)
            yield _measurement(model, f"{name}_monotone_share", 0.7 * follows / 1.1, "proportion", half=0.09)
    yield _measurement(model, "audio_variance_share", 0.4, "proportion")
    yield _measurement(model, "audio_swap_retrieval", 0.6, "proportion")


def _measurement(model: str, metric: str, value: float, unit: str, *, half: float = 0.05) -> Measurement:
    estimate = Estimate(
        value=value, low=value - half, high=value + half, standard_error=half / 2, method="bootstrap by recording, 95 %"
    )
    return Measurement(
        model=model,
        metric=metric,
        estimate=estimate,
        higher_is_better=True,
        unit=unit,
        passport=Passport(metric=metric, version=1, n=60, total=60),
    )


def _curve(model: str, sweep: SweepStamp, response: ResponseStamp, clips: pd.DataFrame) -> Curve:
    own = clips[clips["model"] == model]
    means = [own.loc[own["dose"] == stamp.asked, response.name].mean() for stamp in sweep.doses]
    isotonic = np.maximum.accumulate(means)
    points = (
        CurvePoint(
            dose=stamp.asked,
            measured=stamp.measured,
            estimate=Estimate(
                value=float(mean),
                low=float(mean) - 0.03,
                high=float(mean) + 0.03,
                standard_error=0.015,
                method="t, 95 %",
            ),
            isotonic=float(best),
        )
        for stamp, mean, best in zip(sweep.doses, means, isotonic, strict=True)
    )
    return Curve(
        model=model,
        response=response.name,
        points=tuple(points),
        equivalence=None if response.margin is None else _equivalence(model, response.margin),
    )


def _equivalence(model: str, margin: float) -> Equivalence:
    holds = model != "sound2scene"
    change = 0.003 if holds else 0.017
    estimate = Estimate(value=change, low=change - 0.006, high=change + 0.006, standard_error=0.003, method="t, 90 %")
    return Equivalence(margin=margin, change=estimate, p_value=0.0004 if holds else 0.16, equivalent=holds)


def _place(clip_id: str) -> float:
    return float(clip_id.rpartition(":")[2])


def _disc(label: str, radius: float) -> Picture:
    """Return a 64-pixel picture of a disc, whose colours follow the class and whose ``radius`` is a share of half."""
    ground, thing = generator(label).integers(30, 250, (2, 3))
    picture = np.empty((64, 64, 3))
    picture[:] = ground
    rows, columns = np.mgrid[:64, :64]
    picture[(rows - 32) ** 2 + (columns - 32) ** 2 < (32 * min(radius, 1.0)) ** 2] = thing
    return np.clip(picture + generator(label).normal(0, 5, picture.shape), 0, 255).astype(np.uint8)
