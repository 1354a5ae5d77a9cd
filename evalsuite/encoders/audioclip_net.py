"""AudioCLIP's network: pictures, words and sounds in one space.

Guzhov et al., *AudioCLIP: Extending CLIP to Image, Text and Audio*, ICASSP 2022, arXiv:2106.13043: CLIP with a
ResNet-50 (Radford et al., arXiv:2103.00020), which is open_clip's, and an audio head trained into its space.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

from evalsuite.encoders.esresnext import ESResNeXt
from evalsuite.torchvision_ops import register_missing_operators

if TYPE_CHECKING:
    from open_clip.model import CLIP


def new_audioclip(*, embed_dim: int, image_size: int) -> CLIP:
    """Return the network with random weights, in training mode: a CLIP whose module ``audio`` encodes sounds.

    With 1024 dimensions and 224 pixels the names and shapes of its state are those of the published weights.
    """
    register_missing_operators()
    from open_clip.model import CLIP, CLIPTextCfg, CLIPVisionCfg

    vision = CLIPVisionCfg(layers=(3, 4, 6, 3), width=64, head_width=64, image_size=image_size)
    net = CLIP(embed_dim, vision, CLIPTextCfg(), quick_gelu=True)
    net.audio = ESResNeXt(embed_dim)
    # Temperatures of training: no feature depends on them, but they are in the published weights.
    net.logit_scale_ai, net.logit_scale_at = nn.Parameter(torch.ones([])), nn.Parameter(torch.ones([]))
    return net
