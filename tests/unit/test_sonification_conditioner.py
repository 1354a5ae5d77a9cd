from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from evalsuite.errors import UserError
from evalsuite.hashing import sha256_file

if TYPE_CHECKING:
    from pathlib import Path

    from baselines.sonification.conditioner import Conditioner

SIZES: dict[str, Any] = {
    "clap_width": 12,
    "ast_width": 20,
    "text_tokens": 5,
    "text_width": 16,
    "pooled_width": 8,
    "hidden": (24, 28),
}


def small_conditioner(*, seed: int = 0, **sizes: Any) -> Conditioner:
    import torch

    from baselines.sonification.conditioner import Conditioner, ConditionerConfig

    torch.manual_seed(seed)
    return Conditioner(ConditionerConfig(**{**SIZES, **sizes})).eval()


@pytest.mark.parametrize("hidden", [(24,), (24, 28), (8, 16, 32)])
def test_two_embeddings_become_tokens_and_a_vector(hidden: tuple[int, ...]):
    import torch

    tokens, pooled = small_conditioner(hidden=hidden)(torch.randn(3, 12), torch.randn(3, 20))
    assert tokens.shape == (3, 5, 16)
    assert pooled.shape == (3, 8)


def test_every_token_and_the_vector_depend_on_both_embeddings():
    import torch

    conditioner = small_conditioner()
    clap, ast = torch.randn(1, 12), torch.randn(1, 20)
    tokens, pooled = conditioner(clap, ast)
    for other in (conditioner(torch.randn(1, 12), ast), conditioner(clap, torch.randn(1, 20))):
        assert ((other[0] - tokens).abs().amax(dim=-1) > 1e-3).all()
        assert ((other[1] - pooled).abs() > 1e-4).all()
    assert (tokens[0, 0] - tokens[0, 1]).abs().max() > 1e-3


def test_neither_embedding_drowns_the_other_by_its_scale():
    """CLAP's embeddings have length one, AST's some thirty: each counts by its direction."""
    import torch

    conditioner = small_conditioner()
    clap, ast = torch.randn(2, 12), torch.randn(2, 20)
    for scaled, plain in zip(conditioner(clap, 30 * ast), conditioner(clap, ast), strict=True):
        torch.testing.assert_close(scaled, plain, atol=1e-4, rtol=0)


def test_published_sizes():
    """LAION-CLAP 512 and AST 768 before FLUX.1's 4096 and 768, counted without making them."""
    import torch

    with torch.device("meta"):
        made = small_conditioner(
            clap_width=512, ast_width=768, text_tokens=17, text_width=4096, pooled_width=768, hidden=(1024, 1024)
        )
    shapes = {name: tuple(parameter.shape) for name, parameter in made.named_parameters() if parameter.ndim > 1}
    assert sorted(shapes.values()) == [(768, 1024), (1024, 512), (1024, 768), (1024, 1024), (17 * 4096, 1024)]


def test_saved_conditioner_opens_the_same_up_to_half_precision(tmp_path: Path):
    import torch

    from baselines.sonification.conditioner import WEIGHTS_FILE, Conditioner

    made = small_conditioner()
    made.save(tmp_path / "first")
    opened = Conditioner.load(tmp_path / "first")
    assert not opened.training
    assert opened.config == made.config
    opened.save(tmp_path / "second")
    assert sha256_file(tmp_path / "first" / WEIGHTS_FILE) == sha256_file(tmp_path / "second" / WEIGHTS_FILE)
    clap, ast = torch.randn(2, 12), torch.randn(2, 20)
    for ours, theirs in zip(opened(clap, ast), made(clap, ast), strict=True):
        torch.testing.assert_close(ours, theirs, atol=5e-3, rtol=0)


@pytest.mark.parametrize("missing", ["config.json", "conditioner.safetensors"])
def test_folder_without_conditioner_is_named(tmp_path: Path, missing: str):
    from baselines.sonification.conditioner import Conditioner

    small_conditioner().save(tmp_path)
    (tmp_path / missing).unlink()
    with pytest.raises(UserError, match=f"{tmp_path}: no trained conditioner here: it has no {missing}"):
        Conditioner.load(tmp_path)


def test_pairs_exchange_pictures_within_their_concept_and_all_are_drawn():
    import numpy as np

    from baselines.sonification.lessons import Exchange

    concepts = ["dog", "rain", "dog", "bells", "dog", "rain"]
    rows = np.array([0, 1, 2, 3, 5])
    exchange = Exchange(rows, concepts=[concepts[row] for row in rows])
    heard, seen = exchange.draw(np.random.default_rng(0), size=400)
    drawn = set(zip(heard.tolist(), seen.tolist(), strict=True))
    assert drawn == {(a, b) for a in rows for b in rows if concepts[a] == concepts[b]}


def test_config_file_is_plain_json(tmp_path: Path):
    small_conditioner().save(tmp_path)
    assert json.loads((tmp_path / "config.json").read_text()) == json.loads(json.dumps(SIZES))
