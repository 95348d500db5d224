"""Programs that must keep running: started again when they end, given up after a few times."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from config.supervisor.ending import Ending, StartFailed
from config.supervisor.programs import Kennel, Program, Running

RESTARTS = 3
FIRST_PAUSE = 0.5
CALM_SECONDS = 60
"""A program that ran this long has all its restarts again."""
SECONDS_TO_ANSWER = 180
SECONDS_TO_END = {"web": 5.0, "worker": 15.0}
"""The worker's is longer than its duty takes to end (customers.tasks, `end`)."""
USUAL_SECONDS_TO_END = 3.0


@dataclass
class Post:
    """One program, and how often it had to be started again."""

    running: Running
    restarts: int = 0
    again_at: float | None = None

    @property
    def program(self) -> Program:
        """What runs here."""
        return self.running.program


class Posts:
    """All programs that must keep running, in the order of their start."""

    def __init__(self, kennel: Kennel, ending: Ending, say: Callable[[str], None]) -> None:
        self._kennel = kennel
        self._ending = ending
        self._say = say
        self._posts: list[Post] = []

    def add(self, program: Program) -> Running:
        """Start a program and keep it running from now on."""
        post = Post(self._kennel.start(program))
        self._posts.append(post)
        return post.running

    def await_answer(self, name: str, answers: Callable[[], bool]) -> None:
        """Watch over everything until `answers()`; raises StartFailed when it never does."""

        def reached() -> bool:
            self.look_after()
            return answers()

        if not self._ending.wait_for(reached, SECONDS_TO_ANSWER):
            post = next(post for post in self._posts if post.program.name == name)
            raise StartFailed(f"{name} does not answer. {_where_to_read(post.program)}")

    def look_after(self) -> None:
        """Start again what ended; raises StartFailed for what ends again and again."""
        for post in self._posts:
            if post.again_at is not None:
                self._start_again(post)
            elif not post.running.alive:
                self._bury(post)

    def end_all(self) -> None:
        """End everything, the latest first; each gets time to finish what it holds."""
        for post in self._posts:
            if post.program.name in SECONDS_TO_END:
                post.running.ask_to_end()
        for post in reversed(self._posts):
            post.running.ask_to_end()
            grace = SECONDS_TO_END.get(post.program.name, USUAL_SECONDS_TO_END)
            post.running.end(self._ending, grace)

    def _bury(self, post: Post) -> None:
        """Clear what a dead program left, and plan its next start."""
        running = post.running
        running.end(self._ending, 0)
        if time.monotonic() - running.since > CALM_SECONDS:
            post.restarts = 0
        if post.restarts == RESTARTS:
            raise StartFailed(f"{post.program.name} keeps ending. {_where_to_read(post.program)}")
        self._say(f"{post.program.name} ended ({running.process.returncode}); starting it again.")
        post.again_at = time.monotonic() + FIRST_PAUSE * 2**post.restarts
        post.restarts += 1

    def _start_again(self, post: Post) -> None:
        if post.again_at is not None and time.monotonic() >= post.again_at:
            post.running = self._kennel.start(post.program)
            post.again_at = None


def _where_to_read(program: Program) -> str:
    return f"Its log is {program.log}:\n{program.last_lines()}"
