"""Folders of weights as the encoders open them: the real classes and layouts, random numbers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from evalsuite.torchvision_ops import register_missing_operators

if TYPE_CHECKING:
    from pathlib import Path

WORDS = ("a", "photo", "of", "dog", "rain", "crackling", "fire", "baby", "crying", ".")
SPECIAL = {"bos_token": "<s>", "pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>"}


def save_tokenizer(folder: Path) -> dict[str, int]:
    """Save a tokenizer of whole words and return what a text tower has to know of it."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    vocabulary = {word: number for number, word in enumerate((*SPECIAL.values(), *WORDS))}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    ends = [("<s>", vocabulary["<s>"]), ("</s>", vocabulary["</s>"])]
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=ends)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **SPECIAL).save_pretrained(folder)
    return {"vocab_size": len(vocabulary), "eos_id": vocabulary["</s>"], "pad_id": vocabulary["<pad>"]}


def stirred(network: Any, seed: int = 0) -> Any:
    """Give a network random weights through which media are felt, and random batch statistics, so that eval matters."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in network.parameters():
            scale = 0.1 if parameter.ndim < 2 else (2 / parameter[0].numel()) ** 0.5
            parameter.add_(scale * torch.randn(parameter.shape, generator=generator))
        for name, buffer in network.named_buffers():
            if name.endswith(("running_mean", "running_var")):
                buffer.add_(0.1 * torch.rand(buffer.shape, generator=generator))
    return network


def save_trimodal(folder: Path, seed: int = 0) -> None:
    import torch

    from evalsuite.encoders.trimodal_config import TrimodalConfig
    from evalsuite.encoders.trimodal_net import TrimodalNet

    torch.manual_seed(seed)
    stirred(TrimodalNet(TrimodalConfig.mini(**save_tokenizer(folder))), seed).save_pretrained(folder)


def published_clip(name: str, **cut: Any) -> dict[str, Any]:
    """Return open_clip's own configuration of a CLIP, with ``cut`` in place of what both towers have of it."""
    register_missing_operators()
    import open_clip

    model: dict[str, Any] = open_clip.get_model_config(name)
    for tower in ("vision_cfg", "text_cfg"):
        model[tower] |= {key: value for key, value in cut.items() if key in model[tower]}
    return model


def save_open_clip(folder: Path, seed: int = 0, *, model: dict[str, Any] | None = None) -> None:
    """Save a CLIP of open_clip, a tiny one that reads whole words where no ``model_cfg`` is given."""
    import torch

    register_missing_operators()
    import open_clip
    from safetensors.torch import save_model

    words = {"context_length": 12, "hf_tokenizer_name": "words"} | save_tokenizer(folder)
    tiny = {
        "embed_dim": 24,
        "vision_cfg": {"layers": [1, 1, 1, 1], "width": 8, "head_width": 32, "image_size": 64},
        "text_cfg": {"width": 16, "heads": 2, "layers": 1, "pool_type": "eos", **words},
    }
    preprocessing = {"mean": [0.4, 0.5, 0.6], "std": [0.2, 0.3, 0.4]}
    config = {"model_cfg": model or tiny, "preprocess_cfg": preprocessing}
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    torch.manual_seed(seed)
    network = open_clip.create_model(f"local-dir:{folder}")
    save_model(stirred(network, seed), str(folder / "open_clip_model.safetensors"))


def save_image_classifier(folder: Path, seed: int = 0) -> None:
    import torch

    register_missing_operators()
    from transformers import ResNetConfig, ResNetForImageClassification

    torch.manual_seed(seed)
    config = ResNetConfig(embedding_size=8, hidden_sizes=[8, 20], depths=[1, 1], layer_type="basic", num_labels=5)
    stirred(ResNetForImageClassification(config), seed).save_pretrained(folder)


def save_clap(folder: Path, seed: int = 0) -> None:
    """Save a CLAP as wide as the published one and with its front end, but of few layers."""
    import torch

    register_missing_operators()
    from transformers import ClapConfig, ClapFeatureExtractor, ClapModel

    save_tokenizer(folder)
    front_end = {"truncation": "rand_trunc", "padding": "repeatpad", "frequency_min": 50, "frequency_max": 14_000}
    ClapFeatureExtractor(**front_end).save_pretrained(folder)
    torch.manual_seed(seed)
    config = ClapConfig(text_config={"num_hidden_layers": 1}, audio_config={"depths": [1, 1, 1, 1]})
    stirred(ClapModel(config), seed).save_pretrained(folder)


def save_ast(folder: Path, seed: int = 0) -> None:
    """Save an AST as wide as the published one, but of one layer."""
    import torch

    register_missing_operators()
    from transformers import ASTConfig, ASTFeatureExtractor, ASTForAudioClassification

    ASTFeatureExtractor().save_pretrained(folder)
    torch.manual_seed(seed)
    stirred(ASTForAudioClassification(ASTConfig(num_hidden_layers=1, num_labels=527)), seed).save_pretrained(folder)


def save_dinov2(folder: Path, seed: int = 0) -> None:
    """Save a DINOv2 as wide as the base one, but of one layer."""
    import torch

    register_missing_operators()
    from transformers import Dinov2Config, Dinov2Model

    torch.manual_seed(seed)
    config = Dinov2Config(num_hidden_layers=1, image_size=518, patch_size=14)
    stirred(Dinov2Model(config), seed).save_pretrained(folder)


def save_clipseg(folder: Path, seed: int = 0, *, width: int = 16) -> None:
    """Save a tiny CLIPSeg that reads whole words, with its image processor."""
    import torch

    register_missing_operators()
    from transformers import CLIPSegConfig, CLIPSegForImageSegmentation, ViTImageProcessor

    folder.mkdir(parents=True, exist_ok=True)
    words = save_tokenizer(folder)
    tower = {"hidden_size": width, "intermediate_size": 24, "num_hidden_layers": 2, "num_attention_heads": 2}
    ends = {"bos_token_id": 0, "eos_token_id": words["eos_id"], "pad_token_id": words["pad_id"]}
    config = CLIPSegConfig(
        text_config=tower | ends | {"vocab_size": words["vocab_size"], "max_position_embeddings": 12},
        vision_config=tower | {"image_size": 64, "patch_size": 16},
        projection_dim=12,
        extract_layers=[0, 1],
        reduce_dim=8,
        decoder_num_attention_heads=2,
        decoder_intermediate_size=8,
    )
    torch.manual_seed(seed)
    stirred(CLIPSegForImageSegmentation(config), seed).save_pretrained(folder)
    ViTImageProcessor(size={"height": 64, "width": 64}).save_pretrained(folder)


def save_clipseg_in_parts(folder: Path, *, whole: Path, width: int = 16) -> None:
    """Save a CLIPSeg to ``whole``, and the same below ``folder`` as a CLIP, «clip», and the rest, «decoder»."""
    from shutil import copytree, ignore_patterns

    from safetensors.torch import load_file, save_file
    from transformers import CLIPConfig, CLIPModel

    save_clipseg(whole, width=width)
    copytree(whole, folder / "decoder", ignore=ignore_patterns("tokenizer*"))
    state = load_file(whole / "model.safetensors")
    kept = {name: tensor for name, tensor in state.items() if name.startswith("decoder.")}
    save_file(kept, folder / "decoder" / "model.safetensors")
    told = json.loads((whole / "config.json").read_text())
    sizes = {name: told[name] for name in ("text_config", "vision_config", "projection_dim")}
    model = CLIPModel(CLIPConfig(**sizes))
    model.load_state_dict({name.removeprefix("clip."): state[name] for name in state.keys() - kept.keys()})
    model.save_pretrained(folder / "clip")
    save_tokenizer(folder / "clip")


def save_audioclip(folder: Path) -> None:
    import torch
    from official_weights import random_weights

    from evalsuite.encoders.audioclip_net import new_audioclip

    torch.save(
        random_weights(new_audioclip(embed_dim=1024, image_size=224).state_dict()),
        folder / "AudioCLIP-Full-Training.pt",
    )


def save_efficientat(folder: Path) -> None:
    import torch

    from evalsuite.encoders.efficientat_net import EfficientAT

    torch.manual_seed(0)
    torch.save(stirred(EfficientAT()).state_dict(), folder / "efficientat.pt")


def save_inception(folder: Path) -> None:
    import torch
    from official_weights import random_weights

    from evalsuite.encoders.inception_net import InceptionNet

    torch.save(random_weights(InceptionNet().state_dict()), folder / "inception.pth")
