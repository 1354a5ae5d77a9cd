"""A machine on which the profile `paper` is complete: folders of every published class, small, with random weights.

The profile is the shipped one, word for word but for where weights lie, so that its settings are the ones tried.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import soundfile
from encoder_folders import (
    save_audioclip,
    save_clap,
    save_clipseg,
    save_dinov2,
    save_inception,
    save_open_clip,
    save_tokenizer,
)
from official_weights import chirp, random_weights

from evalsuite.resources import locate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CLASSES = ((0, "dog", "True"), (1, "rooster", "True"), (10, "rain", "True"), (12, "crackling_fire", "True"))
WAV2CLIP_DIM = 512
"""Of the CLIP that Wav2CLIP was distilled from."""


def save_judge(folder: Path, seed: int) -> None:
    """Save a CLIP of open_clip, small but for the space that it shares with the published Wav2CLIP."""
    words = {"context_length": 12, "hf_tokenizer_name": "words"} | save_tokenizer(folder)
    model: dict[str, Any] = {
        "embed_dim": WAV2CLIP_DIM,
        "vision_cfg": {"layers": 1, "width": 32, "head_width": 16, "patch_size": 16, "image_size": 64},
        "text_cfg": {"width": 16, "heads": 2, "layers": 1, "pool_type": "eos", **words},
    }
    save_open_clip(folder, seed, model=model)


def save_wav2clip(folder: Path) -> None:
    import torch

    from evalsuite.encoders.wav2clip_config import Wav2ClipConfig
    from evalsuite.encoders.wav2clip_net import Wav2ClipNet

    torch.save(random_weights(Wav2ClipNet(Wav2ClipConfig()).state_dict()), folder / "Wav2CLIP.pt")


ENCODERS: dict[str, Callable[[Path], None]] = {
    "published:clip-vit-b-32": lambda folder: save_judge(folder, 0),
    "published:clip-vit-l-14": lambda folder: save_judge(folder, 1),
    "published:clip-vit-l-14-336": lambda folder: save_judge(folder, 2),
    "published:audioclip": save_audioclip,
    "published:wav2clip": save_wav2clip,
    "published:clap": save_clap,
    "published:inception": save_inception,
    "published:dinov2": save_dinov2,
    "published:clipseg": save_clipseg,
}


def save_networks(folder: Path) -> dict[str, Path]:
    """Save every network that the profile names and return where each lies, by its name there."""
    from backbones import small_backbones
    from films import studio

    places = {}
    for number, (name, save) in enumerate(ENCODERS.items()):
        places[name] = folder / f"encoder{number}"
        places[name].mkdir(parents=True)
        save(places[name])
    parts, films = small_backbones(folder / "flux"), studio(folder / "unclip")
    return places | {
        "MIT/ast-finetuned-audioset-10-10-0.4593": parts.ast,
        "black-forest-labs/FLUX.1-schnell": parts.flux,
        "stabilityai/stable-diffusion-2-1-unclip": films.unclip,
        "laion/clap-htsat-unfused": places["published:clap"],
        "openai/clip-vit-large-patch14": films.clip,
    }


def complete_profile(folder: Path, *, pictures: str = "") -> Path:
    """Write the shipped profile with the networks in ``folder``, and ``pictures`` where real ones come from."""
    text = locate("protocols/profiles/paper.yaml").read_text(encoding="utf-8")
    for name, place in save_networks(folder).items():
        text = re.sub(rf'"?{re.escape(name)}"?(?=[\s}},])', f'"{place}"', text)
    file = folder / "complete.yaml"
    file.write_text(text + (f"\npictures: {pictures}\n" if pictures else ""), encoding="utf-8")
    return file


def save_trained(profile: Path) -> None:
    """Put untrained parts of the right sizes where training would leave its own, and name them in the profile."""
    import torch

    from baselines.seeingsounds.adapters import AdapterConfig, Adapters
    from baselines.seeingsounds.model import SeeingSounds
    from baselines.sonification.conditioner import Conditioner, ConditionerConfig
    from baselines.sonification.model import Sonification
    from baselines.sound2scene.encoder import AudioEncoder, EncoderConfig
    from baselines.sound2scene.model import Sound2Scene, Sound2Vision
    from evalsuite.profile import load_profile

    torch.manual_seed(0)
    loaded, folder = load_profile(profile), profile.parent / "trained"
    text = profile.read_text(encoding="utf-8")
    seeing = SeeingSounds(profile=loaded, device="cpu")
    tokens, (width, pooled), chosen = seeing.settings.text_tokens, seeing.generator.widths, seeing.settings
    shared = {"text_tokens": tokens, "text_width": width, "pooled_width": pooled}
    hidden = {"text_hidden": chosen.text_hidden, "pooled_hidden": chosen.pooled_hidden, "heads": chosen.heads}
    Adapters(AdapterConfig(audio_width=seeing.ears.width, **shared, **hidden)).save(folder / "seeingsounds")
    sonification = Sonification(profile=loaded, device="cpu")
    heard = {"clap_width": sonification.clap.dim, "ast_width": seeing.ears.width}
    Conditioner(ConditionerConfig(**heard, **shared, hidden=sonification.settings.hidden)).save(folder / "sonification")
    for kind in (Sound2Scene, Sound2Vision):
        model = kind(profile=loaded, device="cpu")
        encoder = AudioEncoder(EncoderConfig(dim=model.generator.width, **model.sizes))
        encoder.save(folder / kind.name, image_norm=1.0)
    for setting, name in (("adapters", "seeingsounds"), ("conditioner", "sonification")):
        text = re.sub(rf"{setting}: null", f'{setting}: "{folder / name}"', text)
    for name in ("sound2scene", "sound2vision"):  # in the order of the profile
        text = text.replace("weights: null", f'weights: "{folder / name}"', 1)
    profile.write_text(text, encoding="utf-8")


def save_esc50(root: Path, *, each: int = 2) -> Path:
    """Write a data set of ``each`` made-up recordings of four classes in the official layout of ESC-50."""
    (root / "meta").mkdir(parents=True)
    (root / "audio").mkdir()
    rows = ["filename,fold,target,category,esc10,src_file,take"]
    for place, (target, category, esc10) in enumerate(CLASSES):
        for take in range(each):
            source = 1000 + 10 * place + take
            name = f"{take % 5 + 1}-{source}-A-{target}.wav"
            clip = chirp(each * place + take)
            soundfile.write(root / "audio" / name, np.asarray(clip.waveform), clip.sample_rate, subtype="PCM_16")
            rows.append(f"{name},{take % 5 + 1},{target},{category},{esc10},{source},A")
    (root / "meta" / "esc50.csv").write_text("\n".join(rows) + "\n")
    return root
