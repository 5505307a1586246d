"""Official papers: how long a report of some 25 pages takes, as a Word file and as a page.

python bench/documents.py [--rounds 20]
"""

from __future__ import annotations

import sys
from io import BytesIO

import _bench

sys.path.insert(0, str(_bench.ROOT / "src"))


def main() -> int:
    options = _bench.arguments(__doc__, rounds=20)
    from guiju.documents import docx
    from guiju.documents.paper import Heading, Paper, Para, Table
    from guiju.documents.preview import preview

    columns = ["序号", "问题", "责任部门", "责任人", "期限", "状态"]
    rows = [[number, "框架合同未经合规审查即签订", "经营部", "李强", "2026-12-15", None] for number in range(1, 61)]
    paper = Paper("2026年度合规管理工作报告", unit="华东建设集团有限公司")
    for chapter in range(10):
        paper.add(Heading(1, "机制运行"), *[Para("合规管理" * 80) for _part in range(3)])
        if chapter % 3 == 0:
            paper.add(Table(columns, rows, caption="整改事项"))
    table = _bench.Table("documents")
    written = _bench.often(lambda: docx.write(paper, to=BytesIO()), options.rounds)
    table.turns("a report of 25 pages as a Word file", written, p50=1000)
    table.turns("the same for the screen", _bench.often(lambda: preview(paper), options.rounds))
    return 0


if __name__ == "__main__":
    sys.exit(main())
