"""Errors a caller may want to catch by type. Everything else is a built-in exception."""


class MissingExtraError(ImportError):
    """A feature needs a package that an extra of vectorsuite brings.

    :param feature: What was asked for, as the subject of a sentence: "Reading .zst files".
    :param package: The package that cannot be imported.
    :param extra: The extra that installs it.
    """

    def __init__(self, feature: str, package: str, extra: str) -> None:
        super().__init__(
            f"{feature} needs the package {package!r}. "
            f"Install it with: pip install 'vectorsuite[{extra}]'"
        )


class EmptyCorpusError(ValueError):
    """A corpus without a single word."""


class CutOffError(ValueError, EOFError):
    """A file ends before what it announces. An ``EOFError``, too: gensim raises one."""
