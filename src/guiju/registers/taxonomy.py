"""Words that many registers share: fields of compliance, mechanisms, levels of rules, who is trained.

Rows keep the code, and the log has sealed it: a code that was ever given stays; labels and synonyms may grow.
"""

from __future__ import annotations

#: code, Chinese, English, other words that people write for it.
Word = tuple[str, str, str, tuple[str, ...]]

# The seventeen fields of 包国资发〔2023〕120号 part three in its words; the other documents' words are synonyms.
FIELDS: tuple[Word, ...] = (
    ("governance", "公司治理", "Corporate governance", ("三重一大", "经营决策")),
    (
        "trade",
        "市场交易",
        "Trading",
        ("招投标", "资产交易", "产权交易", "商品交易", "反商业贿赂", "反垄断", "反不正当竞争", "Market transactions"),
    ),
    ("contract", "合同管理", "Contracts", ("合同", "经济合同")),
    ("partner", "商业伙伴", "Business partners", ("合作方", "供应商")),
    ("finance", "财务税收", "Finance and tax", ("财务", "税务", "税务管理", "财税")),
    ("debt", "债务管理", "Debt", ("债务", "担保", "资金拆借")),
    ("investment", "投资管理", "Investment", ("投资", "重大项目投资")),
    ("construction", "工程建设", "Construction", ("工程", "建设工程")),
    ("ip", "知识产权", "Intellectual property", ("商业秘密",)),
    ("leasing", "租赁性资产", "Leased assets", ("资产租赁", "租赁")),
    (
        "data",
        "信息安全（数据与个人信息）",
        "Information security, data and privacy",
        ("信息安全", "数据与个人信息", "数据保护", "个人信息保护", "Data and privacy"),
    ),
    ("labour", "劳动用工", "Labour", ("劳动人事", "用工")),
    (
        "safety",
        "安全环保",
        "Safety and environment",
        ("环保安全", "安全生产", "生态环保", "环境保护", "Environment and safety"),
    ),
    ("quality", "产品质量", "Product quality", ("质量",)),
    ("gifts", "礼品与商务接待", "Gifts and hospitality", ("礼品", "商务接待")),
    ("donation", "社会捐赠与赞助", "Donations and sponsorship", ("捐赠", "赞助")),
    ("overseas", "域外业务", "Business abroad", ("境外业务", "涉外业务", "境外经营", "域外业务风险")),
    ("other", "其他", "Other", ("其他重点领域",)),
)

# The eight mechanisms of the effectiveness standard.
MECHANISMS: tuple[Word, ...] = (
    ("obligation_external", "外部合规义务识别", "External obligations", ()),
    ("obligation_internal", "内部合规义务识别", "Internal obligations", ()),
    ("risk_assessment", "风险评估与分级", "Risk assessment", ()),
    ("risk_response", "风险应对", "Risk response", ()),
    ("monitoring", "日常监测", "Monitoring", ()),
    ("speakup", "举报", "Speaking up", ()),
    ("reporting", "合规报告", "Reporting", ()),
    ("improvement", "整改、问责与持续改进", "Improvement", ("整改与持续改进", "持续改进")),
)

# What stands above the eight: a rule, a look or a record may be about several of them.
WHOLE: tuple[Word, ...] = (
    ("all", "合规管理整体", "Compliance as a whole", ("合规管理总则（覆盖各项机制）", "合规管理总则")),
    ("obligation", "合规义务识别（外部和内部）", "Obligations (external and internal)", ("合规义务识别",)),
)

POLICY_LEVELS: tuple[Word, ...] = (
    ("basic", "基本管理制度", "Basic rule", ("基本制度", "Basic")),
    ("specific", "具体规章制度", "Specific rule", ("具体制度", "专门制度", "Specific")),
    ("guideline", "专项合规指引", "Special guideline", ("专项指引", "合规指引", "专项指南", "Guideline")),
)

AUDIENCES: tuple[Word, ...] = (
    ("all", "全体员工", "Everybody", ("全员",)),
    ("managers", "管理人员", "Managers", ("领导人员", "中层以上人员")),
    ("officers", "合规人员和联络员", "Compliance people", ("合规管理队伍",)),
    ("compliance_staff", "合规管理人员", "Compliance staff", ("合规专员", "合规人员")),
    ("department_officer", "部门合规管理员（联络员）", "Department compliance officers", ("合规管理员", "合规联络员")),
    ("key_posts", "重点岗位", "Key posts", ("重点岗位人员", "高风险岗位人员")),
    ("new_hires", "新员工", "New hires", ("新入职人员", "新入职员工")),
    ("frontline", "基层一线人员", "Frontline staff", ("一线人员", "一线员工")),
    ("department", "部门", "Department", ()),
)
