"""How long would somebody need for what a journey does? Counted by the keystroke-level model, not by a clock.

Source: Card, Moran, Newell, The psychology of human-computer interaction (1983), for somebody who types 40 words a
minute; Brysbaert, How many words do we read per minute? (2019).
"""

from typing import Any

KEY, POINT, PRESS, HOME, THINK, ANSWER = 0.28, 1.1, 0.2, 0.4, 1.35, 1.0
READ_A_WORD = 60 / 238


def lines_of(*texts: str) -> list[str]:
    """The lines of several texts that hold anything."""
    return [line.strip() for text in texts for line in text.splitlines() if line.strip()]


class Effort:
    """A person at work, who takes the hand from the keyboard to point and back to type, and thinks before each step.

    What was read or written is not read again, but for an original beside the field its translation is written into.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.task = ""
        self._read: set[str] = set()
        self._on_keys = False

    @property
    def minutes(self) -> float:
        """All of it."""
        return sum(self.seconds.values()) / 60

    def add(self, seconds: float) -> None:
        """Spend time on the task of the moment."""
        self.seconds[self.task] = self.seconds.get(self.task, 0) + seconds

    def read(self, text: str) -> None:
        """Read words."""
        self.add(len(text.split()) * READ_A_WORD)

    def look(self, page: Any) -> None:
        """Wait for a page; read what is new on it, what stands in its fields, and the originals beside them."""
        self.add(ANSWER)
        fields = page.locator("main textarea, main input[type=text]")
        values = fields.evaluate_all("all => all.map(one => one.value)")
        originals = page.locator(".translation-source [role=group]").all_inner_texts()
        known = {line for text in originals for line in lines_of(text)}
        for line in lines_of(page.locator("main").inner_text(), *values):
            if line not in self._read | known:
                self._read.add(line)
                self.read(line)
        for text in originals:
            self.read(text)

    def press(self, target: Any) -> None:
        """Point at something and press it."""
        self.add(THINK + (HOME if self._on_keys else 0) + POINT + PRESS)
        self._on_keys = False
        target.click()

    def go(self, page: Any, target: Any) -> None:
        """Press what leads to a page, and look at it."""
        with page.expect_navigation():
            self.press(target)
        self.look(page)

    def write(self, page: Any, **texts: str) -> None:
        """Point at each field and type into it."""
        for name, text in texts.items():
            field = page.locator(f"main form.form [name={name}]")
            self.press(field)
            self.add(HOME + KEY * len(text))
            self._read.update(lines_of(text))
            self._on_keys = True
            field.fill(text)

    def choose_files(self, field: Any, files: list[Any]) -> None:
        """Open the window of the system, press each file, and take them."""
        self.add((THINK + POINT + PRESS) * (len(files) + 2) + (HOME if self._on_keys else 0))
        self._on_keys = False
        field.set_input_files(files)
