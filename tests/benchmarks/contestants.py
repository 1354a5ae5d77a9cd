"""The programs that race, each called as somebody would who knows it: a stage in, numbers by name out."""

from __future__ import annotations

import os
import tempfile
from functools import cache
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import cleanfid.fid
import numpy as np
import torch
import torch_fidelity
from benchmarks.stage import CLASSES, TEMPLATE
from cleanfid.inception_torchscript import InceptionV3W
from PIL import Image
from torch.utils.data import DataLoader, Dataset
from torchmetrics.classification import MulticlassAccuracy
from torchmetrics.multimodal import CLIPScore
from transformers import CLIPImageProcessor, CLIPModel

from evalsuite.running.folders import FolderRequest, measure_folder, open_subject

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.stage import Stage
    from torch import Tensor

Numbers = dict[str, float]
WORKERS = os.cpu_count() or 1
BATCH = 64
FIVE = ("fid", "kid", "inception_score", "accuracy", "clip_similarity")


def suite(stage: Stage, *metrics: str, resize: str, device: str = "cpu") -> Numbers:
    """Measure with an empty store, as the first time, intervals included."""
    profile = stage.profile(resize=resize)
    with tempfile.TemporaryDirectory() as home, patch.dict(os.environ, {"EVALSUITE_HOME": home}):
        request = FolderRequest(
            pictures=stage.made, reference=stage.real, metrics=metrics, profile=profile, device=device
        )
        found = measure_folder(open_subject(request))
    return {measurement.metric: measurement.estimate.value for measurement in found}


# -- clean-fid


@cache
def archive(folder: Path, device: str) -> InceptionV3W:
    """Its network, opened once for all calls: clean-fid itself opens it each time."""
    return InceptionV3W(str(folder), download=False).to(device).eval()


def clean_fid(stage: Stage, *, device: str = "cpu") -> Numbers:
    network = archive(stage.folder, device)
    return {"fid": cleanfid.fid.compute_fid(**folders(stage, device), custom_feat_extractor=network)}


def clean_kid(stage: Stage, *, device: str = "cpu") -> Numbers:
    # It looks for the archive in /tmp alone and would download it.
    with patch.object(cleanfid.fid, "build_feature_extractor", lambda *_, **__: archive(stage.folder, device)):
        return {"kid": cleanfid.fid.compute_kid(**folders(stage, device))}


def folders(stage: Stage, device: str) -> dict[str, Any]:
    paths = {"fdir1": str(stage.made), "fdir2": str(stage.real)}
    return paths | {"device": torch.device(device), "num_workers": WORKERS, "verbose": False, "use_dataparallel": False}


# -- torch-fidelity


def fidelity(stage: Stage, *metrics: str, device: str = "cpu") -> Numbers:
    """Return its numbers, KID of all pictures at once and the inception score in one split."""
    found = torch_fidelity.calculate_metrics(
        input1=str(stage.made),
        input2=str(stage.real),
        **dict.fromkeys(metrics, True),
        feature_extractor_weights_path=str(stage.state),
        samples_find_deep=True,
        kid_subset_size=min(stage.n, 1000),
        isc_splits=1,
        cuda=device != "cpu",
        cache=False,
        verbose=False,
    )
    names = {
        "fid": "frechet_inception_distance",
        "kid": "kernel_inception_distance_mean",
        "inception_score": "inception_score_mean",
    }
    return {name: found[theirs] for name, theirs in names.items() if theirs in found}


# -- torchmetrics


class Clip(CLIPModel):
    """transformers' CLIP, which since release 5 wraps its features; torchmetrics 1.9 expects them bare."""

    def get_image_features(self, pixel_values: Tensor) -> Tensor:
        return super().get_image_features(pixel_values).pooler_output

    def get_text_features(self, input_ids: Tensor, attention_mask: Tensor | None = None) -> Tensor:
        return super().get_text_features(input_ids, attention_mask).pooler_output


class Processor:
    """transformers' preprocessing of pictures, and CLIP's tokens from open_clip, for which it has the file."""

    def __init__(self) -> None:
        from open_clip import get_tokenizer

        self.pictures, self.tokens = CLIPImageProcessor(), get_tokenizer("ViT-B-32")

    def __call__(self, *, images: Any = None, text: Any = None, **_: Any) -> dict[str, Tensor]:
        if images is not None:
            return {"pixel_values": self.pictures(images=images, return_tensors="pt")["pixel_values"]}
        tokens = self.tokens(text)
        return {"input_ids": tokens, "attention_mask": (tokens != 0).long()}


@cache
def clip(folder: Path, device: str) -> tuple[Clip, Processor]:
    return Clip.from_pretrained(folder / "clip").to(device).eval(), Processor()


class Files(Dataset):
    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def __len__(self) -> int:
        return len(self.stage.files)

    def __getitem__(self, index: int) -> tuple[Tensor, str]:
        picture = np.array(Image.open(self.stage.files[index]).convert("RGB"))
        return torch.from_numpy(picture).permute(2, 0, 1), self.stage.labels[index]


def loaded(stage: Stage) -> Iterator[tuple[list[Tensor], list[str]]]:
    loader = DataLoader(Files(stage), batch_size=BATCH, num_workers=WORKERS, collate_fn=list)
    return (tuple(map(list, zip(*batch, strict=True))) for batch in loader)


@torch.inference_mode()
def clip_score(stage: Stage, *, device: str = "cpu") -> Numbers:
    metric = CLIPScore(lambda: clip(stage.folder, device)).to(device)
    for pictures, labels in loaded(stage):
        captions = [TEMPLATE.format(label=label) for label in labels]
        metric.update([picture.to(device) for picture in pictures], captions)
    return {"clip_similarity": float(metric.compute()) / 100}


@torch.inference_mode()
def clip_accuracy(stage: Stage, *, device: str = "cpu") -> Numbers:
    return {"accuracy": looked_once(stage, device=device)["accuracy"]}


@torch.inference_mode()
def looked_once(stage: Stage, *, device: str = "cpu") -> Numbers:
    """Return accuracy and CLIP similarity from one look at each picture, as somebody careful would write it."""
    model, processor = clip(stage.folder, device)
    words = processor(text=[TEMPLATE.format(label=label) for label in CLASSES])
    texts = unit(model.get_text_features(**{name: tokens.to(device) for name, tokens in words.items()}))
    accuracy, cosines = MulticlassAccuracy(len(CLASSES), average="micro").to(device), []
    for pictures, labels in loaded(stage):
        pixels = processor(images=pictures)["pixel_values"].to(device)
        likeness = unit(model.get_image_features(pixels)) @ texts.T
        targets = torch.tensor([CLASSES.index(label) for label in labels], device=device)
        accuracy.update(likeness, targets)
        cosines.append(likeness.gather(1, targets[:, None]))
    return {"accuracy": float(accuracy.compute()), "clip_similarity": float(torch.cat(cosines).mean())}


def unit(rows: Tensor) -> Tensor:
    return rows / rows.norm(dim=-1, keepdim=True)
