"""Starting everything in order, watching over it, stopping it in reverse order."""

import http.client
from collections.abc import Sequence
from contextlib import ExitStack
from http import HTTPStatus

from config.supervisor import commands, folder, ports, sandbox, terminal, valkey
from config.supervisor.ending import Ending, StartFailed
from config.supervisor.options import Options
from config.supervisor.posts import Posts
from config.supervisor.programs import Kennel, Program, Running

LONGEST_STEP = 600
LOOK_EVERY = 0.2


class House:
    """Everything that one `make run` started."""

    def __init__(self, options: Options, ending: Ending) -> None:
        self._options = options
        self._ending = ending
        self._kennel = Kennel()
        self._posts = Posts(self._kennel, ending, terminal.say)
        self._environment = options.environment()

    def run(self) -> None:
        """Start everything, then watch until we are asked to end.

        Raises Ended, or StartFailed with a sentence when a port, the data folder or a program is
        in the way, or a program does not stay up.
        """
        with ExitStack() as stack:
            stack.callback(self._kennel.close)
            stack.enter_context(folder.locked(self._options.data_dir, self._options.address))
            self._ensure_ports()
            folder.prepare(self._options.data_dir)
            stack.callback(self._posts.end_all)
            terminal.starting(self._options)
            self._open()
            terminal.welcome(self._options)
            while True:
                self._posts.look_after()
                self._ending.wait_for(lambda: False, LOOK_EVERY)

    def _ensure_ports(self) -> None:
        ports.ensure_free(self._options.port, "PORT")
        if self._options.with_sandbox:
            ports.ensure_free(self._options.sandbox_port, "SANDBOX_PORT")

    def _open(self) -> None:
        if self._options.with_valkey:
            self._open_valkey()
        if self._options.with_sandbox:
            self._open_sandbox()
        self._tell_manage_py()
        # The web needs seconds to load; meanwhile the database is made ready for it.
        self._keep("web", commands.web(self._options.port))
        demo = ["--demo"] if self._options.with_sandbox else []
        self._finish(self._start("prepare", commands.manage("prepare", *demo)))
        self._keep("worker", commands.worker())
        self._keep("beat", commands.beat())
        self._posts.await_answer("web", self._web_answers)

    def _open_valkey(self) -> None:
        socket = valkey.socket_path(self._options.data_dir)
        valkey.end_survivor(socket)
        self._keep("valkey", valkey.command(socket, self._options.data_dir / "valkey"))
        self._posts.await_answer("valkey", lambda: valkey.answers(socket))

    def _open_sandbox(self) -> None:
        state = self._options.data_dir / "sandbox"
        port, console = self._options.sandbox_port, self._options.address
        command = sandbox.command(port, state, console)
        running = self._posts.add(self._program("sandbox", command, talks=True))
        self._environment |= sandbox.connection(running, self._ending)

    def _tell_manage_py(self) -> None:
        """Let `manage.py` in another terminal meet the same broker and the same sandbox."""
        told = ["REDIS_URL"] if self._options.with_valkey else []
        if self._options.with_sandbox:
            told += sandbox.SETTINGS
        values = {name: self._environment[name] for name in told}
        folder.write_local_values(self._options.data_dir, values)

    def _web_answers(self) -> bool:
        connection = http.client.HTTPConnection(ports.HOST, self._options.port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _program(self, name: str, command: Sequence[str], *, talks: bool = False) -> Program:
        log = self._options.data_dir / "logs" / f"{name}.log"
        return Program(name, command, dict(self._environment), log, talks)

    def _keep(self, name: str, command: Sequence[str]) -> None:
        self._posts.add(self._program(name, command))

    def _start(self, name: str, command: Sequence[str]) -> Running:
        return self._kennel.start(self._program(name, command))

    def _finish(self, step: Running) -> None:
        """Wait for a step; whichever way we leave, nothing of it stays."""
        try:
            self._ending.wait_for(lambda: not step.alive, LONGEST_STEP)
        finally:
            step.end(self._ending, 0)
        if step.process.returncode:
            raise StartFailed(
                f"The step “{step.program.name}” failed. Its log is {step.program.log}:\n"
                f"{step.program.last_lines()}"
            )
