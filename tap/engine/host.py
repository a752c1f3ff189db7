"""The process a program runs in: what Pulumi's language host does for Python, with nothing of the tools around it.

Run as a file, `python -P host.py`, with a specification in JSON on standard input; see `run.py`.
"""

import json
import runpy
import sys
import traceback
from pathlib import Path
from typing import Any


def run(spec: dict[str, Any]) -> str:
    """Run the program; "" where it ended well, else why not, for a user to read."""
    import pulumi  # not before sys.path is the program's
    from pulumi.runtime import Settings

    from tap.engine.program import run_here

    main = Path(spec["program"])

    def program() -> None:
        runpy.run_path(str(main), run_name="__main__")

    try:
        run_here(program, Settings(**spec["settings"]), spec["config"], spec["secret_keys"])
    except pulumi.RunError as error:
        return str(error)
    except SystemExit as stop:
        if stop.code in (None, 0):
            return ""
        return stop.code if isinstance(stop.code, str) else f"{main.name} ended itself with exit code {stop.code}"
    except BaseException as error:  # noqa: BLE001 whatever a program raises is told to its user
        return _told(error, main)
    return ""


def _told(error: BaseException, main: Path) -> str:
    """The traceback from the program on; what called it is of no interest to its author."""
    start = error.__traceback__
    while start is not None and start.tb_frame.f_code.co_filename != str(main):
        start = start.tb_next
    lines = traceback.format_exception(type(error), error, start or error.__traceback__)
    return "".join(lines).rstrip()


if __name__ == "__main__":
    specification = json.load(sys.stdin)
    sys.path.insert(0, str(Path(specification["program"]).parent))
    sys.path.append(str(Path(__file__).resolve().parents[2]))
    message = run(specification)
    Path(specification["result"]).write_text(json.dumps({"error": message}), encoding="utf-8")
    sys.exit(1 if message else 0)
