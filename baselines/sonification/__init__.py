"""Image sonification: pictures paired with sounds by retrieval, and a diffusion model conditioned on the sounds.

After «Seeing Sound» (Petermann & Kalayeh, arXiv:2501.05413).
"""
