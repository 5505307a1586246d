"""Workbooks as grid companies keep them: a cover, a sheet for each department, headings over several rows, merges."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

RISK = ["一级业务", "二级业务", "合规风险名称", "风险行为编号", "风险行为描述", "责任或后果", "风险等级", "底线",
        "国家政策", "法律法规", "监管规定", "行业准则", "规章制度", "其他", "合规义务", "风险控制措施",
        "归口部门", "配合部门", "备注", "内部流水"]  # fmt: skip
PROCESS = ["一级流程", "二级流程", "三级流程", "末级流程编号", "末级流程名称", "主要风险名称", "关键控制点",
           "法律法规、国家政策", "内部制度", "合规风险点", "监督评价要点", "合规审查责任部门", "评估日期"]  # fmt: skip
DUTY = ["部门名称", "岗位名称", "风险内控合规职责", "法律法规、国家政策", "内部制度", "合规底线清单",
        "底线标准与处罚", "制度依据"]  # fmt: skip


def head(page: Worksheet, labels: list[str], groups: dict[str, tuple[int, int]], *, title: str, extra: bool) -> int:
    """A merged title, a line about the file, headings of two or three rows; returns the first row of the data."""
    page.append([title])
    page.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(labels))
    page["A1"].font = Font(bold=True, size=16)
    page.append([None, "编制日期：2025年3月"])
    top = 3
    bottom = top + (2 if extra else 1)
    inside = {at: name for name, (first, last) in groups.items() for at in range(first, last + 1)}
    for at, label in enumerate(labels, 1):
        if at in inside:
            page.cell(bottom, at, label)
        else:
            page.cell(top, at, label)
            page.merge_cells(start_row=top, end_row=bottom, start_column=at, end_column=at)
    for name, (first, last) in groups.items():
        page.cell(top, first, name)
        page.merge_cells(start_row=top, end_row=bottom - 1, start_column=first, end_column=last)
    for row in page.iter_rows(min_row=top, max_row=bottom):
        for cell in row:
            cell.fill = PatternFill("solid", fgColor="FFDDEBF7")
            cell.alignment = Alignment(wrap_text=True, horizontal="center")
    return bottom + 1


def risk(number: str, behaviour: str, **more: Any) -> dict[str, Any]:
    """One risk."""
    usual = {
        "责任或后果": "罚款\n通报批评",
        "风险等级": "高风险",
        "法律法规": "《招标投标法》第三条\n《招标投标法实施条例》第四十二条",
        "风险控制措施": "公开招标",
        "内部流水": 900000000000001,
    }
    return {"风险行为编号": number, "风险行为描述": behaviour, **usual, **more}


def rows(page: Worksheet, labels: list[str], first: int, records: list[dict[str, Any]]) -> int:
    """Write records; returns the row below them."""
    for at, record in enumerate(records):
        for column, label in enumerate(labels, 1):
            if label in record:
                cell = page.cell(first + at, column, record[label])
                cell.alignment = Alignment(wrap_text=True, vertical="top")
                if isinstance(record[label], float):
                    cell.number_format = "0.00"
                if isinstance(record[label], str) and record[label].startswith("="):
                    cell.data_type = "s"
    return first + len(records)


def risks(path: Path, *, law: str = "法务部", finance: str = "财务部") -> Path:
    """The risk library of two departments, with a cover, a hidden sheet and rows merged by business."""
    book = openpyxl.Workbook()
    cover = book.active
    cover.title = "说明"
    cover.append(["填表说明"])
    cover.append(["请各部门按要求填写，逐级审核。"])
    page = book.create_sheet(law)
    first = head(page, RISK, {"合规依据": (9, 14)}, title="合规风险库（法务部）", extra=True)
    below = rows(page, RISK, first, [
        risk("FW-01", "应招标未招标", 一级业务="采购管理", 二级业务="招标", 合规风险名称="规避招标",
             归口部门=law, 备注="=不是公式"),
        risk("FW-02", "拆分项目规避招标", 风险等级="中", 归口部门=law),
        risk("FW-03", "串通投标", 合规风险名称="串标围标", 归口部门=law, 国家政策="全国统一大市场意见"),
        risk("910000000000000017", "指定供应商", 一级业务="合同管理", 二级业务="签订", 合规风险名称="签约", 归口部门=law),
    ])  # fmt: skip
    page.merge_cells(start_row=first, end_row=first + 2, start_column=1, end_column=1)
    page.merge_cells(start_row=first, end_row=first + 2, start_column=2, end_column=2)
    page.merge_cells(start_row=first, end_row=first + 1, start_column=3, end_column=3)
    page.cell(below, 1, "合计")
    page.cell(below, 4, 4)
    page.column_dimensions["E"].width = 42.5
    page.row_dimensions[first].height = 48
    page.freeze_panes = page.cell(first, 1)
    other = book.create_sheet(f" {finance} ")
    first = head(other, RISK, {"合规依据": (9, 14)}, title="合规风险库（财务部）", extra=False)
    rows(other, RISK, first, [
        risk("CW-01", "坐支现金", 一级业务="资金管理", 二级业务="现金", 合规风险名称="坐支", 风险等级="低"),
        risk("CW-02", "账外设账", 合规风险名称="小金库", 风险等级="H"),
    ])  # fmt: skip
    secret = book.create_sheet("底稿")
    secret.sheet_state = "hidden"
    secret.append(["合规风险名称", "风险行为描述"])
    secret.append(["草稿", "草稿"])
    book.save(path)
    return path


def duties(path: Path) -> Path:
    """Duties of posts: a department column merged downwards, posts given once, no numbers."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "重要岗位"
    first = head(page, DUTY, {"合规义务来源": (4, 5)}, title="重要岗位履责合规义务清单", extra=False)
    rows(page, DUTY, first, [
        {"部门名称": "财务部", "岗位名称": "会计主管", "风险内控合规职责": "审核凭证", "内部制度": "《会计核算办法》"},
        {"风险内控合规职责": "定期对账", "合规底线清单": "不得坐支"},
        {"岗位名称": "出纳", "风险内控合规职责": "每日盘点"},
        {"部门名称": "法务部", "岗位名称": "合同管理", "风险内控合规职责": "合同合规审查"},
    ])  # fmt: skip
    page.merge_cells(start_row=first, end_row=first + 2, start_column=1, end_column=1)
    book.save(path)
    return path


def processes(path: Path) -> Path:
    """Processes by level, their numbers stored as numbers."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "财务部"
    first = head(page, PROCESS, {"合规义务来源": (8, 9)}, title="业务流程管控合规管理清单", extra=True)
    rows(page, PROCESS, first, [
        {"一级流程": "财务管理", "二级流程": "资金", "三级流程": "付款", "末级流程编号": 1.10, "末级流程名称": "对外付款",
         "主要风险名称": "未审先付", "关键控制点": "付款审批", "合规审查责任部门": "法务部", "评估日期": date(2025, 3, 1)},
        {"主要风险名称": "重复付款", "关键控制点": "查重", "合规审查责任部门": "财务部", "评估日期": date(2025, 3, 2)},
        {"末级流程编号": 1.20, "末级流程名称": "内部划转", "主要风险名称": "划转无据", "合规审查责任部门": "财务部"},
    ])  # fmt: skip
    for column in (1, 2, 3):
        page.merge_cells(start_row=first, end_row=first + 2, start_column=column, end_column=column)
    for column in (4, 5):
        page.merge_cells(start_row=first, end_row=first + 1, start_column=column, end_column=column)
    book.save(path)
    return path
