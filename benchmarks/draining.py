"""One worker's drain in a process of its own, for `redeeming`: prints what it cost as JSON."""

import json
import resource
import sys
import time

import django


def main(import_id: int) -> None:
    """Serve until that import has no undecided row left."""
    django.setup()
    from customers import redemption
    from customers.models import Import

    undecided = Import.objects.undecided().filter(pk=import_id)
    print("ready", flush=True)
    sys.stdin.readline()
    cpu = time.process_time()
    redemption.drain(until=lambda: not undecided.exists())
    cost = {
        "cpu": time.process_time() - cpu,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(cost), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
