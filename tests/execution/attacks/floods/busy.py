"""Burn the processor in as many threads as may be, for ever."""

import threading


def spin() -> None:
    """Never end."""
    while True:
        pass


for _ in range(8):
    threading.Thread(target=spin).start()
