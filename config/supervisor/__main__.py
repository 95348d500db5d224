"""`python -m config.supervisor --port 8000 --sandbox-port 8001 --data-dir var`."""

import os
import sys

from config.supervisor import options, terminal
from config.supervisor.ending import Ended, Ending, StartFailed
from config.supervisor.house import House


def main() -> int:
    """Run until asked to end; 0 then, 1 when a program fails, 2 when a port or folder is taken."""
    ending = Ending()
    ending.listen()
    try:
        House(options.read(sys.argv[1:], os.environ), ending).run()
    except Ended:
        terminal.say("KYC Relay has stopped.")
    except StartFailed as failure:
        terminal.complain(str(failure))
        return failure.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
