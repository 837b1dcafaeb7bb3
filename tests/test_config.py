"""Names for configs."""

import subprocess
import sys

import catalogue
import pytest
import thinc

from vectorsuite import Config, registry


@pytest.fixture
def registered():
    """Forget what a test registered."""
    before = dict(catalogue.REGISTRY)
    yield
    catalogue.REGISTRY.clear()
    catalogue.REGISTRY.update(before)


def test_own_functions_are_known_without_importing_their_modules():
    script = (
        "import sys; from vectorsuite.config import registry;"
        "assert registry.has('models', 'vectorsuite.SkipGram.v1');"
        "assert not [m for m in sys.modules if m.startswith('vectorsuite.training')]"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_an_own_function_is_found_by_name():
    made = registry.resolve({"model": {"@models": "vectorsuite.SkipGram.v1", "vector_size": 7}})
    assert made["model"].vector_size == 7


def test_an_unknown_name_lists_those_there_are():
    with pytest.raises(ValueError, match=r"no 'x.v1' in the registry 'models'.*SkipGram\.v1"):
        registry.get("models", "x.v1")


def test_an_unknown_registry_lists_those_there_are():
    with pytest.raises(ValueError, match=r"no registry 'modles'.*architectures.*models"):
        registry.get("modles", "x.v1")
    with pytest.raises(ValueError, match=r"no registry 'modles'.*architectures.*models"):
        registry.names("modles")
    assert not registry.has("modles", "x.v1")
    assert not registry.has("resolve", "x.v1")


def test_a_decorator_registers(registered):
    @registry.architectures("my_example.MyEmbedding.v1")
    def embed(output_width: int) -> int:
        return output_width + 1

    block = Config().from_str(
        '[embed]\n@architectures = "my_example.MyEmbedding.v1"\noutput_width = 128'
    )
    assert registry.resolve(block) == {"embed": 129}


@pytest.mark.parametrize("name", ["spacy.Embed.v1", "spacy-legacy.Embed.v1"])
def test_a_name_of_spacy_means_ours_of_the_same_name(registered, name):
    registry.architectures("vectorsuite.Embed.v1", func=lambda width: ("ours", width))
    assert registry.resolve({"embed": {"@architectures": name, "width": 2}}) == {
        "embed": ("ours", 2)
    }


@pytest.mark.parametrize("name", ["spacy.MultiHashEmbed.v1", "spacy.MultiHashEmbedCNN.v1"])
def test_the_block_of_spacys_page_on_vectors_resolves(name):
    block = Config().from_str(
        f"""
        [embed]
        @architectures = "{name}"
        width = 128
        rows = 7000
        also_embed_subwords = true
        also_use_static_vectors = true
        """
    )
    assert registry.resolve(block)["embed"].get_dim("nO") == 128


@pytest.mark.parametrize("kind", ["architectures", "layers", "models", "readers", "vectors"])
def test_every_name_of_ours_leads_to_a_function(kind):
    names = [name for name in registry.names(kind) if name.startswith("vectorsuite.")]
    for name in names:
        assert callable(registry.get(kind, name)), name


def test_a_function_registered_under_a_name_of_spacy_goes_before_ours(registered):
    registry.architectures("vectorsuite.Embed.v1", func=lambda: "ours")
    registry.architectures("spacy.Embed.v1", func=lambda: "theirs")
    assert registry.get("architectures", "spacy.Embed.v1")() == "theirs"


def test_functions_of_thinc_are_there():
    made = registry.resolve({"optimizer": {"@optimizers": "Adam.v1", "learn_rate": 0.01}})
    assert made["optimizer"].learn_rate == pytest.approx(0.01)
    assert issubclass(registry, thinc.registry)


def test_create_adds_a_registry_under_our_namespace(registered):
    registry.create("test_things")
    try:
        registry.test_things("a", func=len)
        assert registry.get("test_things", "a") is len
        assert ("vectorsuite", "test_things", "a") in catalogue.REGISTRY
        with pytest.raises(ValueError, match="already"):
            registry.create("test_things")
    finally:
        del registry.test_things
