"""The layers of the package: a module imports from lower layers or its own package only."""

import ast
from pathlib import Path

import pytest

import vectorsuite

LAYERS = [
    {"errors", "protocols", "packed"},
    {"kernels", "config", "gpu"},
    {"io"},
    {"strings"},
    {"vectors"},
    {"training", "query", "tokens"},
    {"models", "layers", "evaluation"},
    {"integrations", "ml", "util", "vocab"},
    {"cli"},
]
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
ROOT = Path(vectorsuite.__file__).parent
MODULES = sorted(path.relative_to(ROOT) for path in ROOT.rglob("*.py"))


def imported_rooms(path):
    """Names of the rooms of vectorsuite that a module imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text("utf8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = [f"{node.module}.{a.name}" for a in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "vectorsuite" and len(parts) > 1:
                yield parts[1]


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_imports_point_downwards(module):
    room = module.parts[0].removesuffix(".py")
    if room in ("__init__", "__main__"):
        return
    assert room in LEVEL, f"{room} has no layer; give it one in this test and in the README"
    for other in imported_rooms(ROOT / module):
        if other != room and other in LEVEL:
            assert LEVEL[other] < LEVEL[room], f"{module} (layer {LEVEL[room]}) imports {other}"
