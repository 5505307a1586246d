"""A small drawing of what lies around a record: three columns, one per step; numbers here, words in the template."""

from __future__ import annotations

from dataclasses import dataclass, field

from guiju.compliance.graph.queries import Around

#: Boxes of one column; what does not fit is counted.
ROWS = 12
BOX, HIGH, GAP, ACROSS = 200, 30, 10, 84
_LETTERS = 13


@dataclass(frozen=True, slots=True)
class Box:
    """A record in the drawing."""

    x: int
    y: int
    title: str
    whole: str
    register: str
    step: int

    @property
    def middle(self) -> int:
        """Where lines meet it."""
        return self.y + HIGH // 2


@dataclass(slots=True)
class Drawing:
    """Boxes, the lines between them, and how many records did not fit in each column."""

    boxes: list[Box] = field(default_factory=list)
    lines: list[tuple[int, int, int, int]] = field(default_factory=list)
    left_out: int = 0
    width: int = 0
    height: int = 0
    box: int = BOX
    high: int = HIGH


def of(found: Around) -> Drawing:
    """The start, what it touches, and what that touches, drawn from left to right."""
    columns = [[found.start.uid]]
    for _step in range(max(found.steps.values(), default=0)):
        columns.append([entry.uid for uid in columns[-1] for entry in found.reached_from(uid)])
    drawing = Drawing(width=len(columns) * BOX + (len(columns) - 1) * ACROSS + 2)
    drawing.left_out = sum(max(len(column) - ROWS, 0) for column in columns)
    shown = [column[:ROWS] for column in columns]
    tallest = max(len(column) for column in shown)
    drawing.height = tallest * (HIGH + GAP)
    boxes = {}
    for step, column in enumerate(shown):
        top = (drawing.height - len(column) * (HIGH + GAP)) // 2 + GAP // 2
        for row, uid in enumerate(column):
            entry = found.entries[uid]
            title = entry.title if len(entry.title) <= _LETTERS else f"{entry.title[: _LETTERS - 1]}…"
            boxes[uid] = Box(
                step * (BOX + ACROSS) + 1, top + row * (HIGH + GAP), title, entry.title, entry.register, step
            )
    drawing.boxes = list(boxes.values())
    for uid, via in found.before.items():
        if uid in boxes and via in boxes:
            drawing.lines.append((boxes[via].x + BOX, boxes[via].middle, boxes[uid].x, boxes[uid].middle))
    return drawing
