"""Which interopwatch this is."""

from importlib.metadata import PackageNotFoundError, version


def release() -> str:
    """The version that was installed; 0 for files that nobody has installed."""
    try:
        return version("interopwatch")
    except PackageNotFoundError:
        return "0"
