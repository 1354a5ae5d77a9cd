"""The made-up run of ``reporting_example`` with as many metrics as the suite has, on fewer clips than features.

Scorers contradict each other, one of them helped to make two systems, and the Fréchet distances are not comparable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from reporting_example import ESC50, EVERYONE, SKILL, ExampleMedia, example_run, generator

from evalsuite.measurement import Adequacy, Estimate, Measurement, Passport
from evalsuite.record import EncoderStamp, MetricStamp, RunRecord
from evalsuite.run_folder import CLIPS_FILE, Run, save_record
from evalsuite.running.compare import compare
from evalsuite.running.panel import ask_panels
from evalsuite.stats import mean_estimate, proportion_estimate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt
    import pandas as pd

    from evalsuite.model import ModelCard

D = 128
"""Features of the distances: more than the clips of :func:`wide_run`."""
ENCODERS = {
    name: EncoderStamp(role=role, name=name, fingerprint=digit * 64, weights=f"mini:{name}")
    for role, name, digit in (
        ("judge", "judge_clip", "1"),
        ("second_judge", "audioclip", "2"),
        ("second_audio_similarity", "wav2clip", "3"),
        ("clap", "clap", "4"),
        ("distance", "inception", "5"),
    )
}
BY_CLIP = {
    "accuracy": ("judge_clip", "Share of pictures whose nearest class text, to the judge, is the true class."),
    "aic": ("audioclip", "The same by the second judge, with the class's name alone for a text."),
    "clip_similarity": ("judge_clip", "Mean cosine between a picture and the text of its true class."),
    "second_clip_similarity": ("audioclip", "The same by the second judge."),
    "audioclip_similarity": ("audioclip", "Mean cosine between a picture and its sound."),
    "ais_cos": ("wav2clip", "Mean cosine between a picture and its sound, by Wav2CLIP."),
    "clap_similarity": ("clap", "Mean cosine between the sound and the text of the class that the picture shows."),
    "iis_cos": ("judge_clip", "Mean cosine between a picture and the clip's real picture."),
}
"""Metrics with a value for every clip: the encoder, and what they mean."""
HITS = ("accuracy", "aic")
DISTANCES = {
    "fid": ("inception", "kid", "Fréchet distance to the real pictures, in the features of a classifier."),
    "kid": ("inception", None, "Unbiased kernel distance in the same features."),
    "clip_fid": ("judge_clip", "clip_kid", "Fréchet distance in the judge's features."),
    "clip_kid": ("judge_clip", None, "Unbiased kernel distance in the judge's features."),
    "fd_dinov2": ("inception", None, "Fréchet distance in self-supervised features."),
    "cmmd": ("judge_clip", None, "Maximum mean discrepancy in the features of an image-text encoder."),
}
"""Distances between sets: the encoder, the unbiased alternative, and what they mean."""
ORDER = tuple(dict.fromkeys(("accuracy", "clip_similarity", "fid", "audioclip_similarity", *BY_CLIP, *DISTANCES)))
"""The protocol's order of the metrics."""
SECOND = ("aic", "second_clip_similarity", "ais_cos")
"""Scorers who think otherwise than the first."""
OTHERWISE = {"cascade": -0.25, "seeingsounds": 0.2}
"""By how much they think better of a system, as a proportion."""
HELPED = {"sound2scene": ("mini:unclip", "mini:clap"), "sonification": ("mini:clap", "mini:ast")}
"""Encoders of systems that were made with a scorer among them."""


def wide_run(folder: Path, *, models: Sequence[ModelCard] = EVERYONE, per_class: int = 10) -> tuple[Run, ExampleMedia]:
    """Write a run folder with all metrics on ten classes and return it opened, with its media."""
    cards = [card.model_copy(update={"encoders": HELPED.get(card.name, card.encoders)}) for card in models]
    run, media = example_run(folder, models=cards, classes=ESC50[:10], per_class=per_class)
    clips = run.clips()
    for metric in BY_CLIP:
        clips[metric] = np.concatenate([_values(card.name, metric, len(clips) // len(cards)) for card in cards])
    clips.to_parquet(folder / CLIPS_FILE)
    record = _widened(run.record, clips)
    save_record(folder, record)
    return Run(folder, record), media


def _values(model: str, metric: str, n: int) -> npt.NDArray[np.float64]:
    draw = generator(model + metric)
    skill = SKILL[model] + (OTHERWISE.get(model, 0) if metric in SECOND else 0)
    if metric in HITS:
        return (draw.random(n) < skill).astype(float)
    return 0.1 + 0.2 * skill + 0.05 * draw.standard_normal(n)


def _widened(record: RunRecord, clips: pd.DataFrame) -> RunRecord:
    by_clip = [
        _measurement(record, str(model), metric, _estimate(metric, own))
        for model, own in clips.groupby("model", sort=False)
        for metric in BY_CLIP
    ]
    subsets = [m for m in record.measurements if m.passport.subset != "all"]
    distances = [_distance(record, card.name, metric) for card in record.models for metric in DISTANCES]
    measurements = (*by_clip, *subsets, *distances)
    rows = clips.to_dict("records")
    changes = {
        "encoders": tuple(ENCODERS.values()),
        "metrics": tuple(_stamp(metric) for metric in ORDER),
        "measurements": measurements,
        "comparisons": compare(record.models, measurements, rows=rows),
        "notes": (*record.notes, f"fid: n={record.dataset.n} < d={D}: mostly bias, not comparable; read kid."),
    }
    wide = record.model_copy(update=changes)
    return wide.model_copy(update={"panels": ask_panels(wide, measurements, rows=rows)})


def _estimate(metric: str, own: pd.DataFrame) -> Estimate:
    estimate = proportion_estimate if metric in HITS else mean_estimate
    return estimate(own[metric].to_numpy(), sources=own["source"].to_numpy(str))


def _stamp(metric: str) -> MetricStamp:
    return MetricStamp(
        name=metric,
        meaning=(BY_CLIP.get(metric) or DISTANCES[metric])[-1],
        higher_is_better=metric in BY_CLIP,
        unit=_unit(metric),
        alternative=DISTANCES[metric][1] if metric in DISTANCES else None,
    )


def _unit(metric: str) -> str:
    if metric in DISTANCES:
        return "squared feature distance"
    return "proportion" if metric in HITS else "cosine"


def _distance(record: RunRecord, model: str, metric: str) -> Measurement:
    """Return a distance that falls with skill; the judge's eye thinks otherwise than the classifier's."""
    biased = DISTANCES[metric][1] is not None or metric == "fd_dinov2"
    skill = SKILL[model] + (OTHERWISE.get(model, 0) if DISTANCES[metric][0] == "judge_clip" else 0)
    value, half = (420 - 300 * skill, 25.0) if biased else (0.09 - 0.08 * skill, 0.006)
    estimate = Estimate(
        value=value, low=value - half, high=value + half, standard_error=half / 2, method="jackknife, 20 blocks, 95 %"
    )
    n = record.dataset.n
    rank = 1 if model == "silence" else min(n - 1, D)
    sets = Adequacy(n=n, m=n, d=D, rank=rank, reference_rank=min(n - 1, D), biased=biased)
    return _measurement(record, model, metric, estimate, adequacy=sets)


def _measurement(
    record: RunRecord, model: str, metric: str, estimate: Estimate, *, adequacy: Adequacy | None = None
) -> Measurement:
    encoder = ENCODERS[(BY_CLIP.get(metric) or DISTANCES[metric])[0]]
    n = record.dataset.n
    return Measurement(
        model=model,
        metric=metric,
        estimate=estimate,
        higher_is_better=metric in BY_CLIP,
        unit=_unit(metric),
        chance=0.1 if metric in HITS else None,
        per_clip=metric if metric in BY_CLIP else None,
        adequacy=adequacy,
        passport=Passport(
            metric=metric,
            version=1,
            extractors=(f"{encoder.name}@{encoder.fingerprint[:12]}",),
            dataset="mini@77aa",
            n=n,
            total=2000,
        ),
    )
