"""Pools of coloured pictures and of tones, pairs of the two, and a CLAP of the real class with random weights."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from backbones import tone

from baselines.sonification.pairs import PairFacts, PairSettings, save_facts, save_table
from evalsuite.datasets.base import DatasetCard
from evalsuite.datasets.pool import PoolItem
from evalsuite.miniworld.pools import MiniPhotos, MiniSounds

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from evalsuite.audio.clip import Clip, Picture
    from evalsuite.datasets.pool import Holding

COLOURS = {"dog": (200, 40, 40), "rain": (40, 40, 200), "bells": (200, 200, 40)}
GREY = (90, 90, 90)
EACH = 8


class Colours:
    """Eight shades of each of three colours, and as many greys that show nothing."""

    card = DatasetCard(name="colours", version="1", synthetic=True)
    holds: Holding = "pictures"

    def items(self) -> tuple[PoolItem, ...]:
        return tuple(_item("picture", label, number) for label in (*COLOURS, "nothing") for number in range(EACH))

    def load(self, item: PoolItem) -> Picture:
        _, label, number = item.id.split("/")
        shade = np.clip(np.array(COLOURS.get(label, GREY)) + 5 * int(number), 0, 255)
        return np.full((64, 64, 3), shade, np.uint8)


class Tones:
    """Eight tones of each of three ranges."""

    card = DatasetCard(name="tones", version="2", synthetic=True)
    holds: Holding = "sounds"

    def items(self) -> tuple[PoolItem, ...]:
        return tuple(_item("sound", label, number) for label in COLOURS for number in range(EACH))

    def load(self, item: PoolItem) -> Clip:
        _, label, number = item.id.split("/")
        return tone(200 + 1000 * list(COLOURS).index(label) + 40 * int(number))


class Unlabelled(Tones):
    """The tones, of which nobody knows what they are."""

    def items(self) -> tuple[PoolItem, ...]:
        return tuple(replace(item, label=None) for item in super().items())


def _item(kind: str, label: str, number: int) -> PoolItem:
    name = f"{kind}/{label}/{number}"
    return PoolItem(id=name, sha256=f"hash of {name}", source=name, label=label)


def few_photos() -> MiniPhotos:
    return MiniPhotos(draw="few photos", per_concept=1, empty=0)


def few_sounds() -> MiniSounds:
    return MiniSounds(draw="few sounds", per_concept=1)


def write_pairs(folder: Path, *, each: int = EACH, sounds: str = "sonification_example:Tones") -> Path:
    """Pair pictures and tones of one label, and one grey with a tone."""
    import pandas as pd

    pairs = [(f"picture/{label}/{i}", f"sound/{label}/{i}") for label in COLOURS for i in range(each)]
    pairs.append(("picture/nothing/0", "sound/dog/0"))
    folder.mkdir(parents=True, exist_ok=True)
    return save_pairs(folder, pd.DataFrame([_row(*pair) for pair in pairs]), _facts(sounds))


def save_pairs(folder: Path, table: pd.DataFrame, facts: PairFacts) -> Path:
    facts.pairs_sha256 = save_table(folder, table)
    save_facts(folder, facts)
    return folder


def _row(picture: str, sound: str) -> dict[str, Any]:
    return {
        "picture_id": picture,
        "picture_sha256": f"hash of {picture}",
        "audio_id": sound,
        "audio_sha256": f"hash of {sound}",
        "concept": sound.split("/")[1],
        "concept_score": 0.9,
        "similarity": 0.8,
        "rank": 1,
    }


def _facts(sounds: str) -> PairFacts:
    return PairFacts(
        request="made by hand",
        pairs_sha256="",
        pictures="sonification_example:Colours",
        sounds=sounds,
        picture_pool=Colours.card,
        sound_pool=Tones.card,
        settings=PairSettings(),
        captioner="by hand",
        captioner_fingerprint="",
        clap="by hand",
        clap_fingerprint="",
        counts={},
        unreadable={},
        versions={},
    )


def save_small_clap(folder: Path, *, seed: int = 0) -> Path:
    """A CLAP of the miniature world's sizes."""
    import torch

    from evalsuite.miniworld.pretrain import clap

    torch.manual_seed(seed)
    return _save_clap(folder, clap.new_clap(), clap.new_feature_extractor())


def save_published_clap(folder: Path) -> Path:
    """A CLAP with the shapes of laion/clap-htsat-unfused, as it is but for its depth."""
    import torch
    from transformers import ClapConfig, ClapFeatureExtractor, ClapModel

    torch.manual_seed(0)
    text = {"num_hidden_layers": 1, "vocab_size": 100}
    config = ClapConfig(text_config=text, audio_config={"depths": [1, 1, 1, 1]})
    front_end = ClapFeatureExtractor(truncation="rand_trunc", padding="repeatpad")
    return _save_clap(folder, ClapModel(config), front_end)


def _save_clap(folder: Path, model: Any, front_end: Any) -> Path:
    model.save_pretrained(folder)
    front_end.save_pretrained(folder)
    return folder
