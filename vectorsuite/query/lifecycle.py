"""What was done to an object, when, and by which version."""

from __future__ import annotations

import json
import logging
import platform
import sys
from datetime import datetime
from typing import Any

from vectorsuite import __version__

logger = logging.getLogger(__name__)


class Lifecycle:
    """Keeps a list of events, as gensim's objects do; set to None it keeps none."""

    lifecycle_events: list[dict[str, Any]] | None

    def add_lifecycle_event(
        self, event_name: str, log_level: int = logging.INFO, **event: Any
    ) -> None:
        """Note what was done in ``lifecycle_events``, with the time and the versions, and log it.

        :param log_level: Of the line in the log; False: no line.
        :param event: More about it; what JSON cannot hold is saved as its text.
        """
        events = self.__dict__.setdefault("lifecycle_events", [])
        record = {
            **event,
            "datetime": datetime.now().isoformat(),
            "vectorsuite": __version__,
            "python": sys.version,
            "platform": platform.platform(),
            "event": event_name,
        }
        if events is not None:
            events.append(record)
        if log_level:
            logger.log(log_level, "%s lifecycle event %s", type(self).__name__, record)

    def events_to_save(self) -> Any:
        """The events as JSON holds them."""
        return json.loads(json.dumps(self.__dict__.get("lifecycle_events"), default=str))
