"""A week small enough for a solver that knows nothing of flows, with every kind of rule in it."""

from __future__ import annotations

import random
from datetime import date

from campaigns.planner import Caller, Candidate, Settings, Stream


def small_week(seed: int) -> tuple[list[Candidate], list[Caller], Settings]:
    """Sixty households and six callers, different for each seed."""
    draw = random.Random(seed)
    mornings = [(date(2026, 11, 23 + day), "am") for day in range(3)]
    callers = [
        Caller(
            n,
            draw.choice([None, 1, 2, 3]),
            frozenset({"pt"} if draw.random() < 0.2 else ()),
            draw.randint(3, 9),
            frozenset(draw.sample(mornings, 2)),
            only_territory=draw.random() < 0.2,
        )
        for n in range(6)
    ]
    candidates = []
    for n in range(60):
        stream = draw.choice([*Stream, Stream.SWEEP, Stream.ROSTER, Stream.ROSTER])
        promised = stream is Stream.APPOINTMENT
        candidates.append(
            Candidate(
                n,
                stream,
                draw.choice([None, 1, 2, 3]),
                language="pt" if draw.random() < 0.1 else None,
                priority=draw.choice([0, 5, 9]),
                weeks_waited=draw.randint(0, 2),
                last_caller=draw.choice([None, *range(7)]),
                half_day=draw.choice(mornings) if promised else None,
                barred=frozenset({draw.randrange(6)} if draw.random() < 0.1 else ()),
                unserved=draw.random() < 0.1,
                heavy=draw.random() < 0.1,
                best_half=draw.choice([None, "am", "pm"]),
            )
        )
    return candidates, callers, Settings(distances={(1, 2): 1, (2, 1): 1})
