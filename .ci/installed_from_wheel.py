"""Fail unless the vectorsuite that is imported was installed from a wheel into this environment."""

import importlib.metadata
import json
import sys
from pathlib import Path

import vectorsuite.kernels._core as core

import vectorsuite

for module in (vectorsuite, core):
    place = Path(module.__file__).resolve()
    if Path(sys.prefix).resolve() not in place.parents:
        sys.exit(f"{module.__name__} comes from {place}, not from a wheel in {sys.prefix}.")
origin = importlib.metadata.distribution("vectorsuite").read_text("direct_url.json") or "{}"
if json.loads(origin).get("dir_info", {}).get("editable"):
    sys.exit("vectorsuite is installed editable; install it from a wheel: pip install .")
