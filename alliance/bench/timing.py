"""How long does an answer take? Requests over kept connections, two sides in turn, medians.

The machine's own noise falls on both sides alike, because they take turns request by request.
"""

import http.client
import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median

WARM_UP = 4


class Caller:
    """One client that keeps its connection and its headers."""

    def __init__(self, port, path, **headers):
        self.port, self.path, self.headers = port, path, headers
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def again(self):
        return type(self)(self.port, self.path, **self.headers)

    def __call__(self) -> float:
        """Ask once; seconds until the whole answer is here. RuntimeError unless it is a 200."""
        start = time.perf_counter()
        try:
            answer = self._ask()
        except (http.client.HTTPException, ConnectionError):
            # The server hangs up on a client that was silent for two seconds.
            self.line.close()
            start = time.perf_counter()
            answer = self._ask()
        if answer.status != 200:
            raise RuntimeError(f"{self.path} answered {answer.status}")
        return time.perf_counter() - start

    def _ask(self):
        self.line.request("GET", self.path, headers=self.headers)
        answer = self.line.getresponse()
        answer.read()
        return answer


def in_turn(one: Caller, other: Caller, times: int) -> tuple[float, float]:
    """Median seconds of each, asked alternately."""
    for _turn in range(WARM_UP):
        one(), other()
    pairs = [(one(), other()) for _turn in range(times)]
    return median(first for first, _ in pairs), median(second for _, second in pairs)


def together(
    one: Caller, other: Caller, times: int, clients: int = 4, rounds: int = 3
) -> tuple[float, float]:
    """Median seconds a request costs each when several clients ask at once, in alternating rounds."""
    costs = [(_crowd(one, times, clients), _crowd(other, times, clients)) for _round in range(rounds)]
    return median(first for first, _ in costs), median(second for _, second in costs)


def _crowd(caller, times, clients):
    callers = [caller.again() for _client in range(clients)]

    def ask(client):
        for _turn in range(times):
            client()

    start = time.perf_counter()
    with ThreadPoolExecutor(clients) as crowd:
        list(crowd.map(ask, callers))
    return (time.perf_counter() - start) / (times * clients)
