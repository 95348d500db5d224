"""Handing files in through the real doors, until each is surely stored."""

import hashlib
import time
from dataclasses import dataclass, field
from pathlib import Path

from config.supervisor.programs import Running
from tests.chaos.field import Away, Field
from tests.chaos.plan import Delivery, Door, Whim
from tests.chaos.stopping import Errand, Stopping


@dataclass
class HandingIn:
    """One file on its way in; `errands` takes what follows from it."""

    here: Field
    delivery: Delivery
    errands: list[Errand]
    due: float
    file: Path | None = None
    commands: list[Running] = field(default_factory=list)
    before: int = 0

    def step(self) -> float | None:
        """Mint, hand in, and make sure that it is stored."""
        try:
            if self.file is None:
                self.file = self.here.mint(
                    self.delivery.name, self.delivery.rows, self.delivery.query
                )
                if self.delivery.door is not Door.DESK:
                    self._run_command(self.file)
            if self.delivery.door is not Door.COMMAND:
                self._store(self.file)
            elif not (self._imports() or self._give_up_waiting()):
                return 0.5
            return self._stored()
        except Away:
            return 0.3

    def _run_command(self, file: Path) -> None:
        copying = ("--copy",) if self.delivery.mode == "copy" else ()
        self.commands.append(
            self.here.start_command("import_tokens", str(file), *copying, "--wait", "30")
        )

    def _store(self, file: Path) -> None:
        # An earlier try may have been stored although its answer was lost.
        if self.delivery.door is Door.BOTH or len(self._imports()) <= self.before:
            self.here.ask("store", file=str(file), mode=self.delivery.mode)

    def _give_up_waiting(self) -> bool:
        """A command that was struck before it stored anything: somebody else hands the file in."""
        if any(command.alive for command in self.commands):
            return False
        assert self.file is not None
        if not self._imports():
            self.here.ask("store", file=str(self.file), mode=self.delivery.mode)
        return True

    def _stored(self) -> float | None:
        newest = self._imports()[-1]
        moment = time.monotonic() + self.delivery.after
        if self.delivery.whim is Whim.PAUSE:
            self.errands.append(Stopping(self.here, newest, "pause", moment))
        elif self.delivery.whim is Whim.CANCEL and not self.before:
            assert self.file is not None
            again = HandingIn(
                self.here, self.delivery, self.errands, float("inf"), self.file, before=1
            )
            self.errands.append(Stopping(self.here, newest, "cancel", moment, again))
            self.errands.append(again)
        return None

    def _imports(self) -> list[int]:
        assert self.file is not None
        digest = hashlib.sha256(self.file.read_bytes()).hexdigest()
        question = "SELECT id FROM customers_import WHERE file_sha256 = '{}' ORDER BY id"
        return [int(number) for (number,) in self.here.look(question.format(digest))]
