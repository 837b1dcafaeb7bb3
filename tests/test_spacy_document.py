"""The code of spaCy's page "Vectors and Embeddings", taken from the page and run.

Only the names that are imported from change: ``spacy`` and ``thinc.api`` become ``vectorsuite``
and ``vectorsuite.layers``, absolute paths of the page become temporary ones.
"""

import re
from pathlib import Path

import numpy as np
import pytest

import vectorsuite
from vectorsuite import Config, Doc, Vectors, Vocab, registry, write_pipeline
from vectorsuite.ml.names import document_names

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT.parent / "shared" / "reference" / "spacy-vectors.txt"
# what the page's code uses and takes as imported
NAMES = {
    **document_names(), "registry": registry, "numpy": np, "vectorsuite": vectorsuite,
}  # fmt: skip
# sections that stand above the page's block [tagger.model.tok2vec.embed] in a whole config
ABOVE = "[tagger]\n\n[tagger.model]\n\n[tagger.model.tok2vec]\n\n"


@pytest.fixture(scope="module")
def blocks():
    if not DOCUMENT.exists():
        pytest.skip(f"no {DOCUMENT}: the page is not beside the checkout")
    return re.findall(r"```\w*\n(.*?)```", DOCUMENT.read_text("utf8"), flags=re.S)


@pytest.fixture
def block(blocks):
    """A function: the code block that has some words, with our names in its imports."""

    def find(words):
        (found,) = [block for block in blocks if words in block]
        return found.replace("thinc.api", "vectorsuite.layers").replace("spacy.", "vectorsuite.")

    return find


def run(code, **names):
    namespace = {**NAMES, **names}
    exec(compile(code, "spacy-vectors", "exec"), namespace)
    return namespace


def latin_table():
    words = ["Caecilius", "servus", "est", "in", "horto", "atrio"]
    rows = [[1, 0, 0], [0.9, 0.4, 0], [0, 0, 1], [0, 0.1, 1], [0.2, 1, 0], [0.3, 0.9, 0.1]]
    return Vectors(data=np.array(rows, dtype="f"), keys=words)


@pytest.fixture
def docs():
    vocab = Vocab(vectors=latin_table())
    return [Doc(vocab, words=["Caecilius", "est", "in", "silva"])]


def test_every_block_is_run_by_a_test(blocks):
    words = [
        "what_is_a_word_vector", "MultiHashEmbed", "I was imported!", "output_width = 128",
        "MyCustomVectors", "wget", "nlp_latin", "removed_words", "### Removed words",
        "--prune-vectors 10000", "set_vector",
    ]  # fmt: skip
    assert len(blocks) == len(words)
    for text, mark in zip(blocks, words, strict=True):
        assert mark in text


def test_what_is_a_word_vector(block):
    look_up = run(block("what_is_a_word_vector"))["what_is_a_word_vector"]
    table = np.eye(3, dtype="f")
    assert look_up(7, {7: 2}, table).tolist() == [0, 0, 1]
    assert look_up(8, {7: 2}, table).tolist() == [1, 0, 0]
    assert look_up(8, {7: 2}, table, default_row=1).tolist() == [0, 1, 0]


def test_the_config_block_of_multi_hash_embed(blocks, docs):
    (text,) = [block for block in blocks if "spacy.MultiHashEmbed.v1" in block]
    resolved = registry.resolve(Config().from_str(ABOVE + text))
    model = resolved["tagger"]["model"]["tok2vec"]["embed"].initialize(X=docs)
    assert [array.shape for array in model.predict(docs)] == [(4, 128)]


def test_a_custom_layer_by_its_name_in_a_config(block, docs, tmp_path, capsys):
    """The file is imported as ``train -c`` does; the config block then calls its function."""
    from vectorsuite.cli.train import import_file

    path = tmp_path / "my_example.py"
    path.write_text(block("I was imported!"), "utf8")
    import_file(path)
    assert capsys.readouterr().out == "I was imported!\n"
    config = Config().from_str(ABOVE + block("output_width = 128"))
    resolved = registry.resolve(config)
    assert capsys.readouterr().out == "I was called!\n"
    model = resolved["tagger"]["model"]["tok2vec"]["embed"].initialize(X=docs)
    assert model.predict(docs).data.shape == (4, 128)


@pytest.mark.slow
def test_train_imports_the_file_and_a_tagger_uses_its_layer(block, tmp_path, capfd):
    spacy = pytest.importorskip("spacy", reason="the page trains a spaCy tagger")
    from vectorsuite.cli.app import run as run_command

    (tmp_path / "my_example.py").write_text(block("I was imported!"), "utf8")
    text = (ROOT / "configs" / "tagger_static_vectors.cfg").read_text("utf8")
    embed = block("output_width = 128").replace("[tagger.", "[components.tagger.")
    parts = re.split(r"(?m)^(?=\[)", text)
    parts = [embed + "\n" if ".tok2vec.embed]" in part else part for part in parts]
    (tmp_path / "tagger.cfg").write_text("".join(parts), "utf8")
    write_pipeline(tmp_path / "vectors", latin_table(), lang="en")
    doc = spacy.tokens.Doc(spacy.blank("en").vocab, words=["servus", "est"], tags=["N", "V"])
    spacy.tokens.DocBin(docs=[doc] * 3).to_disk(tmp_path / "data.spacy")
    settings = {
        "paths.train": tmp_path / "data.spacy", "paths.dev": tmp_path / "data.spacy",
        "paths.vectors": tmp_path / "vectors", "paths.output": tmp_path / "out",
        "components.tagger.model.tok2vec.encode.width": 128,
        "components.tagger.model.tok2vec.encode.depth": 1, "training.max_steps": 2,
    }  # fmt: skip
    options = [text for key, value in settings.items() for text in (f"--{key}", str(value))]
    arguments = ["train", str(tmp_path / "tagger.cfg"), "-c", str(tmp_path / "my_example.py")]
    assert run_command([*arguments, *options]) == 0
    printed = capfd.readouterr().out
    assert 0 <= printed.index("I was imported!") < printed.index("I was called!")
    assert spacy.load(tmp_path / "out" / "model-last")("servus est")[0].tag_ in ("N", "V")


def test_static_and_learned_embeddings_are_summed(block, docs):
    make = run(block("MyCustomVectors"))["MyCustomVectors"]
    strings = docs[0].vocab.strings
    key2row = {strings["Caecilius"]: 1, strings["est"]: 2}
    model = make(output_width=8, vector_width=3, embed_rows=4, key2row=key2row)
    model.initialize(X=docs)
    before = docs[0].vocab.vectors.data.copy()
    output, backprop = model(docs, True)
    assert output.data.shape == (4, 8)
    backprop(output)
    (embed,) = [node for node in model.walk() if node.name == "embed"]
    gradient = embed.get_grad("E")
    np.testing.assert_allclose(gradient[1], output.data[0], rtol=1e-6)
    np.testing.assert_allclose(gradient[0], output.data[2:].sum(axis=0), rtol=1e-5)
    np.testing.assert_array_equal(docs[0].vocab.vectors.data, before)


def test_the_latin_session(block, tmp_path):
    path = tmp_path / "la_vectors_wiki_lg"
    write_pipeline(path, latin_table(), lang="la")
    code = block("nlp_latin").replace("/tmp/la_vectors_wiki_lg", path.as_posix())
    names = run(code)
    first, second = names["doc1"], names["doc2"]
    expected = np.array([[1.2, 1.1, 2], [1.2, 1.4, 2.1]]) / 4
    np.testing.assert_allclose([first.vector, second.vector], expected, atol=1e-6)
    cosine = expected[0] @ expected[1] / np.prod(np.linalg.norm(expected, axis=1))
    assert first.similarity(second) == pytest.approx(cosine, abs=1e-6)


def test_pruning(block, tmp_path, monkeypatch):
    n, kept = 105_200, 105_000
    words = [f"w{number}" for number in range(n)]
    data = np.random.default_rng(0).standard_normal((n, 4)).astype("f")
    data[-1] = data[0]  # "Leaving" and "leaving"
    write_pipeline(tmp_path / "en_vectors_web_lg", Vectors(data=data, keys=words))
    monkeypatch.chdir(tmp_path)
    names = run(block("removed_words"))
    removed = names["removed_words"]
    assert len(names["nlp"].vocab.vectors) == kept
    assert len(removed) == n - kept
    assert removed[words[-1]] == ("w0", pytest.approx(1.0))
    word, score = removed[words[-2]]
    mine, other = data[-2], data[int(word[1:])]
    cosine = mine @ other / np.linalg.norm(mine) / np.linalg.norm(other)
    assert score == pytest.approx(cosine, abs=1e-5)
    assert names["nlp"].most_similar(words[-2], topn=1) != []


def test_the_example_of_removed_words(block):
    removed = eval(block("### Removed words"))
    assert removed["Leaving"] == ("leaving", 1.0)


def test_adding_vectors(block):
    names = run(block("set_vector"))
    for word, vector in names["vector_data"].items():
        np.testing.assert_allclose(names["vocab"].get_vector(word), vector, rtol=1e-6)
