"""A stock of two hundred rules of a state-owned group, as the files in which a firm keeps them; always the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from guiju.demo import stockfiles
from guiju.demo.when import Chance

FIRM = "华东建设集团有限公司"
_SHORT = "华建"

#: business | folder | names; `*` a basic rule, `+` a guideline, the rest specific ones.
_RULES = """
governance|公司治理|公司章程*;股东会议事规则*;董事会议事规则*;董事会战略委员会工作规则;董事会审计委员会工作规则;总经理办公会议事规则*;“三重一大”决策制度实施办法;董事会授权管理办法;法人治理主体权责清单管理办法;子企业董事会建设管理办法
party|党建与群团|党委会议事规则*;党建工作责任制考核办法;党费收缴使用管理办法;党支部工作规程;工会经费管理办法;职工代表大会实施细则;共青团工作规定;党员发展工作流程;企业文化建设管理办法
discipline|纪检监察|纪检监察工作管理规定*;廉洁从业若干规定;巡察工作实施办法;信访举报处理办法;违规经营投资责任追究实施办法;礼品礼金登记上交办法;纪检监察谈话工作规程;警示教育实施办法;领导人员廉洁档案管理办法
strategy|战略与改革|战略规划管理制度*;年度经营计划管理办法;企业改革方案管理办法;子企业功能定位管理办法;战略规划执行评估细则;产业研究管理办法;企业管理创新成果评审办法;对标提升工作实施方案
investment|投资管理|投资管理制度*;股权投资管理办法;固定资产投资管理办法;投资项目后评价实施细则;投资项目负面清单管理办法;参股投资管理办法;投资项目可行性研究编制规范;投资项目风险合规指引+;并购尽职调查操作指引+;基金投资管理办法
finance|财务管理|财务管理制度*;全面预算管理办法;资金管理办法;会计核算办法;融资担保管理办法;税务管理办法;费用报销管理办法;应收账款管理办法;差旅费管理细则;财务报告编制规程;债务风险管控实施细则;税务合规指引+
hr|人力资源|人力资源管理制度*;员工招聘管理办法;薪酬管理办法;绩效考核管理办法;劳动合同管理办法;员工考勤与休假管理办法;员工培训管理办法;干部选拔任用工作规定;专业技术职务评聘办法;员工奖惩实施细则;劳动用工合规指引+
legal|法务与合规|合规管理办法;法律事务管理制度*;规章制度合法合规性审查实施细则;合同管理办法;合同示范文本管理细则;法律纠纷案件管理办法;外聘律师管理办法;合规风险排查实施细则;合规管理员工作细则;合规培训管理办法;反商业贿赂合规指引+;反垄断合规指引+;授权委托管理办法
control|风险与内控|全面风险管理制度*;内部控制评价办法;重大风险事件报告办法;内部控制手册;风险预警管理办法;内控缺陷整改实施细则;风险评估操作规程;金融衍生业务风险管控办法
audit|审计|内部审计管理制度*;经济责任审计实施办法;工程项目审计实施细则;审计整改跟踪办法;审计质量控制规范;审计档案管理细则;审计结果运用办法
purchase|采购与招投标|采购管理制度*;招标投标管理办法;供应商管理办法;评标专家库管理细则;非招标采购操作规程;电子采购平台管理办法;采购项目负面行为处理办法;招标代理机构管理办法;招投标合规指引+;集中采购目录管理细则
construction|工程建设|工程建设管理制度*;工程项目管理办法;工程变更签证管理细则;工程分包管理办法;农民工工资支付保障办法;工程竣工验收规程;工程造价管理办法;工程监理管理办法;工程项目策划编制规范;工程建设项目合规指引+;基建项目前期工作流程
production|生产运营|生产运营管理制度*;设备管理办法;生产调度运行规程;混凝土生产作业标准;设备租用操作流程;设备检修规程;生产统计管理办法;运营分析例会规则
safety|安全环保|安全生产管理制度*;安全生产责任制实施办法;消防安全管理办法;生产安全事故应急预案;危险作业管理规程;安全隐患排查治理办法;生态环保管理办法;职业健康管理办法;建筑垃圾处置实施细则;安全环保合规指引+;应急物资管理细则
quality|质量管理|质量管理制度*;工程质量检验标准;质量事故处理办法;产品质量追溯实施细则;服务质量投诉处理办法;质量创优管理办法;试验检测管理规程
marketing|市场与客户|市场营销管理办法;客户信用管理办法;客户投诉处理细则;商务谈判工作规程;销售价格管理办法;市场开发奖励办法;消费者权益保护指引+;客户满意度调查规范
asset|资产与产权|国有资产管理制度*;资产评估管理办法;产权登记管理办法;不动产租赁管理办法;固定资产盘点细则;低效无效资产处置办法;产权转让管理办法;资产租赁招租规程;资产租赁合规指引+
technology|科技与知识产权|科技创新管理制度*;研发经费管理办法;知识产权管理办法;专利申请奖励办法;科技成果转化实施细则;商业秘密保护指引+;工法评审办法;研发项目管理办法
data|信息化与数据|信息化管理制度*;网络安全管理办法;信息系统运维规程;数据分类分级管理办法;个人信息保护管理办法;机房管理规定;软件正版化管理办法;信息系统账号权限管理细则;数据安全事件应急预案;数据与个人信息保护合规指引+
office|行政综合|公文处理办法;印章管理办法;档案管理办法;保密工作管理规定*;会议管理办法;公务用车管理办法;公务接待管理办法;值班工作规定;办公用品管理细则;督查督办工作办法;新闻宣传管理办法
overseas|境外业务|境外投资管理办法;境外工程项目管理办法;境外合规管理实施细则;境外人员管理办法;境外资金管理细则;因公出国管理办法;境外安全应急预案;境外经营合规指引+
"""

_ARTICLES = (
    "为规范{subject}，防范合规风险，根据国家有关法律法规和集团章程，结合集团实际，制定本制度。",
    "{subject}适用于集团本部各部门和各级全资、控股子企业；参股企业可以参照执行。",
    "{subject}应当遵循依法合规、权责对等、流程清晰、全程留痕的原则。",
    "归口部门负责{subject}的统筹、指导和监督，建立工作台账，按季度向分管领导报告。",
    "各部门负责人是本部门{subject}的第一责任人，合规管理员负责日常提醒和初步审查。",
    "办理{subject}事项，应当先提出书面申请，说明事由、依据、金额和期限，并附相关材料。",
    "归口部门应当自收到{subject}申请之日起五个工作日内提出意见；材料不齐的，应当一次性告知。",
    "{subject}涉及重大事项的，应当经合规管理部门审查；未经审查的，不得提交决策会议。",
    "{subject}的资料应当在办结后十个工作日内归档，保存期限不少于十年。",
    "在{subject}中不得拆分事项、规避审批，不得利用职务便利谋取不正当利益。",
    "归口部门每年至少对{subject}组织一次检查，对发现的问题列出清单，明确整改责任人和完成时限。",
    "违反{subject}要求造成损失或者不良影响的，按照集团有关规定追究责任；涉嫌违法犯罪的，移送有关机关处理。",
    "集团建立{subject}信息系统，关键节点在线办理，数据与其他系统共享。",
    "{subject}中的紧急事项，可以先行处置，但应当在三个工作日内补办手续并说明情况。",
    "子企业应当根据{subject}的要求制定实施办法，报集团备案后执行。",
    "{subject}由归口部门负责解释。",
)
#: What a rule is about: its name without what kind of rule it is.
_SUBJECT = re.compile(
    r"(?:管理)?(?:办法|制度|规定|实施细则|细则|规程|规则|操作指引|合规指引|指引|实施办法|流程|标准|规范|方案|预案).*$"
)
_CHAPTERS = ("总则", "职责分工", "工作程序", "监督与责任", "附则")
_NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class StockFile:
    """One file of the stock; what it is about is known, so that recognition can be measured."""

    folder: str
    name: str
    data: bytes
    title: str
    business: str
    level: str
    issued_on: date

    @property
    def path(self) -> str:
        """Where it lies."""
        return f"{self.folder}/{self.name}" if self.folder else self.name


def files(*, firm: str = FIRM, count: int = 200, articles: int = 24) -> list[StockFile]:
    """The stock: all rules of the table; beyond their number the same again for subsidiaries."""
    rules = list(_rules())
    found = []
    for at in range(count):
        again, place = divmod(at, len(rules))
        business, folder, title, level = rules[place]
        name = f"{_NUMERALS[again % 10]}分公司{title}" if again else title
        found.append(_file(at, firm, business, folder, name, level, articles))
    return found


def awkward(*, firm: str = FIRM) -> list[StockFile]:
    """What every stock holds besides: an older version, a trial long over, one repealed by another, a copy, a scan."""
    day = date(2016, 5, 6)
    older = _write(firm, "合同管理办法", day, number=7, articles=12)
    trial = _write(firm, "企业年金管理办法（试行）", date(2017, 3, 1), number=9, articles=12)
    ender = _write(firm, "公务接待管理办法（2022年修订）", date(2022, 6, 1), number=31, articles=10)
    ender.insert(-1, f"本办法自发布之日起施行，原《{firm}业务招待管理办法》同时废止。")
    ended = _write(firm, f"{firm}业务招待管理办法", date(2015, 2, 9), number=3, articles=8)
    copy = _write(firm, "印章管理办法", date(2020, 8, 8), number=40, articles=10)
    rows = (
        ("旧版", "合同管理办法（2016年）.doc", stockfiles.doc(older), "合同管理办法", "legal", day),
        (
            "人力资源",
            "企业年金管理办法（试行）.docx",
            stockfiles.docx(trial),
            "企业年金管理办法（试行）",
            "hr",
            date(2017, 3, 1),
        ),
        (
            "行政综合",
            "公务接待管理办法（2022年修订）.docx",
            stockfiles.docx(ender),
            ender[0],
            "office",
            date(2022, 6, 1),
        ),
        ("行政综合", "业务招待管理办法.docx", stockfiles.docx(ended), ended[0], "office", date(2015, 2, 9)),
        ("其他", "用印规定.docx", stockfiles.docx(copy), "印章管理办法", "office", date(2020, 8, 8)),
        ("其他", "用印规定 - 副本.docx", stockfiles.docx(copy), "印章管理办法", "office", date(2020, 8, 8)),
        ("其他", "董事会决议扫描件.pdf", stockfiles.scan(), "", "", day),
        ("其他", "员工手册.pdf", stockfiles.locked_pdf(), "", "", day),
    )
    return [StockFile(folder, name, data, title, business, "", on) for folder, name, data, title, business, on in rows]


def archive(found: list[StockFile]) -> bytes:
    """The stock as one zip with its folders."""
    return stockfiles.zipped({one.path: one.data for one in found})


def _rules() -> Iterator[tuple[str, str, str, str]]:
    for line in _RULES.strip().splitlines():
        business, folder, names = line.split("|")
        for name in names.split(";"):
            level = {"*": "basic", "+": "guideline"}.get(name[-1], "specific")
            yield business, folder, name.rstrip("*+"), level


def _file(at: int, firm: str, business: str, folder: str, name: str, level: str, articles: int) -> StockFile:
    chance = Chance("stock").of(str(at))
    on = date(2017, 6, 1) + timedelta(days=chance.randint(0, 3_000))
    title = f"{firm}{name}" if chance.randint(0, 3) else name
    lines = _write(firm, title, on, number=at % 90 + 1, articles=articles, board=level == "basic")
    kind = ("docx", "docx", "docx", "docx", "pdf", "docx", "docx", "pdf", "docx", "doc")[at % 10]
    write = {"docx": stockfiles.docx, "pdf": stockfiles.pdf, "doc": stockfiles.doc}[kind]
    mark = ("", "", "（定稿）", "", "-最终版")[at % 5]
    return StockFile(f"制度汇编/{folder}", f"{name}{mark}.{kind}", write(lines), title, business, level, on)


def _write(firm: str, title: str, on: date, *, number: int, articles: int, board: bool = False) -> list[str]:
    """The words of one rule: head, chapters, articles, the day at its end."""
    subject = _SUBJECT.sub("", title.removeprefix(firm))
    day = f"{on.year}年{on.month}月{on.day}日"
    short = _SHORT if firm == FIRM else firm[:2]
    lines = [title, f"{short}发〔{on.year}〕{number}号"]
    if board:
        lines.append(f"（{day}{firm}董事会审议通过）")
    per = max(articles // len(_CHAPTERS), 1)
    for at in range(articles):
        if at % per == 0 and at // per < len(_CHAPTERS):
            lines.append(f"第{_NUMERALS[at // per]}章 {_CHAPTERS[at // per]}")
        words = _ARTICLES[at % (len(_ARTICLES) - 1) if at < articles - 1 else -1].format(subject=subject)
        lines.append(f"第{_chinese(at + 1)}条 {words}")
    lines.append(f"第{_chinese(articles + 1)}条 本制度自{day}起施行。")
    return [*lines, firm, day]


def _chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if not tens else ("十" if tens == 1 else _NUMERALS[tens - 1] + "十")
    return head + (_NUMERALS[ones - 1] if ones else "")
