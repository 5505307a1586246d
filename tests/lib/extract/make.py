"""Documents of every kind that comes in, good and bad."""

from __future__ import annotations

from guiju.demo import stockfiles
from guiju.demo.stockfiles import locked_pdf, scan

__all__ = ["RULE", "locked_docx", "locked_pdf", "long_pdf", "numbered_docx", "scan", "word"]

RULE = [
    "集团合同管理办法",
    "第一章 总则",
    "第一条 为规范合同管理，制定本办法。",
    "第二条 本办法适用于集团各部门和子企业。",
]


def locked_docx() -> bytes:
    """A Word file with a password: Office puts the encrypted archive into its old container."""
    return stockfiles.compound({"EncryptionInfo": b"\x04\x00\x04\x00", "EncryptedPackage": b"\x00" * 64})


def long_pdf(pages: int) -> bytes:
    """A PDF of so many short pages."""
    return stockfiles.pdf_of(
        [
            b"BT /F 16 Tf 72 780 Td <%s> Tj ET"
            % f"第{number}条 各部门按季度报告合规管理工作情况。".encode("utf-16-be").hex().encode()
            for number in range(1, pages + 1)
        ]
    )


_NUMBERED = {
    "word/numbering.xml": """<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="7">
      <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="第%1章"/></w:lvl>
      <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="japaneseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
      </w:abstractNum><w:abstractNum w:abstractNumId="8">
      <w:lvl w:ilvl="0"><w:start w:val="9"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="第%1条"/></w:lvl>
      </w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>
      <w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num></w:numbering>""",
    "word/styles.xml": """<w:styles xmlns:w="w"><w:style w:styleId="Article"><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr>
      </w:pPr></w:style><w:style w:styleId="Mine"><w:basedOn w:val="Article"/></w:style></w:styles>""",
}


def numbered_docx() -> bytes:
    """A Word file whose chapters and articles are numbered by Word."""

    def line(text: str, *, style: str = "", number: str = "", level: int = 0) -> str:
        about = f'<w:pStyle w:val="{style}"/>' if style else ""
        about += f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>' if number else ""
        return f"<w:p><w:pPr>{about}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"

    body = [
        line("总则", number="1"),
        line("为了规范管理。", style="Article"),
        line("适用于各部门。", style="Mine"),
        line("采购部门；", number="1", level=1),
        line("财务部门。", number="1", level=1),
        line("职责", number="1"),
        line("不编号的话。", style="Article", number="0"),
        line("法务部门负责审查。", style="Article"),
        line("合同部门。", number="1", level=1),
    ]
    return word("".join(body), **_NUMBERED)


def word(body: str, **parts: str) -> bytes:
    """A Word file with this body."""
    document = f'<w:document xmlns:w="w" xmlns:mc="mc"><w:body>{body}</w:body></w:document>'
    return stockfiles.zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": document, **parts})
