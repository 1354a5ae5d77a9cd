"""All held-out figures of a set of checkpoints, beside what is asked of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evalsuite.miniworld.pretrain import checks, manifest
from evalsuite.miniworld.pretrain.embedding_checks import clip_figures, unclip_figures
from evalsuite.miniworld.pretrain.listening_checks import listening_figures
from evalsuite.miniworld.pretrain.segmenter_checks import segmenter_figures
from evalsuite.miniworld.sheets import save_sheet
from evalsuite.torchvision_ops import register_missing_operators

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from evalsuite.audio.clip import Picture

REQUIRED: dict[str, tuple[float, float]] = {
    "autoencoder_psnr_db": (28.0, float("inf")),
    "judge_accuracy_on_drawings": (0.97, 1.0),
    "judge_accuracy_on_reconstructions": (0.95, 1.0),
    "ast_accuracy": (0.95, 1.0),
    "ast_both_of_two": (0.50, 1.0),
    "audioclip_audio_accuracy": (0.95, 1.0),
    "drawn_accuracy": (0.92, 1.0),
    "drawn_accuracy_of_worst_class": (0.70, 1.0),
    "far_present": (0.90, 1.0),
    "nearer_is_larger": (0.95, 1.0),
    "area_ratio_over_truth": (1 / 1.5, 1.5),
    "pairs_trained_by_pixels": (0.75, 1.0),
    "pairs_held_out_by_pixels": (0.60, 1.0),
    "clip_accuracy_on_drawings": (0.95, 1.0),
    "clap_accuracy": (0.80, 1.0),
    "unclip_accuracy": (0.90, 1.0),
    "wav2clip_accuracy_on_drawings": (0.80, 1.0),
    "segmenter_iou": (0.65, 1.0),
    "segmenter_pairs_iou": (0.35, 1.0),
    "segmenter_absent_area": (0.0, 0.03),
}
"""The range every figure must fall into for the checkpoints to ship."""

STEPS = 2


def measure(output: Path, *, sheets: Path | None = None) -> dict[str, float]:
    """Measure every figure of the checkpoints in ``output``, enter them into the manifest and return them.

    Where ``sheets`` is given, the contact sheets «world.png» and «generated.png» are saved there.
    """
    register_missing_operators()
    from diffusers import AutoencoderKL

    from evalsuite.miniworld.pretrain.autoencoder import psnr

    autoencoder = AutoencoderKL.from_pretrained(output / "flux", subfolder="vae").float().eval()
    judge, draw = checks.Judge(output / "judge_clip"), drawer(output / "flux")
    figures = {
        "autoencoder_psnr_db": psnr(autoencoder),
        **checks.judge_figures(judge, _reconstructor(autoencoder)),
        **listening_figures(output),
        **clip_figures(output / "clip"),
        **unclip_figures(output, judge),
        **segmenter_figures(output),
        **checks.drawing_figures(draw, judge),
        **checks.distance_figures(draw, judge),
        **checks.pair_figures(draw, output / "inception"),
        **checks.attribute_figures(draw),
    }
    content = manifest.read(output)
    content["figures"] = {name: round(value, 4) for name, value in figures.items()}
    manifest.write(output, content)
    if sheets is not None:
        for name, pictures in checks.contact_sheets(draw).items():
            save_sheet(sheets / f"{name}.png", pictures, columns=24)
    return figures


def drawer(folder: Path) -> Callable[[Sequence[str], Sequence[int]], Picture]:
    """Return a function from prompts and seeds to pictures, through the published pipeline and nothing else."""
    import numpy as np
    import torch
    from diffusers import FluxPipeline

    pipeline = FluxPipeline.from_pretrained(folder, torch_dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)
    side = pipeline.vae.config.sample_size

    def draw(prompts: Sequence[str], seeds: Sequence[int]) -> Picture:
        parts = []
        for start in range(0, len(prompts), 50):
            made = pipeline(
                prompt=list(prompts[start : start + 50]),
                height=side,
                width=side,
                num_inference_steps=STEPS,
                guidance_scale=0.0,
                max_sequence_length=pipeline.tokenizer_2.model_max_length,
                generator=[torch.Generator().manual_seed(seed) for seed in seeds[start : start + 50]],
                output_type="np",
            ).images
            parts.append(np.rint(made * 255).astype(np.uint8))
        return np.concatenate(parts)

    return draw


def _reconstructor(autoencoder: object) -> Callable[[Picture], Picture]:
    import torch

    from evalsuite.miniworld.pretrain.pictures import to_pictures, to_tensor

    @torch.inference_mode()
    def reconstruct(pictures: Picture) -> Picture:
        latents = autoencoder.encode(to_tensor(pictures)).latent_dist.mean  # type: ignore[attr-defined]
        return to_pictures(autoencoder.decode(latents).sample)  # type: ignore[attr-defined]

    return reconstruct


def verdicts(figures: dict[str, float]) -> list[str]:
    """Return one line per required figure: its value, what is asked, and whether it holds."""
    lines = []
    for name, (low, high) in REQUIRED.items():
        value = figures[name]
        asked = f">= {low:g}" if high in {1.0, float("inf")} else f"{low:.2f} to {high:.2f}"
        lines.append(f"{'ok  ' if low <= value <= high else 'MISS'} {name} {value:.3f} ({asked})")
    return lines
