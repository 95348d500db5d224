"""`/metrics`: figures read from the database at each scrape, so every process reports the same.

Rows are counted by the imports' own counters: counting a million rows would take too long.
"""

from collections import Counter
from collections.abc import Iterator

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from accounts.permissions import open_to_all
from customers.models import Gate, GateReason, Import, RowState


class DatabaseCollector(Collector):
    """Rows by state, imports that run, gates that hold rows back."""

    def collect(self) -> Iterator[Metric]:
        """The figures as they stand now."""
        yield self._rows()
        yield GaugeMetricFamily(
            "relay_imports_running", "Imports being drained", Import.objects.running().count()
        )
        gates = GaugeMetricFamily("relay_gates_closed", "Closed gates by reason", labels=["reason"])
        closed = Counter(gate.reason for gate in Gate.objects.closed())
        for reason in GateReason.values:
            gates.add_metric([reason], closed[reason])
        yield gates

    def _rows(self) -> Metric:
        rows = GaugeMetricFamily("relay_rows", "Rows by state", labels=["state"])
        sums = {state.value: Sum(f"{state}_count", default=0) for state in RowState}
        for state, number in Import.objects.aggregate(**sums).items():
            rows.add_metric([state], number)
        return rows


REGISTRY = CollectorRegistry(auto_describe=False)
REGISTRY.register(DatabaseCollector())


@open_to_all
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures in Prometheus' text format. No name, id or address is among them."""
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)
