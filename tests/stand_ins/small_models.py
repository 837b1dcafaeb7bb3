"""Nine sentences, and settings under which every model learns from them in no time."""

SENTENCES = [
    ["human", "interface", "computer"],
    ["survey", "user", "computer", "system", "response", "time"],
    ["eps", "user", "interface", "system"],
    ["system", "human", "system", "eps"],
    ["user", "response", "time"],
    ["trees"],
    ["graph", "trees"],
    ["graph", "minors", "trees"],
    ["graph", "minors", "survey"],
]
ALL = {"min_count": 1, "sample": 0, "vector_size": 8, "workers": 1}
ARCHITECTURES = [
    {"sg": 1, "hs": 0}, {"sg": 1, "hs": 1, "negative": 0}, {"sg": 1, "hs": 1},
    {"sg": 0, "hs": 0}, {"sg": 0, "hs": 1, "negative": 0}, {"sg": 0, "hs": 1, "cbow_mean": 0},
]  # fmt: skip


def bits(model):
    """All that training changes."""
    names = [name for name in ("syn1neg", "syn1") if hasattr(model, name)]
    return [model.wv.vectors.tobytes(), *(getattr(model, name).tobytes() for name in names)]
