"""The Latin session of spaCy's page on vectors, on a tiny table.

python examples/latin_session.py
"""

import tempfile
from pathlib import Path

import vectorsuite

# a text file of vectors, as fastText and GloVe publish them; real ones have a million lines
VECTORS = """\
Caecilius 0.9 0.1 0.0 0.1
servus    0.8 0.3 0.1 0.0
est       0.0 0.1 0.9 0.1
in        0.1 0.0 0.8 0.2
horto     0.2 0.9 0.1 0.3
atrio     0.1 0.8 0.0 0.5
pugnat    0.1 0.0 0.1 0.9
"""

with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "la.txt"
    lines = (" ".join(line.split()) for line in VECTORS.splitlines())
    path.write_text("\n".join(lines) + "\n", encoding="utf8")
    nlp_latin = vectorsuite.load(path)

    doc1 = nlp_latin("Caecilius est in horto")
    doc2 = nlp_latin("servus est in atrio")
    doc3 = nlp_latin("servus pugnat")
    print(f"{doc1} – {doc2}: {doc1.similarity(doc2):.3f}")
    print(f"{doc1} – {doc3}: {doc1.similarity(doc3):.3f}")
    print(f"horto is nearest to {nlp_latin.most_similar('horto', topn=1)[0][0]}")
