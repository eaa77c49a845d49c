"""`python -m storage.migrations "what changes"`: draft the next revision from the models."""

import re
import sys
import tempfile
from pathlib import Path

from storage import schema
from storage.database import Database


def main(message: str) -> None:
    """Bring an empty database to the newest revision, and write down what the models add to it."""
    known = schema.revisions()
    number = f"{int(known[-1] if known else '0') + 1:04}"
    slug = re.sub(r"\W+", "_", message.lower()).strip("_")
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'draft.db'}")
        if known:
            schema.upgrade(database)
        schema.run(
            database,
            lambda command, config: command.revision(
                config, message, autogenerate=True, rev_id=number
            ),
        )
        database.close()
    file = next((schema.MIGRATIONS / "versions").glob(f"{number}_*.py"))
    file.rename(file.with_name(f"{number}_{slug}.py"))


if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1].strip():
        sys.exit('say what changes: make migration m="deliveries keep their language"')
    main(sys.argv[1].strip())
