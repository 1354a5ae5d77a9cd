"""Two made-up runs of one protocol: the second draws dogs better than the first, and cats worse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporting_example import REFERENCES, RIVALS, SYSTEM, example_run

from evalsuite.run_folder import CLIPS_FILE, Run, save_record

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from reporting_example import ExampleMedia

    from evalsuite.measurement import Measurement

CLASSES = ("dog", "cat", "rain", "train", "siren", "pig")
MODELS = (SYSTEM, RIVALS[0], *REFERENCES)


def two_runs(folder: Path, *, per_class: int = 20, reference: str = "") -> tuple[list[Run], list[ExampleMedia]]:
    """Write two run folders; ``reference`` is the second's reference set by FID, the first has none.

    Their seeingsounds differ, their sound2scene drew the same pictures.
    """
    first, media = example_run(folder / "esc50_zeroshot-1a", models=MODELS, classes=CLASSES, per_class=per_class)
    second, other_media = example_run(folder / "esc50_zeroshot-2b", models=MODELS, classes=CLASSES, per_class=per_class)
    _with_audio_similarity(first.clips()).to_parquet(first.path / CLIPS_FILE)
    clips = _retrained(_with_audio_similarity(second.clips()))
    clips.to_parquet(second.path / CLIPS_FILE)
    own = clips[clips["model"] == SYSTEM.name]
    models = (SYSTEM.model_copy(update={"fingerprint": "retrained"}), *MODELS[1:])
    measurements = tuple(_measured(m, own, reference=reference) for m in second.record.measurements)
    record = second.record.model_copy(update={"models": models, "measurements": measurements})
    save_record(second.path, record)
    return [first, Run(second.path, record)], [media, other_media]


def _with_audio_similarity(clips: pd.DataFrame) -> pd.DataFrame:
    return clips.assign(audio_similarity=clips["clip_similarity"] / 2)


def _retrained(clips: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with every dog of the system right and every cat wrong, scores to match."""
    own = clips["model"] == SYSTEM.name
    for label, right, shift in (("dog", 1.0, 0.2), ("cat", 0.0, -0.1)):
        rows = own & (clips["label"] == label)
        clips.loc[rows, "accuracy"] = right
        clips.loc[rows, "predicted"] = label if right else "pig"
        clips.loc[rows, "clip_similarity"] += shift
    clips.loc[own, "image_key"] += "-retrained"
    return clips


def _measured(measurement: Measurement, own: pd.DataFrame, *, reference: str) -> Measurement:
    """Return a measurement as of the changed rows."""
    changes: dict[str, object] = {}
    if measurement.metric == "fid":
        changes["passport"] = measurement.passport.model_copy(update={"reference": reference})
    if measurement.model == SYSTEM.name and measurement.per_clip in own and measurement.passport.subset == "all":
        value = float(own[measurement.per_clip].mean())
        changes["estimate"] = measurement.estimate.model_copy(update={"value": value})
    return measurement.model_copy(update=changes)
