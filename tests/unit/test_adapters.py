from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from evalsuite.errors import UserError
from evalsuite.hashing import sha256_file

if TYPE_CHECKING:
    from pathlib import Path

    from baselines.seeingsounds.adapters import Adapters

SIZES: dict[str, Any] = {
    "audio_width": 24,
    "text_tokens": 5,
    "text_width": 32,
    "pooled_width": 16,
    "text_hidden": (20, 28),
    "pooled_hidden": (20,),
    "heads": 4,
}


def small_adapters(*, seed: int = 0, **sizes: Any) -> Adapters:
    import torch

    from baselines.seeingsounds.adapters import AdapterConfig, Adapters

    torch.manual_seed(seed)
    return Adapters(AdapterConfig(**{**SIZES, **sizes})).eval()


@pytest.mark.parametrize("tokens", [1, 7, 130])
def test_adapters_map_any_number_of_audio_tokens(tokens: int):
    import torch

    text, pooled = small_adapters()(torch.randn(3, tokens, 24))
    assert text.shape == (3, 5, 32)
    assert pooled.shape == (3, 16)


def test_hidden_layers_have_the_widths_asked_for():
    widths = [layer.out_features for layer in small_adapters().text_adapter if hasattr(layer, "out_features")]
    assert widths == [20, 28, 32]
    assert len(small_adapters().text_adapter) == 5  # Linear GELU Linear GELU Linear: nothing bends the last one


def test_published_sizes_are_those_of_the_reconstruction():
    """A_T 768→1024→2048→2048→4096 and A_V 768→1024→2048→768, counted without making them."""
    import torch

    with torch.device("meta"):
        made = small_adapters(
            audio_width=768,
            text_tokens=17,
            text_width=4096,
            pooled_width=768,
            text_hidden=(1024, 2048, 2048),
            pooled_hidden=(1024, 2048),
            heads=8,
        )
    assert [p.shape[0] for n, p in made.text_adapter.named_parameters() if "weight" in n] == [1024, 2048, 2048, 4096]
    assert [p.shape[0] for n, p in made.pooled_adapter.named_parameters() if "weight" in n] == [1024, 2048, 768]
    assert made.text_projector.latents.shape == (17, 4096)
    assert made.pooled_projector.latents.shape == (1, 768)


def test_pooling_attends_to_every_token_and_ignores_their_order():
    import torch

    adapters = small_adapters()
    tokens = torch.randn(1, 9, 24)
    text, pooled = adapters(tokens)
    turned = adapters(tokens.flip(1))
    torch.testing.assert_close(turned, (text, pooled))
    changed = tokens.clone()
    changed[:, 4] += 1
    assert not torch.allclose(adapters(changed)[0], text)
    assert not torch.allclose(adapters(changed)[1], pooled)


def test_check_accepts_targets_in_order_and_refuses_a_swap():
    import torch

    t5, clip = torch.zeros(2, 5, 32), torch.zeros(2, 16)
    small_adapters().check(t5, clip)
    for wrong in [(clip, t5), (torch.zeros(2, 6, 32), clip), (torch.zeros(2, 5, 31), clip), (t5, torch.zeros(2, 17))]:
        with pytest.raises(ValueError, match="swapped, or of another model"):
            small_adapters().check(*wrong)


def test_swap_is_refused_where_both_have_one_width():
    import torch

    adapters = small_adapters(text_width=16)
    with pytest.raises(ValueError, match="swapped"):
        adapters.check(torch.zeros(2, 16), torch.zeros(2, 5, 16))


def test_saved_adapters_come_back_in_half_precision_and_save_to_the_same_bytes(tmp_path: Path):
    import torch

    from baselines.seeingsounds.adapters import WEIGHTS_FILE, Adapters

    made = small_adapters()
    made.save(tmp_path / "first")
    opened = Adapters.load(tmp_path / "first")
    assert opened.config == made.config
    assert not opened.training
    for name, tensor in made.state_dict().items():
        assert opened.state_dict()[name].dtype == torch.float32
        assert torch.equal(opened.state_dict()[name], tensor.half().float())
    opened.save(tmp_path / "second")
    assert sha256_file(tmp_path / "first" / WEIGHTS_FILE) == sha256_file(tmp_path / "second" / WEIGHTS_FILE)
    tokens = torch.randn(2, 6, 24)
    torch.testing.assert_close(opened(tokens), made(tokens), atol=5e-3, rtol=0)


@pytest.mark.parametrize("missing", ["config.json", "adapters.safetensors"])
def test_folder_without_adapters_is_named(tmp_path: Path, missing: str):
    from baselines.seeingsounds.adapters import Adapters

    small_adapters().save(tmp_path)
    (tmp_path / missing).unlink()
    with pytest.raises(UserError, match=f"{tmp_path}: no trained adapters here: it has no {missing}"):
        Adapters.load(tmp_path)


def test_config_file_is_plain_json(tmp_path: Path):
    small_adapters().save(tmp_path)
    assert json.loads((tmp_path / "config.json").read_text()) == json.loads(
        json.dumps({**SIZES, "expansion": 4, "pooled_expansion": None})
    )


def test_the_first_units_may_begin_as_the_tags_of_a_head():
    import torch

    adapters = small_adapters()
    width, hidden = SIZES["audio_width"], SIZES["text_hidden"][0]
    weight, bias = torch.randn(hidden - 1, width), torch.randn(hidden - 1)
    adapters.begin_with_tags(weight, bias)
    tokens = torch.randn(2, 3, width)
    logits = adapters.text_adapter[0](tokens)
    torch.testing.assert_close(logits[..., :-1], 0.5 * (tokens @ weight.T + bias))
    adapters.begin_with_tags(torch.ones(hidden + 5, width), torch.zeros(hidden + 5))  # more tags than there are units
    assert (adapters.text_adapter[0].weight == 0.5).all()


def test_both_projectors_may_be_of_different_widths():
    adapters = small_adapters(pooled_expansion=1)
    assert len(adapters.text_projector.feed_forward[0].bias) == 4 * SIZES["text_width"]
    assert len(adapters.pooled_projector.feed_forward[0].bias) == SIZES["pooled_width"]
