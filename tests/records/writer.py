"""A program that starts writers to be killed: each appends, and tells what was acknowledged.

At each line that it reads it forks a writer, which costs no start of Python. The writer prints its
process number, then the number of each entry once ``append`` gave it back; when it is killed, the
program prints that it is gone. So the lines come in one order, whoever of the two is faster.
"""

import itertools
import os
import sys

from govkit.records import open_store


def write(store):
    """Append until somebody kills us."""
    os.write(1, f"pid {os.getpid()}\n".encode())
    for i in itertools.count():
        person = {"name": f"Nobody {i}"} if i % 3 == 0 else None
        number = store.append("note", None, {"i": i}, author="writer", person=person).number
        os.write(1, f"{number}\n".encode())


if __name__ == "__main__":
    store = open_store(sys.argv[1])
    store.append("note", None, {}, author="writer", person={})  # what is compiled, is so for all
    for _ in sys.stdin:
        if child := os.fork():
            os.waitpid(child, 0)
            os.write(1, b"gone\n")
        else:
            write(store)
