"""A treebank becomes files that ``spacy train`` reads."""

import lzma
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "examples" / "convert_ud.py"
CONLLU = """\
# text = The king reigns.
1\tThe\tthe\tDET\tDT\t_\t2\tdet\t_\t_
2\tking\tking\tNOUN\tNN\t_\t3\tnsubj\t_\t_
3\treigns\treign\tVERB\tVBZ\t_\t0\troot\t_\tSpaceAfter=No
4\t.\t.\tPUNCT\t.\t_\t3\tpunct\t_\t_

"""


def test_plain_and_packed_files(tmp_path):
    spacy = pytest.importorskip("spacy", reason="the files are spaCy's")
    (tmp_path / "xx_ud-dev.conllu").write_text(CONLLU, "utf8")
    (tmp_path / "xx_ud-train.conllu.xz").write_bytes(lzma.compress(CONLLU.encode() * 12))
    out = tmp_path / "corpus"
    done = subprocess.run([sys.executable, SCRIPT, tmp_path, out], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "train.spacy: 2 docs" in done.stdout
    vocab = spacy.blank("en").vocab
    (doc,) = spacy.tokens.DocBin().from_disk(out / "dev.spacy").get_docs(vocab)
    assert [(token.text, token.tag_) for token in doc] == [
        ("The", "DT"), ("king", "NN"), ("reigns", "VBZ"), (".", "."),
    ]  # fmt: skip
    assert doc.text.strip() == "The king reigns."
