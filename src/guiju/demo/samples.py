"""A risk list as an officer would have it on her disk, for the newcomer to import."""

from __future__ import annotations

from pathlib import Path
from typing import Any

NAME = "合规风险清单（待导入）.xlsx"
_TITLE = "苏州砚朴包装设计有限公司合规风险清单"
_HEADERS = ("序号", "业务领域", "风险点描述", "关联业务", "风险行为", "原因", "可能后果", "可能性", "影响程度", "风险级别", "评估日期", "责任人", "防控措施")
_ROWS: tuple[tuple[Any, ...], ...] = (
    ("101", "知识产权", "客户提供的素材权属不明", "包装设计", "客户发来的图片直接使用，没有核实来源", "没有核对习惯", "连带侵权赔偿", 3, 4, "高", "2025-09-12", "乔木", "合同写明客户保证，可疑素材另行确认"),
    ("102", "知识产权", "字体授权范围不足", "包装设计", "个人使用授权的字体用于商业包装", "下载时不看授权", "权利人索赔", 4, 3, "中", "2025-09-12", "米粒", "字体库登记，未登记不用"),
    ("103", "产品质量", "食品包装标识漏项", "食品包装设计", "按客户文案照排，未核对配料、日期、贮存条件", "不熟悉标准", "返工、被客户追偿", 3, 3, "中", "2025/9/15", "米粒", "出稿前按核对表自查"),
    ("104", "产品质量", "打样与交付颜色不一致", "打样", "样品确认后换纸未告知", "供应商断货", "客户拒收", 2, 2, "低", "2025-09-15", "纪元", "换料须书面确认"),
    ("105", "商业伙伴", "设计稿外泄", "包装设计", "网盘公开链接分享未上市产品包装", "图方便", "违约赔偿", 3, 4, "高", "2025-09-16", "乔木", "链接加密并设有效期"),
    ("106", "商业伙伴", "给采购人员好处费", "业务拓展", "节日送购物卡维护客户", "行业习惯", "商业贿赂责任", 2, 5, "很高", "2025-09-16", "牛犇", "节礼统一登记，不送现金等价物"),
    ("107", "劳动用工", "未签书面劳动合同", "劳动用工", "试用期满才签合同", "手续拖延", "支付二倍工资", 2, 3, "低", "2025-09-18", "姜禾", "入职当日签署"),
    ("108", "劳动用工", "赶稿期加班未补休", "劳动用工", "连续加班无记录", "排期紧", "劳动争议", 3, 2, "中", "2025-09-18", "姜禾", "加班登记，次月补休"),
    ("109", "财务税收", "以个人账户收设计费", "收款", "客户转账到负责人个人账户", "图省事", "税务风险", 2, 4, "中", "去年国庆前", "姜禾", "一律走公司账户"),
    ("110", "数据与个人信息", "客户联系人信息外传", "客户管理", "通讯录共享给外部供应商", "没有要求", "投诉、责令改正", 2, 2, "低", "2025-09-20", "牛犇", "只给必要信息"),
)  # fmt: skip


def write(folder: Path) -> Path:
    """Write the workbook into the folder: a title above the header, merged cells, and two cells that are wrong."""
    import xlsxwriter  # a large package, needed only here

    folder.mkdir(parents=True, exist_ok=True)
    target = folder / NAME
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet("风险清单")
    heading = book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
    head = book.add_format({"bold": True, "border": 1, "bg_color": "#E9EEF3", "text_wrap": True})
    plain = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    last = len(_HEADERS) - 1
    sheet.merge_range(0, 0, 0, last, _TITLE, heading)
    sheet.merge_range(1, 0, 1, last, "填表人：姜禾        填表日期：2025年9月20日        单位：（盖章）", plain)
    for column, text in enumerate(_HEADERS):
        sheet.write_string(2, column, text, head)
    for place, row in enumerate(_ROWS, 3):
        for column, value in enumerate(row):
            if column != 1:
                sheet.write(place, column, value, plain)
    for first, count in _blocks():
        if count > 1:
            sheet.merge_range(3 + first, 1, 2 + first + count, 1, _ROWS[first][1], plain)
        else:
            sheet.write(3 + first, 1, _ROWS[first][1], plain)
    sheet.set_column(0, 1, 10)
    sheet.set_column(2, last, 20)
    sheet.freeze_panes(3, 0)
    book.close()
    return target


def _blocks() -> list[tuple[int, int]]:
    """Runs of rows of one field: where each begins and how long it is."""
    found: list[tuple[int, int]] = []
    for place, row in enumerate(_ROWS):
        if found and _ROWS[found[-1][0]][1] == row[1]:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((place, 1))
    return found
