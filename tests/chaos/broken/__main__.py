"""Run a program of ours with one mistake in the engine."""

import importlib
import os
import runpy
import sys

import django


def run(variant: str, program: list[str]) -> None:
    """Break the engine, then become the program: `-m module …`, or a script with its arguments."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    importlib.import_module(f"tests.chaos.broken.{variant}")
    if program[0] == "-m":
        sys.argv = program[1:]
        runpy.run_module(program[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = program
        runpy.run_path(program[0], run_name="__main__")


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2:])
