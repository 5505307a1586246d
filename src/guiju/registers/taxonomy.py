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

# 001 task 1 sorts rules by the business and function they are about and leaves the sorting to the firm: ours to begin with.
BUSINESSES: tuple[Word, ...] = (
    ("governance", "公司治理", "Corporate governance", ("章程", "董事会", "三重一大", "法人治理")),
    ("party", "党建与群团", "Party and mass organisations", ("党建", "党务", "工会", "群团")),
    ("discipline", "纪检监察", "Discipline inspection", ("纪检", "监察", "巡视巡察", "监督")),
    ("strategy", "战略与改革", "Strategy and reform", ("战略规划", "规划发展", "企业改革")),
    ("investment", "投资管理", "Investment", ("投资", "股权投资", "项目投资")),
    ("finance", "财务管理", "Finance", ("财务", "会计", "资金", "税务", "预算", "担保", "债务")),
    ("hr", "人力资源", "Human resources", ("人力", "人事", "薪酬", "劳动用工", "考勤", "绩效")),
    ("legal", "法务与合规", "Legal and compliance", ("法务", "法律", "合规", "合同")),
    ("control", "风险与内控", "Risk and internal control", ("风险管理", "内部控制", "内控")),
    ("audit", "审计", "Audit", ("内部审计", "审计监督")),
    ("purchase", "采购与招投标", "Purchasing and tenders", ("采购", "招标", "投标", "供应商")),
    ("construction", "工程建设", "Construction", ("工程", "基建", "项目建设")),
    ("production", "生产运营", "Operations", ("生产", "运营", "调度运行", "设备")),
    ("safety", "安全环保", "Safety and environment", ("安全生产", "环保", "消防", "应急")),
    ("quality", "质量管理", "Quality", ("质量", "产品质量", "服务质量")),
    ("marketing", "市场与客户", "Market and customers", ("市场营销", "销售", "客户", "商务", "消费者权益")),
    ("asset", "资产与产权", "Assets", ("资产", "产权", "租赁", "不动产")),
    ("technology", "科技与知识产权", "Technology and IP", ("科技", "研发", "知识产权", "专利")),
    ("data", "信息化与数据", "IT and data", ("信息", "信息化", "网络安全", "数据", "个人信息", "信息系统")),
    ("office", "行政综合", "Administration", ("行政", "办公", "公文", "印章", "档案", "保密", "车辆", "会议")),
    ("overseas", "境外业务", "Business abroad", ("境外", "海外", "涉外", "域外")),
    ("other", "其他", "Other", ("其他业务",)),
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

# Key links: 包国资发〔2023〕120号 part three (二), and the Shanghai campaign's part 三(二)1, in nearly the same words.
LINKS: tuple[Word, ...] = (
    ("rules", "制度制定环节", "Making of rules", ("制度制定",)),
    ("decision", "经营决策环节", "Decisions", ("经营决策",)),
    ("operation", "生产运营管理环节", "Running of the business", ("生产运营环节", "生产运营")),
    ("other", "其他重点环节", "Other links", ("其他环节", "其他")),
)

# Key people: the same places.
KEY_PEOPLE: tuple[Word, ...] = (
    ("deciders", "决策管理人员", "Decision makers", ("管理人员", "决策人员")),
    ("risk_posts", "重要风险岗位人员", "People in posts of high risk", ("重点岗位人员", "高风险岗位人员")),
    ("other", "其他重点人员", "Other key people", ("其他人员", "其他")),
)

CYCLES: tuple[Word, ...] = (
    ("day", "每日", "Daily", ("日", "每天")),
    ("week", "每周", "Weekly", ("周",)),
    ("month", "每月", "Monthly", ("月",)),
    ("quarter", "每季度", "Quarterly", ("季", "季度")),
    ("half", "每半年", "Half-yearly", ("半年",)),
    ("year", "每年", "Yearly", ("年", "年度")),
    ("once", "一次", "Once", ("单次", "一次性")),
)

RISK_LEVELS: tuple[Word, ...] = (
    ("high", "高", "High", ("高风险", "重大", "重大风险", "H")),
    ("medium", "中", "Medium", ("中风险", "较大", "较大风险", "M")),
    ("low", "低", "Low", ("低风险", "一般", "一般风险", "L")),
)

# Why something went wrong, so that the same cause is recognised when it comes again (8.5.1 of the effectiveness standard).
CAUSES: tuple[Word, ...] = (
    ("no_rule", "制度缺失或不完善", "Rule missing or poor", ("制度缺失", "制度不完善", "无制度")),
    ("not_followed", "制度执行不到位", "Rule not followed", ("执行不到位", "未执行制度", "有章不循")),
    ("unclear_duty", "职责不清", "Duties unclear", ("责任不清", "分工不清")),
    ("no_supervision", "监督检查缺位", "Supervision lacking", ("监督缺位", "监管不到位")),
    ("training", "培训或意识不足", "Training or awareness lacking", ("培训不足", "意识不足")),
    ("resources", "人员或资源不足", "People or means lacking", ("人手不足", "资源不足")),
    ("system", "流程或系统缺陷", "Fault of process or system", ("流程缺陷", "系统缺陷")),
    ("change", "外部要求变化未跟上", "Change outside not followed", ("法规变化", "外部变化")),
    ("misconduct", "故意违规", "Deliberate", ("主观故意",)),
    ("other", "其他原因", "Other", ("其他",)),
)
