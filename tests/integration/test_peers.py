"""The programs that the field uses, as oracles: the same files and the same weights give the same numbers.

Nothing is fetched: the weights are random, but such that features and logits are alive, and all programs open the same.
The pictures are few, so that covariances are singular, and of every kind that programs read differently. A reference of
thirty digits says which side is off where two differ.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import mpmath
import numpy as np
import pytest
import torch
from inception_weights import write_archive
from PIL import Image
from scipy import linalg

from evalsuite.encoders.inception import inception_towers
from evalsuite.encoders.inception_names import renamed
from evalsuite.encoders.resizing import Resize
from evalsuite.encoders.torchscript import read_torchscript
from evalsuite.errors import UserError
from evalsuite.metrics.frechet import frechet_distance
from evalsuite.metrics.inception_score import inception_score
from evalsuite.metrics.kernel import kernel_distance, kernel_distance_blocked
from evalsuite.running.decoding import decode_picture
from evalsuite.torchvision_ops import register_missing_operators

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from evalsuite.encoders.base import Features

SETS = ("made", "real")
PICTURES = 40
SUBSETS, SUBSET_SIZE, SPLITS = 5, 25, 7
SAME = 1e-6
"""Relative."""
KID_IN_FLOAT32 = 3e-6
"""Relative: how far the kernel sums of torch-fidelity and torchmetrics, which are in float32, are off themselves.

Measured at 1.2e-6 and 1.1e-6 of the exact sums of the very same features, of which ours are within 1e-14.
"""


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


@pytest.fixture(scope="module", autouse=True)
def importable() -> None:
    register_missing_operators()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = World(tmp_path_factory.mktemp("peers"))
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
    inception_score: float = np.nan


@pytest.fixture(scope="module")
def ours(world: World) -> Callable[[str], Seen]:
    known: dict[str, Seen] = {}

    def seen(how: str) -> Seen:
        if how not in known:
            towers = inception_towers(weights=world.weights, device="cpu", resize=how)
            features = {
                name: towers["image"].embed([decode_picture(path, how="pil-rgb") for path in paths])
                for name, paths in world.files.items()
            }
            known[how] = Seen(features, {name: towers["head"].embed(list(rows)) for name, rows in features.items()})
        return known[how]

    return seen


@pytest.fixture(scope="module")
def clean_fid(world: World) -> Seen:
    from cleanfid.fid import fid_from_feats, get_folder_features, kernel_distance
    from cleanfid.inception_torchscript import InceptionV3W

    options: dict[str, Any] = {"num_workers": 0, "batch_size": 8, "device": torch.device("cpu"), "verbose": False}
    net = InceptionV3W(str(world.folder), download=False)
    features = {name: get_folder_features(str(world.folder / name), model=net, **options) for name in SETS}
    made, real = (features[name] for name in SETS)
    # It asks SciPy for a square root in a way that 1.18 no longer knows.
    fid = fid_from_feats(made, real) if "disp" in inspect.signature(linalg.sqrtm).parameters else np.nan
    return Seen(features, {}, fid=fid, kid=kernel_distance(made, real, num_subsets=1))


@pytest.fixture(scope="module")
def torch_fidelity(world: World, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    from torch_fidelity import calculate_metrics

    cache = tmp_path_factory.mktemp("cache")
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


@pytest.fixture(scope="module")
def torchmetrics(world: World) -> Seen:
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
    return Seen(
        {name: some.numpy() for name, some in features.items()},
        {name: some.numpy() for name, some in logits.items()},
        fid=fid.compute().item(),
        kid=kid.compute()[0].item(),
        inception_score=score.compute()[0].item(),
    )


PEERS = {"clean_fid": "pil-bicubic", "torch_fidelity": "tf1", "torchmetrics": "torch-antialias"}
"""The way in which each resizes."""


@dataclass(frozen=True)
class Pair:
    """What a peer has seen, and we in its way."""

    name: str
    theirs: Seen
    ours: Seen


@pytest.fixture(params=PEERS)
def pair(request: pytest.FixtureRequest, ours: Callable[[str], Seen]) -> Pair:
    return Pair(request.param, request.getfixturevalue(request.param), ours(PEERS[request.param]))


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


def test_files_are_read_as_the_peers_read_them(world: World):
    from cleanfid.utils import ResizeDataset
    from torch_fidelity.datasets import ImagesPathDataset

    files = [path for paths in world.files.values() for path in paths]
    cleaned = ResizeDataset(files, mode="clean")
    for place, (path, theirs) in enumerate(zip(files, ImagesPathDataset(files), strict=True)):
        read = decode_picture(path, how="pil-rgb")
        np.testing.assert_array_equal(theirs.permute(1, 2, 0).numpy(), read)
        np.testing.assert_array_equal(cleaned[place].permute(1, 2, 0).numpy(), Resize("pil-bicubic", 299)(read))


def test_as_we_read_files_some_differ(world: World):
    differ = {
        path.name.partition("_")[2]
        for path in world.files["made"]
        if not np.array_equal(decode_picture(path), decode_picture(path, how="pil-rgb"))
    }
    assert differ == {"turned.jpg", "deep.png", "clear.png", "clear_grey.png", "palette.png"}


def test_features_differ_by_the_rounding_of_float32(pair: Pair):
    for theirs, ours in zip(pair.theirs.features.values(), pair.ours.features.values(), strict=True):
        assert theirs.std(axis=0).min() > 0
        assert np.linalg.norm(ours - theirs) / np.linalg.norm(theirs) < 3e-6


def test_fid_is_the_exact_one_of_their_features(pair: Pair):
    expected = exact_fid(*pair.theirs.features.values())
    assert frechet_distance(*pair.ours.features.values()) == pytest.approx(expected, rel=SAME)
    assert frechet_distance(*pair.theirs.features.values()) == pytest.approx(expected, rel=1e-10)


def test_kid_is_the_exact_one_of_their_features(pair: Pair):
    expected = exact_kid(*pair.theirs.features.values())
    assert kernel_distance(*pair.ours.features.values()) == pytest.approx(expected, rel=SAME)
    assert kernel_distance(*pair.theirs.features.values()) == pytest.approx(expected, rel=1e-10)


def test_what_clean_fid_reports(clean_fid: Seen, ours: Callable[[str], Seen]):
    made, real = ours("pil-bicubic").features.values()
    assert kernel_distance(made, real) == pytest.approx(clean_fid.kid, rel=SAME)
    if np.isnan(clean_fid.fid):
        pytest.skip("clean-fid's distance does not run beside this SciPy")
    assert frechet_distance(made, real) == pytest.approx(clean_fid.fid, rel=SAME)


def test_what_torch_fidelity_reports(torch_fidelity: Seen, ours: Callable[[str], Seen]):
    seen = ours("tf1")
    made, real = seen.features.values()
    subsets = kernel_distance_blocked(made, real, subsets=SUBSETS, subset_size=SUBSET_SIZE)
    assert subsets.mean == pytest.approx(torch_fidelity.kid, rel=SAME + KID_IN_FLOAT32)
    exact = kernel_distance_blocked(*torch_fidelity.features.values(), subsets=SUBSETS, subset_size=SUBSET_SIZE)
    assert subsets.mean == pytest.approx(exact.mean, rel=SAME)
    assert inception_score(seen.logits["made"], splits=SPLITS) == pytest.approx(
        torch_fidelity.inception_score, rel=SAME
    )
    assert frechet_distance(made, real) == pytest.approx(torch_fidelity.fid, rel=SAME)


def test_what_torchmetrics_reports(torchmetrics: Seen, ours: Callable[[str], Seen]):
    seen = ours("torch-antialias")
    made, real = seen.features.values()
    assert kernel_distance(made, real) == pytest.approx(torchmetrics.kid, rel=SAME + KID_IN_FLOAT32)
    assert inception_score(seen.logits["made"]) == pytest.approx(torchmetrics.inception_score, rel=SAME)
    assert frechet_distance(made, real) == pytest.approx(torchmetrics.fid, rel=SAME)


def test_torchmetrics_without_antialias_is_tf1(world: World, ours: Callable[[str], Seen]):
    from torchmetrics.image.fid import NoTrainInceptionV3

    net = NoTrainInceptionV3("peer", ["2048"], str(world.weights), antialias=False)
    with torch.no_grad():
        theirs = torch.cat([net(world.read_as_scripts_do(path)) for path in world.files["made"][:3]]).numpy()
    np.testing.assert_allclose(ours("tf1").features["made"][:3], theirs, rtol=1e-4, atol=1e-5)


@pytest.fixture
def many() -> tuple[np.ndarray, np.ndarray]:
    """More rows than dimensions, in float64: nothing is singular and nothing rounded."""
    rng = np.random.default_rng(3)
    return rng.gamma(1.0, size=(210, 24)), rng.gamma(1.3, size=(160, 24)) @ np.diag(np.linspace(0.5, 1.5, 24))


def test_clean_fids_formulas(many: tuple[np.ndarray, np.ndarray]):
    from cleanfid.fid import fid_from_feats
    from cleanfid.fid import kernel_distance as their_kernel_distance

    np.random.seed(2020)  # noqa: NPY002 - the one stream that it draws from
    theirs = their_kernel_distance(*many, num_subsets=4, max_subset_size=60)
    ours = kernel_distance_blocked(*many[::-1], subsets=4, subset_size=60, seed=2020)  # it draws the second set first
    assert ours.mean == pytest.approx(theirs, rel=1e-10)
    if "disp" in inspect.signature(linalg.sqrtm).parameters:
        assert frechet_distance(*many) == pytest.approx(fid_from_feats(*many), rel=1e-10)


def test_torch_fidelitys_formulas(many: tuple[np.ndarray, np.ndarray]):
    from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric
    from torch_fidelity.metric_isc import isc_features_to_metric
    from torch_fidelity.metric_kid import kid_features_to_metric

    rows = [torch.from_numpy(some) for some in many]
    fid = fid_statistics_to_metric(*map(fid_features_to_statistics, rows), verbose=False)
    assert frechet_distance(*many) == pytest.approx(fid["frechet_inception_distance"], rel=1e-10)
    kid = kid_features_to_metric(*rows, kid_subsets=4, kid_subset_size=60, verbose=False)
    ours = kernel_distance_blocked(*many, subsets=4, subset_size=60)
    assert ours == pytest.approx(tuple(kid.values()), rel=1e-10)
    score = isc_features_to_metric(rows[0], splits=11, shuffle=False)["inception_score_mean"]
    assert inception_score(many[0], splits=11) == pytest.approx(score, rel=1e-10)


def test_torchmetrics_formulas(many: tuple[np.ndarray, np.ndarray]):
    from torchmetrics.image.fid import FrechetInceptionDistance
    from torchmetrics.image.inception import InceptionScore
    from torchmetrics.image.kid import KernelInceptionDistance

    rows = [torch.from_numpy(some) for some in many]
    as_it_is = torch.nn.Identity()
    as_it_is.num_features = 24
    fid, score = FrechetInceptionDistance(feature=as_it_is), InceptionScore(feature=as_it_is, splits=1)
    kid = KernelInceptionDistance(feature=as_it_is, subsets=1, subset_size=160)
    for some, real in zip(rows, (False, True), strict=True):
        fid.update(some, real=real)
        kid.update(some[:160], real=real)
    score.update(rows[0])
    assert frechet_distance(*many) == pytest.approx(fid.compute().item(), rel=1e-10)
    assert kernel_distance(many[0][:160], many[1]) == pytest.approx(kid.compute()[0].item(), rel=1e-10)
    assert inception_score(many[0]) == pytest.approx(score.compute()[0].item(), rel=1e-10)


def test_an_unknown_way_of_decoding_names_the_nearest(world: World):
    with pytest.raises(UserError, match="did you mean 'pil-rgb'"):
        decode_picture(world.files["made"][0], how="pil")
