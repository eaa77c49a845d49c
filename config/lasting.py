"""Objects that last as long as the process: they are not gone through for garbage again and again."""

import gc


def settle() -> None:
    """Take what there is now as there for good: call it when everything is loaded.

    Rules, names and modules are a quarter of a million objects. Python goes through all of them
    whenever what is new has grown to a quarter of that, every second or two of a crawl: it took a
    third of the processor time of a page, and held up the loop for 0.15 s each time. Objects that
    are let go are freed as ever; only circles of those that were there already are not.
    """
    gc.collect()
    gc.freeze()


def settle_anew() -> None:
    """The same after much of it was replaced: what was let go of it is freed, in circles or not."""
    gc.unfreeze()
    settle()
