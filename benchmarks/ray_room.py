"""The room's form for clusters on this machine alone, to be measured and tested beside the other.

`python -m benchmarks.ray_room --folder DIR --port 8000`. Its front door listens where --host says,
everything else of it on the loopback alone.
"""

from __future__ import annotations

import argparse
import os
import signal
import time

from course_utils.classroom.ray_serve import Settings, start, stop
from course_utils.cli.room import add_opening, said_at_start
from course_utils.kinds import in_rooms


def end_by_signals() -> None:
    """Let Ctrl-C, and what a system sends to end a program, end the room properly."""
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.default_int_handler)


def main() -> None:
    parser = argparse.ArgumentParser(description="A room on Ray Serve, on this machine alone.")
    add_opening(parser, "room")
    parser.add_argument("--only", nargs="+", choices=in_rooms(), default=in_rooms())
    parser.add_argument("--replicas", type=int, default=1)
    parser.add_argument("--threads", type=int, default=max(1, (os.cpu_count() or 2) // 2))
    parser.add_argument("--no-batch", action="store_true")
    options = parser.parse_args()
    settings = Settings(
        folder=str(options.folder.resolve()),
        title=options.title,
        hours=options.hours,
        keep=options.keep,
        kinds=tuple(options.only),
        replicas=options.replicas,
        threads=options.threads,
        batch=not options.no_batch,
    )
    end_by_signals()
    try:
        room = start(settings, options.host, options.port)
        end_by_signals()  # anew: Ray has put its own in their place
        for line in said_at_start(room, options):
            print(line, flush=True)
        while not room.over:
            time.sleep(1)
    except KeyboardInterrupt:
        pass
    finally:
        stop(options.folder)


if __name__ == "__main__":
    main()
