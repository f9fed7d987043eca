"""How long a person would take: a keystroke-level estimate (Card, Moran and Newell 1980)."""

import time

DECIDE_SECONDS, POINT_SECONDS, KEY_SECONDS = 1.35, 1.1, 0.28


class Person:
    """Counts what a person would do: pages read, fields filled, taps."""

    def __init__(self, browser, reading):
        self.browser = browser
        self.reading = reading
        self.seconds, self.fields, self.steps = 0.0, 0, 0
        self.began = time.monotonic()

    def reads(self):
        self.steps += 1
        self.seconds += self.reading

    def tap(self):
        self.seconds += DECIDE_SECONDS + POINT_SECONDS

    def keys(self, text):
        self.seconds += KEY_SECONDS * len(text)

    def fills(self, name, text):
        self.browser.write(name, text)
        self.fields += 1
        self.tap()
        self.keys(text)

    def ticks(self, name, value):
        self.browser.tick(name, value)
        self.fields += 1
        self.tap()

    def presses(self, selector):
        self.tap()
        self.browser.press(selector)

    def told(self, what, limit):
        """Prints both times; whether neither is over the limit (seconds)."""
        machine = time.monotonic() - self.began
        print(f"  {what}: {self.fields} fields, {self.steps} pages; {machine:.1f} s by the machine, "
              f"{self.seconds:.0f} s by a person's estimate (goal {limit})")
        return self.seconds <= limit and machine <= limit
