"""Stage «segmenter»: the decoder of a small CLIPSeg on the frozen «clip», taught by the world's own truth.

CLIP is not saved again: what ships is the decoder, in transformers' format, and the profile says where CLIP lies.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from evalsuite.encoders.clipseg_masks import WEIGHTS_NAME
from evalsuite.miniworld.captions import PREFIXES
from evalsuite.miniworld.concepts import CONCEPTS
from evalsuite.miniworld.pretrain.judge import CONTEXT, MEAN, STD, tokenize
from evalsuite.miniworld.pretrain.pictures import draw_scenes, scene_tensors, to_tensor
from evalsuite.miniworld.pretrain.views import dimmed, reconstruct, shifted
from evalsuite.miniworld.pretrain.words import new_tokenizer
from evalsuite.miniworld.scenes import object_mask
from evalsuite.training import Draw, Schedule, fit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from diffusers import AutoencoderKL
    from torch import Tensor
    from transformers import CLIPModel, CLIPSegForImageSegmentation

    from evalsuite.miniworld.scenes import Scene

SCHEDULE = Schedule(steps=3500, rate=4e-3, weight_decay=1e-3, anneal=0.7, ema=0.995)
BATCH = 64
VIEWS = 9000
SIDE = 64
PAIRS = 0.5
EMPTY = 0.05
"""Share of the scenes that show an empty place."""
ABSENT = 0.4
"""Share of the questions that ask for another concept than those in sight."""
AT_ONCE = 60


def new_segmenter(clip: CLIPModel) -> CLIPSegForImageSegmentation:
    """Return a CLIPSeg on a frozen CLIP, its decoder with random weights."""
    from transformers import CLIPSegConfig, CLIPSegForImageSegmentation

    config = CLIPSegConfig(
        text_config=clip.config.text_config.to_dict(),
        vision_config=clip.config.vision_config.to_dict(),
        projection_dim=clip.config.projection_dim,
        extract_layers=[1, 2],
        reduce_dim=18,
        decoder_num_attention_heads=3,
        decoder_intermediate_size=28,
    )
    net = CLIPSegForImageSegmentation(config)
    net.clip.load_state_dict(clip.state_dict())
    net.clip.requires_grad_(requires_grad=False).eval()
    _enliven(net.decoder)
    return net


@torch.no_grad()
def _enliven(decoder: Any) -> None:
    """Give the decoder weights through which picture and phrase are felt from the first step.

    transformers starts it near zero (standard deviation 0.02), where phrases make no difference for a long while.
    """
    for layer in decoder.modules():
        if isinstance(layer, nn.Linear):
            layer.weight.normal_(std=layer.in_features**-0.5)
    for told in (decoder.film_mul, decoder.film_add):
        told.weight.mul_(0.6)  # CLIP's phrases are about 17 long, its width's root is 11
    decoder.film_mul.bias.fill_(0.5)
    decoder.transposed_convolution.weight.normal_(std=decoder.transposed_convolution.in_channels**-0.5)
    decoder.transposed_convolution.bias.fill_(-2)  # most of a picture shows something else


@dataclass(frozen=True)
class Lessons:
    """What CLIP sees of spoilt views, and the truth about them. CLIP is frozen, so each is looked at once."""

    seen: Tensor
    """What the decoder reads, float16 (n, layers, tokens, width)."""
    masks: Tensor
    """Where the first and the second concept is, bool (n, 2, 64, 64)."""
    concepts: Tensor
    """Which these are, by their places in the table, (n, 2); -1 where there is none, and the mask is empty."""


def look(net: CLIPSegForImageSegmentation, autoencoder: AutoencoderKL, scenes: Sequence[Scene], seed: int) -> Lessons:
    """Return lessons from views of ``scenes``, every other one reconstructed, all of them spoilt."""
    rng, parts = np.random.default_rng(seed), []
    torch.manual_seed(seed)
    for start in range(0, len(scenes), AT_ONCE):
        some = scenes[start : start + AT_ONCE]
        pixels = scene_tensors(some)
        pixels[::2] = to_tensor(reconstruct(autoencoder, tuple(some[::2])))
        truth, concepts = _truth(some)
        moved = shifted(torch.cat([pixels, truth], dim=1), rng)
        parts.append((_seen(net, dimmed(moved[:, :3], rng)), moved[:, 3:] > 0.5, concepts))
    return Lessons(*(torch.cat(kind) for kind in zip(*parts, strict=True)))


def _truth(scenes: Sequence[Scene]) -> tuple[Tensor, Tensor]:
    """Return masks, float (n, 2, 64, 64), and concepts (n, 2), as :class:`Lessons` has them."""
    places = {concept.name: place for place, concept in enumerate(CONCEPTS)}
    masks, concepts = np.zeros((len(scenes), 2, SIDE, SIDE), np.float32), np.full((len(scenes), 2), -1)
    for row, scene in enumerate(scenes):
        for column, name in enumerate(dict.fromkeys(scene.concepts)):
            masks[row, column], concepts[row, column] = object_mask(scene, of=name), places[name]
    return torch.from_numpy(masks), torch.from_numpy(concepts)


@torch.no_grad()
def _seen(net: CLIPSegForImageSegmentation, pixels: Tensor) -> Tensor:
    layers = net.clip.vision_model(pixel_values=pixels, output_hidden_states=True).hidden_states
    return torch.stack([layers[layer + 1] for layer in net.config.extract_layers], dim=1).half()


@dataclass(frozen=True)
class Phrases:
    """Every way to name a concept, as CLIP reads it."""

    embeddings: Tensor
    """(phrases, width)."""
    rows: tuple[range, ...]
    """By concept, which of them name it."""

    @classmethod
    @torch.no_grad()
    def of(cls, net: CLIPSegForImageSegmentation) -> Phrases:
        """Read the wordings of all concepts, those of the data sets among them, behind every prefix."""
        texts: list[str] = []
        rows = []
        for concept in CONCEPTS:
            wordings = dict.fromkeys((*concept.wordings, *concept.classes.values()))
            own = [prefix + wording for wording in wordings for prefix in dict.fromkeys(PREFIXES)]
            rows.append(range(len(texts), len(texts) + len(own)))
            texts += own
        tokens = tokenize(new_tokenizer(length=CONTEXT, begin=True), texts)
        return cls(net.clip.get_text_features(tokens).pooler_output, tuple(rows))

    def draw(self, concepts: Sequence[int], rng: np.random.Generator) -> Tensor:
        """Return the embedding of one phrase for each of ``concepts``, (n, width)."""
        return self.embeddings[[int(rng.choice(self.rows[concept])) for concept in concepts]]


def train(
    folder: Path,
    *,
    autoencoder_folder: Path,
    clip_folder: Path,
    seed: int,
    schedule: Schedule = SCHEDULE,
    views: int = VIEWS,
) -> dict[str, float]:
    """Train the decoder on ``views`` views and save it with its configuration and image processor."""
    from diffusers import AutoencoderKL
    from transformers import CLIPModel

    torch.manual_seed(seed)
    net = new_segmenter(CLIPModel.from_pretrained(clip_folder).float())
    autoencoder = AutoencoderKL.from_pretrained(autoencoder_folder).eval()
    lessons = look(net, autoencoder, _scenes(views, np.random.default_rng(seed)), seed)
    phrases = Phrases.of(net)

    def loss(draw: Draw) -> Tensor:
        rows = draw.rng.integers(len(lessons.seen), size=BATCH)
        concepts, masks = _questions(lessons, rows, draw.rng)
        seen = lessons.seen[rows].float().unbind(dim=1)
        logits = net.decoder(seen, phrases.draw(concepts, draw.rng)).logits
        return functional.binary_cross_entropy_with_logits(logits, masks)

    last = fit({"decoder": net.decoder}, loss, schedule=schedule, seed=seed, state=folder.with_suffix(".state")).loss
    save(folder, net)
    return {"loss": last}


def _scenes(n: int, rng: np.random.Generator) -> list[Scene]:
    scenes = draw_scenes(rng, n, pairs=PAIRS)
    return [replace(scene, concepts=()) if rng.random() < EMPTY else scene for scene in scenes]


def _questions(lessons: Lessons, rows: np.ndarray, rng: np.random.Generator) -> tuple[list[int], Tensor]:
    """Return what is asked about each of ``rows``, a concept's place in the table, and the true masks."""
    there = lessons.concepts[rows].numpy()
    second = (there[:, 1] >= 0) & (rng.random(len(rows)) < 0.5)
    asked = np.where(second, there[:, 1], there[:, 0])
    other = rng.integers(len(CONCEPTS), size=len(rows))
    absent = ((rng.random(len(rows)) < ABSENT) | (asked < 0)) & (other[:, None] != there).all(axis=1)
    masks = lessons.masks[rows, second.astype(int)].float() * torch.from_numpy(~absent)[:, None, None]
    return np.where(absent, other, asked).tolist(), masks


def save(folder: Path, net: CLIPSegForImageSegmentation) -> None:
    """Write the decoder, the configuration of the whole and the image processor: pixels in [-1, 1], squashed."""
    from safetensors.torch import save_file
    from transformers import ViTImageProcessor

    folder.mkdir(parents=True, exist_ok=True)
    weights = {f"decoder.{name}": tensor.contiguous() for name, tensor in net.decoder.state_dict().items()}
    save_file(weights, folder / WEIGHTS_NAME)
    net.config.save_pretrained(folder)
    size = {"height": SIDE, "width": SIDE}
    ViTImageProcessor(size=size, image_mean=list(MEAN), image_std=list(STD)).save_pretrained(folder)
