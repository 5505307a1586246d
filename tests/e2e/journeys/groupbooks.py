"""The three lists as 临澜城投 keeps them in Excel: its own form, and what 综合办公室 and a subsidiary bring in."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from tests.registers.gridbooks import head, rows

RISK, WRONG, RIGHT = "空白用印", "很高", "高"
#: The headings, and the columns that stand under “合规依据”.
FORMS = {
    "duty": ("部门名称 岗位名称 岗位合规职责 法律法规 内部制度 合规底线 分管领导", (4, 5)),
    "risk": ("合规风险名称 风险行为编号 风险行为描述 责任或后果 风险等级 法律法规 规章制度 风险控制措施 分管领导", (6, 7)),
    "process": ("一级流程 二级流程 末级流程编号 末级流程名称 流程节点 合规审查内容 法律法规 内部制度 分管领导", (7, 8)),
}  # fmt: skip
_ROWS = {
    "duty": """
        - 车辆管理岗 公务用车先审批后派车 - 《公务用车管理办法》 不得公车私用 岳峰
        - 档案管理岗 合同归档前核对审查意见书 - 《档案管理办法》 不得缺件归档 岳峰
    """,
    "risk": f"""
        公车私用 QH-01 节假日使用公务车辆 通报、退赔 中 - 《公务用车管理办法》 派车先审批 岳峰
        {RISK} QH-02 在空白介绍信上盖章 无权合同、诉讼 {WRONG} - 《印章管理办法》 逐份登记 岳峰
    """,
    "process": """
        行政管理 印章管理 9.2.1 用印审批 用印前核对 是否已有审查通过记录 - 《印章管理办法》 岳峰
        行政管理 车辆管理 9.3.1 公务用车 派车审批 事由、人员 - 《公务用车管理办法》 岳峰
    """,
}


def book(kind: str, path: Path, *, sheet: str = "表样", filled: bool = False, wrong: bool = False) -> Path:
    """A workbook in the group's own form; `wrong` leaves a level in it that nobody knows."""
    words, basis = FORMS[kind]
    labels = words.split()
    made = openpyxl.Workbook()
    page = made.active
    assert page is not None
    page.title = sheet
    first = head(page, labels, {"合规依据": basis}, title="临澜城投合规清单", extra=False)
    lines = _ROWS[kind].strip().splitlines() if filled else []
    cells = [(line if wrong else line.replace(WRONG, RIGHT)).split() for line in lines]
    rows(page, labels, first, [
        {label: text for label, text in zip(labels, line, strict=True) if text != "-"} for line in cells
    ])  # fmt: skip
    made.save(path)
    return path
