"""The pages of the sandbox: a list, one contract, a few forms. Every word that comes from outside is escaped."""

from __future__ import annotations

from html import escape

from store import Contract, Store

SEALERS = ("印章管理员 王芳", "印章管理员 李强")
STATES = {
    "draft": "未送审", "in_review": "审查中", "returned": "退回修改", "suspended": "否决待报告", "vetoed": "已否决",
    "passed": "已通过", "stayed": "通行证中止", "refused": "未通过", "withdrawn": "已撤回", "void": "通行证已收回",
}  # fmt: skip
STYLE = """body{font:16px/1.6 sans-serif;max-width:60rem;margin:0 auto;padding:1rem;color:#222}
table{border-collapse:collapse;width:100%}th,td{border:1px solid #ccc;padding:.3rem .6rem;text-align:left}
form{margin:1rem 0;padding:.75rem 1rem;border:1px solid #ddd;border-radius:6px}label{display:block;margin:.4rem 0}
code,td{overflow-wrap:anywhere}th{white-space:nowrap}
.no{color:#a3242b;font-weight:700}.yes{color:#176b3a;font-weight:700}button{font:inherit;padding:.3rem 1.2rem}"""


def page(title: str, body: str) -> bytes:
    """A whole page."""
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><style>{STYLE}</style></head><body>'
        f'<p><a href="/">办公系统（演示）</a></p><h1>{escape(title)}</h1>{body}</body></html>'
    ).encode()


def listing(store: Store) -> bytes:
    """All contracts, and the form for a new one."""
    rows = "".join(
        f'<tr><td><a href="/c/{escape(one.number)}">{escape(one.number)}</a></td><td>{escape(one.title)}</td>'
        f"<td>{escape(one.amount)}</td><td>{_state(one)}</td><td>{_seal(one)}</td></tr>"
        for one in store.contracts.values()
    )
    body = f"""<table><tr><th>编号</th><th>合同</th><th>金额</th><th>合规审查</th><th>用印</th></tr>{rows}</table>
<form method="post" action="/register" enctype="multipart/form-data"><h2>登记合同</h2>
{_input("number", "合同编号（字母、数字和连字符）")}{_input("title", "合同名称")}{_input("party", "相对方")}
{_input("amount", "金额（元）")}{_input("owner", "经办人（工号或姓名）")}
<label>合同文本 <input type="file" name="file" required></label>
<label>相对方资信材料（可以不选） <input type="file" name="party_file"></label><button>登记</button></form>"""
    return page("合同台账", body)


def one(row: Contract) -> bytes:
    """A contract and what can be done with it."""
    base = f"/c/{escape(row.number)}"
    facts = "".join(
        f"<tr><th>{name}</th><td>{said}</td></tr>"
        for name, said in (
            ("相对方", escape(row.party)), ("金额", escape(row.amount)), ("经办人", escape(row.owner)),
            ("文本", f'<a href="{base}/file">{escape(row.file)}</a>'), ("SHA-256", f"<code>{row.digest}</code>"),
            ("资信材料", escape(row.party_file) or "没有"), ("合规审查", _state(row)), ("用印", _seal(row)),
        )
    )  # fmt: skip
    names = "".join(f"<option>{name}</option>" for name in SEALERS)
    log = "".join(f"<li>{escape(at)} {escape(words)}</li>" for at, words in reversed(row.log))
    body = f"""<table>{facts}</table>
<form method="post" action="{base}/submit"><button>送合规审查</button></form>
<form method="post" action="{base}/file" enctype="multipart/form-data"><label>更换文本
<input type="file" name="file" required></label><button>更换</button></form>
<form method="post" action="{base}/seal"><label>用印人 <select name="by">{names}</select></label>
<button>用印</button></form><h2>记录</h2><ul id="log">{log}</ul>"""
    return page(f"{row.number} {row.title}", body)


def _input(name: str, label: str) -> str:
    return f'<label>{label} <input name="{name}" required maxlength="120"></label>'


def _state(row: Contract) -> str:
    if not row.review:
        return "未送审"
    state = str(row.review.get("state"))
    return escape(f"{row.review.get('number', '')} {STATES.get(state, state)}".strip())


def _seal(row: Contract) -> str:
    if not row.seal:
        return '<span class="no">未用印</span>'
    words = f"{row.seal['by']}于{row.seal['at']}用印，{row.seal['why']}"
    return f'<span class="yes" id="sealed">{escape(words)}</span>'
