"""A made-up run with plausible numbers, pictures and tones, for the tests of the report."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from evalsuite.audio.clip import Clip
from evalsuite.datasets.base import DatasetCard
from evalsuite.hashing import sha256_bytes
from evalsuite.measurement import Estimate, Measurement, Passport
from evalsuite.model import ModelCard
from evalsuite.record import (
    DatasetStamp,
    EncoderStamp,
    Environment,
    MetricStamp,
    ProfileStamp,
    ProtocolStamp,
    RunRecord,
)
from evalsuite.run_folder import CLIPS_FILE, Run, save_record
from evalsuite.running.compare import compare

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from evalsuite.audio.clip import Picture

ESC50 = tuple(
    """dog, rooster, pig, cow, frog, cat, hen, insects, sheep, crow, rain, sea waves, crackling fire, crickets,
    chirping birds, water drops, wind, pouring water, toilet flush, thunderstorm, crying baby, sneezing, clapping,
    breathing, coughing, footsteps, laughing, brushing teeth, snoring, drinking or sipping, door knock, mouse click,
    keyboard typing, door or wood creaks, can opening, washing machine, vacuum cleaner, clock alarm, clock tick,
    glass breaking, helicopter, chainsaw, siren, car horn, engine, train, church bells, airplane, fireworks,
    hand saw""".replace("\n", " ").split(", ")
)
ESC50 = tuple(" ".join(name.split()) for name in ESC50)

SYSTEM = ModelCard(
    name="seeingsounds",
    fingerprint="5eeb0d0c" * 8,
    description="Maps sound onto the text space of a latent diffusion model through a trained adapter.",
    trained_on=("miniworld-train",),
    concepts_met=ESC50[:34],
    encoders=("ast-mini", "clip-mini"),
    sample_rate=16_000,
    image_size=64,
    licence="MIT",
    citation="Seeing Sounds, 2025",
)
RIVALS = tuple(
    SYSTEM.model_copy(update={"name": name, "fingerprint": name, "description": description})
    for name, description in (
        ("sound2scene", "Maps sound into the image space of a generator, by contrast with frames of videos."),
        ("sound2vision", "The same, with a larger space and scored candidates."),
        ("sonification", "Undoes a published mapping from picture to sound."),
        ("cascade", "Names the class it hears, then draws the name."),
    )
)
REFERENCES = (
    ModelCard(name="real", fingerprint="r1", role="reference", bound="ceiling", sees=frozenset({"picture"})),
    ModelCard(name="text_oracle", fingerprint="t1", role="reference", bound="ceiling", sees=frozenset({"label"})),
    ModelCard(
        name="shuffled_audio", fingerprint="s1", role="reference", bound="floor", description="Hears another clip."
    ),
    ModelCard(name="silence", fingerprint="q1", role="reference", bound="floor", sees=frozenset()),
)
MORE_REFERENCES = (
    ModelCard(name="audio_retrieval", fingerprint="a1", role="reference", bound="yardstick"),
    ModelCard(name="class_mean", fingerprint="c1", role="reference", bound="yardstick", sees=frozenset({"label"})),
    ModelCard(name="white_noise", fingerprint="w1", role="reference", bound="floor", sees=frozenset()),
    ModelCard(name="prompt_only", fingerprint="p1", role="reference", bound="floor", sees=frozenset()),
)
EVERYONE = (SYSTEM, *RIVALS, *REFERENCES, *MORE_REFERENCES)
"""As many models as the shipped protocol compares."""
SKILL = {
    "seeingsounds": 0.71,
    "sound2scene": 0.64,
    "sound2vision": 0.65,
    "sonification": 0.03,
    "cascade": 0.77,
    "real": 0.985,
    "text_oracle": 0.96,
    "audio_retrieval": 0.58,
    "class_mean": 0.9,
    "shuffled_audio": 0.021,
    "silence": 0.02,
    "white_noise": 0.02,
    "prompt_only": 0.02,
}
METRICS = (
    MetricStamp(
        name="accuracy",
        meaning="Share of pictures whose nearest class text, to the judge, is the true class.",
        higher_is_better=True,
        unit="proportion",
    ),
    MetricStamp(
        name="clip_similarity",
        meaning="Mean cosine between a picture and the text of its true class.",
        higher_is_better=True,
        unit="cosine",
    ),
    MetricStamp(
        name="audio_similarity",
        meaning="Mean cosine between a picture and the sound it was drawn for, in a joint audio-visual space.",
        higher_is_better=True,
        unit="cosine",
    ),
    MetricStamp(
        name="fid",
        meaning="Fréchet distance between the features of the drawn pictures and of real ones.",
        higher_is_better=False,
        unit="squared feature distance",
    ),
)


@dataclass
class ExampleMedia:
    """Blocky pictures and tones, with a cache in memory."""

    labels: dict[str, str]
    with_pictures: bool = True
    made: dict[str, bytes] = field(default_factory=dict)
    loaded: int = 0
    folder: Path | None = None
    """Where the sounds' files are said to lie."""

    def picture(self, model: str, clip_id: str) -> Picture | None:
        return _scene(self.labels[clip_id], f"{model}{clip_id}") if self.with_pictures else None

    def true_picture(self, clip_id: str) -> Picture | None:
        return _scene(self.labels[clip_id], clip_id) if self.with_pictures else None

    def reference_picture(self, clip_id: str) -> Picture | None:
        return _scene(self.labels[clip_id], f"reference {clip_id}") if self.with_pictures else None

    def sound_file(self, clip_id: str) -> Path | None:
        return self.folder / f"{clip_id}.wav" if self.folder else None

    def sound(self, clip_id: str) -> Clip:
        self.loaded += 1
        rate, seconds = 16_000, 5
        noise = generator(clip_id)
        time = np.arange(rate * seconds) / rate
        pitch = 120 * 2 ** (4 * noise.random())
        tone = np.sin(2 * math.pi * pitch * time * (1 + 0.1 * time)) * np.exp(-3 * ((time * 1.5) % 1))
        waveform = (0.5 * tone + 0.08 * noise.standard_normal(len(time)) * (time % 1)).astype(np.float32)
        return Clip(id=clip_id, waveform=waveform, sample_rate=rate, sha256=sha256_bytes(clip_id.encode()))

    def cached_bytes(self, key: str, make: Callable[[], bytes]) -> bytes:
        if key not in self.made:
            self.made[key] = make()
        return self.made[key]


def example_run(
    folder: Path,
    *,
    models: Sequence[ModelCard] = (SYSTEM, *REFERENCES),
    classes: Sequence[str] = ESC50,
    per_class: int = 40,
) -> tuple[Run, ExampleMedia]:
    """Write a run folder and return it opened, with its media."""
    folder.mkdir(parents=True, exist_ok=True)
    clips = pd.concat([_clips(card.name, classes, per_class) for card in models], ignore_index=True)
    clips.to_parquet(folder / CLIPS_FILE)
    record = _record(folder.name, tuple(models), tuple(classes), clips)
    save_record(folder, record)
    return Run(folder, record), ExampleMedia(dict(zip(clips["clip_id"], clips["label"], strict=True)))


def measurement(
    model: str, metric: str, value: float, *, half: float = 0.02, n: int = 2000, subset: str = "all"
) -> Measurement:
    """Return a measurement with a symmetric interval, NaN where ``half`` is."""
    stamp = next(stamp for stamp in METRICS if stamp.name == metric)
    return Measurement(
        model=model,
        metric=metric,
        estimate=Estimate(
            value=value, low=value - half, high=value + half, standard_error=half / 2, method="Wilson, clustered, 95 %"
        ),
        higher_is_better=stamp.higher_is_better,
        unit=stamp.unit,
        chance=0.02 if metric == "accuracy" else None,
        per_clip=None if metric == "fid" else metric,
        passport=Passport(
            metric=metric,
            version=1,
            extractors=("clip-mini@1a2b3c",),
            dataset="mini@77aa",
            subset=subset,
            n=n,
            total=2000,
        ),
    )


def _clips(model: str, classes: Sequence[str], per_class: int) -> pd.DataFrame:
    noise = generator(model)
    rows = []
    for place, label in enumerate(classes):
        skill = SKILL.get(model, 0.5) + (0.28 * math.sin(3.7 * place) if model == "seeingsounds" else 0)
        for number in range(per_class):
            right = noise.random() < skill
            near = classes[(place + int(noise.integers(1, 4))) % len(classes)]
            clip_id = f"{number % 5 + 1}-{1000 * place + number}-A-{place}"
            rows.append(
                {
                    "model": model,
                    "clip_id": clip_id,
                    "label": label,
                    "source": f"rec-{place}-{number // 2}",
                    "fold": number % 5 + 1,
                    "seed": number,
                    "heard_clip_id": clip_id,
                    "image_key": sha256_bytes(f"{model}{clip_id}".encode()),
                    "predicted": label if right else near,
                    "accuracy": float(right),
                    "clip_similarity": 0.18 + 0.1 * skill + 0.03 * noise.standard_normal() + 0.03 * right,
                }
            )
    return pd.DataFrame(rows)


def _measurements(models: tuple[ModelCard, ...], clips: pd.DataFrame) -> list[Measurement]:
    found = []
    for card in models:
        rows = clips[clips["model"] == card.name]
        skill = float(rows["accuracy"].mean())
        found += [
            measurement(card.name, "accuracy", skill, half=0.021),
            measurement(card.name, "clip_similarity", float(rows["clip_similarity"].mean()), half=0.003),
            measurement(card.name, "audio_similarity", -0.02 + 0.4 * skill, half=0.006),
            measurement(card.name, "fid", 210 - 190 * skill, half=6.0),
        ]
        if card.role == "system":
            new = max(skill - 0.15, 0.05)
            found += [
                measurement(card.name, "accuracy", skill + 0.06, n=1360, subset="concepts met in training"),
                measurement(card.name, "accuracy", new, half=0.04, n=640, subset="concepts not met in training"),
            ]
    return found


def _record(run_id: str, models: tuple[ModelCard, ...], classes: tuple[str, ...], clips: pd.DataFrame) -> RunRecord:
    n = int((clips["model"] == models[0].name).sum())
    card = DatasetCard(name="miniworld_esc50", version="1", synthetic=True, licence="CC0", description="Drawn sounds.")
    measurements = tuple(_measurements(models, clips))
    return RunRecord(
        run_id=run_id,
        created="2026-03-01T12:00:00+00:00",
        status="complete",
        command="evalsuite run protocols/esc50_zeroshot.yaml",
        protocol=ProtocolStamp(
            name="esc50_zeroshot",
            version=1,
            sha256="ab" * 32,
            title="Zero-shot audio-to-image generation on ESC-50",
            content={"source": ["Piczak 2015, ESC-50"], "choices": ["Class texts read “a photo of {label}”."]},
        ),
        profile=ProfileStamp(
            name="mini", sha256="cd" * 32, description="The miniature world, for two processor cores."
        ),
        dataset=DatasetStamp(
            card=card, sha256="ef" * 32, classes=classes, n=n, total=n, sources=clips["source"].nunique(), pictures=card
        ),
        seed=0,
        models=models,
        encoders=(EncoderStamp(role="judge", name="clip-mini", fingerprint="1a2b3c" * 10),),
        metrics=METRICS,
        measurements=measurements,
        comparisons=compare(models, measurements, rows=clips.to_dict("records")),
        timings={"generate": 812.4, "score": 41.0, "report": 3.2},
        environment=Environment(
            evalsuite="0.1.0",
            python="3.11.9",
            platform="Linux x86_64",
            device="cpu",
            packages={"numpy": "2.4.6", "torch": "2.13.0"},
            git="0123abcd-dirty",
        ),
        notes=("Real recordings were heard by mini encoders, which met only synthesised sounds.",),
    )


def _scene(label: str, key: str) -> Picture:
    """Return a 64-pixel picture: sky, ground and some discs whose colours follow the class."""
    base, noise = generator(label), generator(key)
    sky, ground, thing = base.integers(30, 250, (3, 3))
    picture = np.empty((64, 64, 3))
    picture[:40], picture[40:] = sky, ground
    rows, columns = np.mgrid[:64, :64]
    for _ in range(3):
        y, x = noise.integers(12, 52, 2)
        picture[(rows - y) ** 2 + (columns - x) ** 2 < noise.integers(20, 160)] = thing
    return np.clip(picture + noise.normal(0, 5, picture.shape), 0, 255).astype(np.uint8)


def generator(key: str) -> np.random.Generator:
    """Return a generator of its own for every key, the same in every process."""
    return np.random.default_rng(int(sha256_bytes(key.encode())[:12], 16))
