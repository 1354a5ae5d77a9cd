"""Sound2Scene and Sound2Vision: sound into the space of a frozen image encoder, from which a frozen generator draws.

After Sung-Bin et al., CVPR 2023 («Sound to Visual Scene Generation by Audio-to-Visual Latent Alignment») and
arXiv:2412.06209. Both are built on the parts of the second: a CLIP image embedding and a Stable unCLIP pipeline. The
first had SwAV and IC-GAN in their place; what is kept of it here is its normalised loss.
"""
