"""What the suite and its peers make of the same two folders of pictures, with the same random weights."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import mpmath
import numpy as np
import torch
from inception_weights import write_archive
from PIL import Image
from scipy import linalg

from evalsuite.decoding import decode_picture
from evalsuite.encoders.inception import inception_towers
from evalsuite.encoders.inception_names import renamed
from evalsuite.encoders.torchscript import read_torchscript

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from evalsuite.encoders.base import Features

SETS = ("made", "real")
PICTURES = 40
SUBSETS, SUBSET_SIZE, SPLITS = 5, 25, 7


def kinds(pixels: np.ndarray) -> dict[str, Callable[[Path], None]]:
    """Ways of writing a picture (H, W, 3) that differ in what a reader must decide."""
    alpha = np.broadcast_to(np.linspace(0, 255, pixels.shape[1]), pixels.shape[:2]).astype(np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    rgb, grey = Image.fromarray(pixels), Image.fromarray(pixels[:, :, 0])
    rgba = Image.fromarray(np.dstack([pixels, alpha]))
    deep = Image.fromarray((pixels[:, :, 1] * 2.0).astype(np.uint16))
    return {
        "plain.png": rgb.save,
        "plain.jpg": lambda path: rgb.save(path, quality=90),
        "turned.jpg": lambda path: rgb.save(path, exif=exif),
        "grey.png": grey.save,
        "grey.jpg": grey.save,
        "deep.png": deep.save,
        "clear.png": rgba.save,
        "clear_grey.png": rgba.convert("LA").save,
        "palette.png": lambda path: rgb.quantize(32).save(path, transparency=1),
        "print.jpg": rgb.convert("CMYK").save,
    }


def write_pictures(folder: Path, *, seed: int, patch: int, light: float) -> None:
    """Write pictures of coloured patches, in odd sizes from 21 to 340 pixels."""
    rng = np.random.default_rng(seed)
    folder.mkdir()
    for number in range(PICTURES):
        height, width = rng.integers(21, 341 if number % 5 == 0 else 120, 2)
        colours = rng.integers(0, 256, (height // patch + 1, width // patch + 1, 3)) * rng.uniform(light / 2, light, 3)
        pixels = np.kron(colours, np.ones((patch, patch, 1)))[:height, :width].astype(np.uint8)
        every = list(kinds(pixels).items())
        name, write = every[number % len(every)]
        write(folder / f"{number:02}_{name}")


@dataclass(frozen=True)
class World:
    """Two folders of pictures, and one network in the two formats that the peers open."""

    folder: Path

    @property
    def weights(self) -> Path:
        return self.folder / "weights.pth"

    @cached_property
    def files(self) -> dict[str, list[Path]]:
        return {name: sorted((self.folder / name).iterdir()) for name in SETS}

    def read_as_scripts_do(self, path: Path) -> torch.Tensor:
        """uint8 (1, 3, H, W)."""
        return torch.from_numpy(np.array(Image.open(path).convert("RGB"))).permute(2, 0, 1)[None]


def make_world(folder: Path) -> World:
    """Write the pictures and the weights."""
    world = World(folder)
    write_pictures(world.folder / "made", seed=1, patch=3, light=1.0)
    write_pictures(world.folder / "real", seed=2, patch=12, light=0.6)
    some = [world.read_as_scripts_do(path).float() for path in world.files["real"][:8]]
    square = torch.cat([torch.nn.functional.interpolate(picture, size=(299, 299)) for picture in some])
    archive = write_archive(world.folder, (square - 128) / 128)
    torch.save(renamed(read_torchscript(archive)), world.weights)
    return world


@dataclass(frozen=True)
class Seen:
    """What one program makes of both folders: features and logits by folder, and the numbers it reports."""

    features: dict[str, Features]
    logits: dict[str, Features]
    fid: float = np.nan
    kid: float = np.nan
    kid_in_float64: float = np.nan
    """The same program, told to sum so."""
    inception_score: float = np.nan


def seen_by_the_suite(world: World, how: str) -> Seen:
    towers = inception_towers(weights=world.weights, device="cpu", resize=how)
    features = {
        name: towers["image"].embed([decode_picture(path, how="pil-rgb") for path in paths])
        for name, paths in world.files.items()
    }
    return Seen(features, {name: towers["head"].embed(list(rows)) for name, rows in features.items()})


def seen_by_clean_fid(world: World) -> Seen:
    from cleanfid.fid import fid_from_feats, get_folder_features, kernel_distance
    from cleanfid.inception_torchscript import InceptionV3W

    options: dict[str, Any] = {"num_workers": 0, "batch_size": 8, "device": torch.device("cpu"), "verbose": False}
    net = InceptionV3W(str(world.folder), download=False)
    features = {name: get_folder_features(str(world.folder / name), model=net, **options) for name in SETS}
    made, real = (features[name] for name in SETS)
    # It asks SciPy for a square root in a way that 1.18 no longer knows.
    fid = fid_from_feats(made, real) if "disp" in inspect.signature(linalg.sqrtm).parameters else np.nan
    return Seen(features, {}, fid=fid, kid=kernel_distance(made, real, num_subsets=1))


def seen_by_torch_fidelity(world: World, cache: Path) -> Seen:
    from torch_fidelity import calculate_metrics

    reported = calculate_metrics(
        input1=str(world.folder / "made"),
        input2=str(world.folder / "real"),
        feature_extractor_weights_path=str(world.weights),
        isc=True,
        fid=True,
        kid=True,
        kid_subsets=SUBSETS,
        kid_subset_size=SUBSET_SIZE,
        isc_splits=SPLITS,
        samples_shuffle=False,
        cuda=False,
        batch_size=1,  # it stacks pictures before it resizes them
        save_cpu_ram=True,  # no processes beside
        cache_root=str(cache),
        input1_cache_name="made",
        input2_cache_name="real",
        verbose=False,
    )

    def kept(layer: str) -> dict[str, Features]:
        found = {name: cache / f"{name}-inception-v3-compat-features-{layer}.pt" for name in SETS}
        return {name: torch.load(path, weights_only=True).numpy() for name, path in found.items() if path.exists()}

    return Seen(
        kept("2048"),
        kept("logits_unbiased"),
        fid=reported["frechet_inception_distance"],
        kid=reported["kernel_inception_distance_mean"],
        inception_score=reported["inception_score_mean"],
    )


def seen_by_torchmetrics(world: World) -> Seen:
    from torchmetrics.image.fid import FrechetInceptionDistance
    from torchmetrics.image.inception import InceptionScore
    from torchmetrics.image.kid import KernelInceptionDistance

    fid = FrechetInceptionDistance(feature_extractor_weights_path=str(world.weights))
    kid = KernelInceptionDistance(feature=torch.nn.Identity(), subsets=1, subset_size=PICTURES)
    score = InceptionScore(feature=torch.nn.Identity(), splits=1)
    rows: dict[str, list[torch.Tensor]] = {name: [] for name in SETS}
    with torch.no_grad():
        for name, paths in world.files.items():
            hook = fid.inception.register_forward_hook(lambda _net, _input, row, name=name: rows[name].append(row))
            for path in paths:
                fid.update(world.read_as_scripts_do(path), real=name == "real")
            hook.remove()
    features = {name: torch.cat(some) for name, some in rows.items()}
    logits = {name: some @ fid.inception.fc.weight.T for name, some in features.items()}
    for name in SETS:
        kid.update(features[name], real=name == "real")
    score.update(logits["made"])
    kid_in_float32 = kid.compute()[0].item()
    kid.set_dtype(torch.float64)
    kid._computed = None  # it would give what it has found already
    return Seen(
        {name: some.numpy() for name, some in features.items()},
        {name: some.numpy() for name, some in logits.items()},
        fid=fid.compute().item(),
        kid=kid_in_float32,
        kid_in_float64=kid.compute()[0].item(),
        inception_score=score.compute()[0].item(),
    )


def exact(rows: Features) -> np.ndarray:
    """float32 as numbers of nineteen digits."""
    return rows.astype(np.longdouble)


def exact_fid(x: Features, y: Features) -> float:
    """The Fréchet distance (ddof = 1); its root by the singular values of centred rows, in thirty digits."""
    x, y = exact(x), exact(y)
    gap, n, m = x.mean(axis=0) - y.mean(axis=0), len(x) - 1, len(y) - 1
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    with mpmath.workdps(30):
        values = mpmath.svd_r(mpmath.matrix((x @ y.T).astype(str).tolist()), compute_uv=False)
        overlap = float(mpmath.fsum(values))
    return float(gap @ gap + (x**2).sum() / n + (y**2).sum() / m) - 2 * overlap / np.sqrt(n * m)


def exact_kid(x: Features, y: Features) -> float:
    x, y = exact(x), exact(y)

    def kernel(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return (a @ b.T / x.shape[1] + 1) ** 3

    def within(a: np.ndarray) -> float:
        values = kernel(a, a)
        return (values.sum() - values.trace()) / (len(a) * (len(a) - 1))

    return float(within(x) + within(y) - 2 * kernel(x, y).mean())
