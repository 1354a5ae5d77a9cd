"""Which metrics answer which question: the groups of every table, and who is asked beside whom."""

from __future__ import annotations

CONTROL = "control"
TRENDS = ("spearman", "slope", "monotone_share")
"""How a response follows the dose of a sweep; «apparent_size_spearman» is the first of these of «apparent_size»."""

QUESTIONS: dict[str, tuple[str, ...]] = {
    CONTROL: (
        *("audio_variance_share", "semantic_audio_variance_share"),
        *("audio_swap_retrieval", "semantic_audio_swap_retrieval"),
        *("presence", "both_present", "both_present_alone"),
    ),
    "recognition": (
        *("accuracy", "balanced_accuracy", "macro_f1", "recall_at_1", "recall_at_5", "recall_at_10", "aic"),
        *("emotion_accuracy", "balanced_emotion_accuracy"),
    ),
    "picture and class": ("clip_similarity", "second_clip_similarity"),
    "picture and sound": ("audioclip_similarity", "ais_cos", "ais_z", "ais_rank", "clap_similarity"),
    "pictures as a set": (
        *("fid", "kid", "clip_fid", "clip_kid", "fd_dinov2", "kd_dinov2", "cmmd"),
        *("precision", "recall", "density", "coverage", "inception_score"),
    ),
    "picture and true picture": ("iis_cos", "iis_z", "iis_rank"),
}
"""The metrics of the suite by what they ask about, the foremost question first."""
OTHER = "further metrics"
"""What a metric asks about that the suite does not know, as a user's own."""

PANELS: dict[str, tuple[tuple[str, ...], ...]] = {
    "recognition": (("accuracy",), ("aic",), ("emotion_accuracy",)),
    "picture and class": (("clip_similarity",), ("second_clip_similarity",)),
    "picture and sound": (("audioclip_similarity",), ("ais_cos",), ("clap_similarity",)),
    "pictures as a set": (("fid", "kid"), ("clip_fid", "clip_kid"), ("fd_dinov2", "kd_dinov2"), ("cmmd",)),
}
"""Who is asked each question. Every scorer looks through an encoder of its own and speaks by the first of its metrics
that was measured and can be compared."""


def question_of(metric: str) -> str:
    """Return what a metric asks about.

    >>> question_of("kid"), question_of("mine")
    ('pictures as a set', 'further metrics')
    >>> question_of("apparent_size_slope")
    'control'
    """
    if metric.endswith(tuple(f"_{trend}" for trend in TRENDS)):
        return CONTROL
    return next((question for question, metrics in QUESTIONS.items() if metric in metrics), OTHER)
