"""Which level, business and mechanism a rule belongs to, by its name, its folder and its words. Pure functions."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from guiju.registers import taxonomy

_PARTS = re.compile(r"[与和、/／]")
_IN_NAME, _IN_FOLDER, _LATE_IN_NAME, _LONGER, _MOST_IN_TEXT = 10.0, 12.0, 2.0, 0.5, 4.0
_ENOUGH = 1.0
_WORDS_OF_TEXT = 6_000
#: Words of everybody's rules: they tell nothing when they stand in the text.
_EVERYWHERE = frozenset(
    "合规 管理 监督 会议 资产 生产 信息 市场 客户 项目 工程 制度 行政 办公 资金 法律 数据 合同 设备 质量 会计 风险".split()
)

#: What names of rules say besides the words of the shared list.
_IN_NAMES = {
    "governance": "股东会 股东大会 监事会 总经理办公会 议事规则 授权 子企业 信息披露",
    "party": "党委 党支部 党员 党费 党组织 共青团 职工代表 职代会 企业文化 统战",
    "discipline": "廉洁 廉政 信访 举报 责任追究 问责 礼品 警示教育 反腐 作风",
    "strategy": "战略 规划 经营计划 改革 对标 产业研究 创新成果",
    "investment": "股权 并购 基金 可行性研究 后评价",
    "finance": "费用 报销 应收 账款 差旅 核算 财税 融资 票据 发票 备用金",
    "hr": "员工 招聘 干部 职务 职称 评聘 培训 奖惩 年金 劳动 休假 考核 社会保险 福利 选拔",
    "legal": "合规管理员 合规风险 合规培训 诉讼 纠纷 律师 审查 反垄断 反商业贿赂 委托 普法",
    "control": "风险 缺陷 衍生",
    "purchase": "评标 集中采购 代理机构",
    "construction": "农民工 竣工 造价 监理 分包 施工 签证 前期工作 建设项目",
    "production": "检修 统计 作业标准 租用",
    "safety": "安全 隐患 危险作业 职业健康 建筑垃圾 事故应急 排污",
    "quality": "检验 检测 试验 创优",
    "marketing": "营销 价格 谈判 消费者 满意度",
    "asset": "国有资产 评估 盘点 招租 处置 转让",
    "technology": "创新 成果转化 商业秘密 工法",
    "data": "网络 机房 软件 账号",
    "office": "用车 接待 招待 值班 督查 督办 新闻 宣传 用印 办公会",
    "overseas": "出国 国际",
}
#: Every guide to compliance calls itself that; what it is about stands before.
_WEAK = ("合规", "合同", "法律", "信息", "管理")
_WEAK_IN_NAME = 6.0
#: Whatever is done abroad, it is the being abroad that asks for a rule of its own.
_ABROAD = 6.0

_GUIDE = re.compile(r"(?:指引|指南|合规手册)(?:[（(].*)?$")
_DETAIL = re.compile(
    r"(?:实施细则|细则|操作规程|规程|流程|操作手册|手册|标准|实施办法|工作规则|方案|预案|程序|规范|守则)(?:[（(].*)?$"
)
_BASIC = re.compile(r"章程|基本(?:管理)?制度|(?:议事规则|管理制度|管理条例|条例|管理纲要)(?:[（(].*)?$")
_BY_BOARD = re.compile(r"(?:董事会|股东会|股东大会|党委会?)[^。\n]{0,14}(?:审议通过|审定|批准|负责解释)")
_UNDER_OWN = re.compile(r"(?:根据|依据|按照)[^。\n]{0,60}《(?!中华人民共和国)[^《》]*(?:公司|集团)[^《》]*》")
_CHARTER = re.compile(r"公司章程|^.{0,30}(?:公司|集团)?章程(?:[（(].*)?$")

#: The first that fits, most telling first: (in the name, mechanism).
_MECHANISMS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(form), code)
    for form, code in (
        (r"境外.*合规|合规.*境外|海外合规", "overseas"),
        (r"合规管理员|合规联络员", "department_officer"),
        (r"(?:合法合规|合规|合法)性?审[查核]|法律审核", "review"),
        (r"合规.*(?:风险)?排查|风险排查", "check"),
        (r"合规.*预警|风险预警", "alert"),
        (r"合规.*尽职调查|商业伙伴.*(?:合规|管理)", "due_diligence"),
        (r"合规.*义务|法律法规.*识别|外规内化", "obligation"),
        (r"合规.*风险.*(?:评估|识别|分级)|合规风险管理", "risk_assessment"),
        (r"合规.*(?:应对|应急)|合规.*预案", "risk_response"),
        (r"合规.*监测", "monitoring"),
        (r"举报|信访举报", "speakup"),
        (r"责任追究|违规.*追责|问责", "accountability"),
        (r"合规.*整改|问题整改", "rectification"),
        (r"合规.*报告", "reporting"),
        (r"合规.*咨询", "consultation"),
        (r"合规.*(?:联席|协同|协调)|法务.*内控.*风险.*合规", "coordination"),
        (r"合规.*(?:考核|评价|改进)", "improvement"),
        (r"合规.*调度", "hearing"),
        (r"合规.*培训", "training"),
        (r"合规.*文化", "culture"),
        (r"合规.*手册", "handbook"),
        (r"合规委员会|合规.*(?:机构|组织|职责|岗位)|首席合规官|总法律顾问", "organisation"),
        (r"合规.*(?:流程|清单)", "process"),
        (r"合规.*(?:指引|指南)", "special_field"),
        (r"合规管理(?:办法|制度|规定|实施细则|细则|体系)", "all"),
    )
)


def sort(*, name: str, folder: str, text: str) -> dict[str, Any]:
    """Level, business, mechanism, and why: `level_why` and `business_why` are codes of `reasons`."""
    level, why = level_of(name, text)
    business, found_in = business_of(name, folder, text)
    return {
        "charter": bool(_CHARTER.search(name)) and "协会" not in name and "工会" not in name,
        "level": level,
        "level_why": why,
        "business": business,
        "business_why": found_in,
        "mechanism": mechanism_of(name),
    }


def level_of(name: str, text: str) -> tuple[str, str]:
    """The level and which rule of ours said so."""
    if _CHARTER.search(name):
        return "basic", "charter"
    if _GUIDE.search(name):
        return "guideline", "guide"
    if _DETAIL.search(name):
        return "specific", "detail"
    if _BASIC.search(name):
        return "basic", "basic_name"
    if _UNDER_OWN.search(text[:2_000]):
        return "specific", "under_own"
    head, _first, _rest = text[:3_000].partition("第一条")
    if _BY_BOARD.search(head) or _BY_BOARD.search(text[-300:]):
        return "basic", "board"
    return "specific", "usual"


def business_of(name: str, folder: str, text: str) -> tuple[str, str]:
    """The business with most points, and where most of them came from; empty when nothing was recognised."""
    best, points, where = "", _ENOUGH, ""
    for code, words in _words().items():
        scored = {
            "name": _in_name(words, name),
            "folder": _IN_FOLDER if any(word in folder for word in words) else 0.0,
            "text": _in_text(words, text),
        }
        if code == "overseas" and scored["name"]:
            scored["name"] += _ABROAD
        if sum(scored.values()) > points:
            points = sum(scored.values())
            best, where = code, max(scored, key=lambda place: scored[place])
    return best, where


def mechanism_of(name: str) -> str:
    """The compliance mechanism that a rule governs; most rules govern business."""
    return next((code for form, code in _MECHANISMS if form.search(name)), "business")


def _in_name(words: tuple[str, ...], name: str) -> float:
    """What a name is about stands at its end: in 采购合同管理办法 the contract."""
    found = [word for word in words if word in name and word not in _WEAK]
    if found:
        place = max(name.rfind(word) + len(word) for word in found)
        return _IN_NAME + _LATE_IN_NAME * place / max(len(name), 1) + _LONGER * max(map(len, found))
    return _WEAK_IN_NAME if any(word in name for word in words) else 0.0


def _in_text(words: tuple[str, ...], text: str) -> float:
    part = text[:_WORDS_OF_TEXT]
    count = sum(part.count(word) for word in words if word not in _EVERYWHERE)
    return min(count / 5, _MOST_IN_TEXT)


@cache
def _words() -> dict[str, tuple[str, ...]]:
    """Words of each business: its label, taken apart, and its synonyms."""
    found = {}
    for code, label, _english, synonyms in taxonomy.BUSINESSES:
        if code == "other":
            continue
        parts = [part.removesuffix("管理") for part in _PARTS.split(label)]
        own = _IN_NAMES.get(code, "").split()
        found[code] = tuple(dict.fromkeys(word for word in (*parts, *synonyms, *own) if len(word) > 1))
    return found
