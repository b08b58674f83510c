"""Several at the same moment, each with a database connection of its own."""

import threading

from django.db import connections


def in_threads(*works):
    """Starts all works together and waits for them; returns the exceptions they raised."""
    start = threading.Barrier(len(works))
    faults = []

    def run(work):
        try:
            start.wait(10)
            work()
        except Exception as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return faults
