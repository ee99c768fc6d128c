"""What a room costs for each pupil and hour, on paper.

`python -m benchmarks.room_costs --a-minute 30 --cores 2`

`--a-minute`: orders a saturated room finished a minute, as `benchmarks.room` measured them, on
`--cores` cores. All else are assumptions, printed with the answer.
"""

from __future__ import annotations

import argparse
import json
import math

CLASSES = (30, 300, 3000)
ORDERS_AN_HOUR = 60  # of one pupil: one a minute, half of them pictures
# how much more than on average is wanted in the busiest minutes, which the machines must carry
PEAK = 1.5
# assumed: what a rented machine of that size costs an hour; put in your own
NODE_CORES, NODE_PRICE = 8, 0.40
# assumed, not measured: an hour of a rented graphics card, and seconds of it for one order with
# bigger models
GPU_PRICE, GPU_SECONDS = 1.00, 2.0


def on_paper(a_minute: float, cores: int) -> list[dict]:
    """Nodes and cost a pupil-hour for each size of class, on processors and on graphics cards."""
    core_seconds = cores * 60 / a_minute
    rows = []
    for pupils in CLASSES:
        wanted = pupils * ORDERS_AN_HOUR * PEAK / 3600  # orders a second
        nodes = math.ceil(wanted * core_seconds / NODE_CORES)
        cards = math.ceil(wanted * GPU_SECONDS)
        rows.append(
            {
                "pupils": pupils,
                "processor nodes": nodes,
                "a pupil-hour on processors": round(nodes * NODE_PRICE / pupils, 4),
                "graphics cards": cards,
                "a pupil-hour on graphics cards": round(cards * GPU_PRICE / pupils, 4),
            }
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description="What a room costs, on paper.")
    parser.add_argument("--a-minute", type=float, required=True)
    parser.add_argument("--cores", type=int, default=2)
    options = parser.parse_args()
    print(
        f"Core-seconds an order, from {options.a_minute:g} orders a minute on {options.cores}"
        f" cores: {options.cores * 60 / options.a_minute:.2f}"
    )
    print(
        f"Assumed: {ORDERS_AN_HOUR} orders a pupil-hour; peak {PEAK}; a node of {NODE_CORES} cores"
        f" at {NODE_PRICE:.2f} an hour; a graphics card at {GPU_PRICE:.2f} an hour and"
        f" {GPU_SECONDS:g} s an order (not measured)."
    )
    for row in on_paper(options.a_minute, options.cores):
        print(json.dumps(row))


if __name__ == "__main__":
    main()
