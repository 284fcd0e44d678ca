"""An audience in numbers for a script: no cell under five, whatever filters were tried (pure)."""

from __future__ import annotations

import math
from collections.abc import Mapping

from broadcasts.cells import SMALLEST, merged
from broadcasts.forecast import Forecast
from handlers.api.count_shapes import ForecastBody, PlannedPost

OTHER = "other"
_FLAT: Mapping[str, str] = {}


def shown(found: Forecast) -> ForecastBody:
    """A forecast without its small cells. Filters are free to choose, so that a script could ask until a single
    person is left: of fewer than five nothing is said but that they are fewer than five."""
    few = 0 < found.audience < SMALLEST
    outcomes = {"reachable": found.reachable, "post_only": found.post_only, **found.unreachable}
    return ForecastBody(
        audience=None if few else found.audience,
        fewer_than_five=few,
        outcomes=_flat(outcomes, few),
        by_channel=_flat(found.by_channel, few),
        by_language=_flat(found.by_language, few),
        by_place={} if few else _large(found.by_place),
        by_route=_flat(found.by_route, few),
        cost=0 if few else found.cost,
        finished_after=math.ceil(found.finished_after / 60) * 60,
        quota_left=dict(found.quota_left),
        over_quota=sorted(found.beyond_quota),
        languages=list(found.languages),
        posts=[PlannedPost(name=name, channel=channel, language=tongue) for name, channel, tongue in found.posts],
    )


def _flat(cells: Mapping[str, int], few: bool) -> dict[str, int]:
    """Small cells as one, which is at least five or the only one; the sum stays."""
    return {} if few else _large({name or OTHER: count for name, count in merged(cells, _FLAT).items()})


def _large(cells: Mapping[str, int]) -> dict[str, int]:
    """A single cell may still be small: it is left out."""
    return {name: count for name, count in cells.items() if count >= SMALLEST}
