"""How an official paper looks (GB/T 9704-2012): measures, type, and the styles of the Word file made of them.

A4; margins 37, 35, 28 and 26 mm leave 156 by 225 mm for 22 lines of 28 characters. Lengths are twips, a twentieth of a
point, because that is what the file holds.
"""

from __future__ import annotations

from dataclasses import dataclass

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

LINES, CHARACTERS = 22, 28


def mm(length: float) -> int:
    """Millimetres in twips."""
    return int(length / 25.4 * 1440)


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet and its margins; text stands within."""

    width: int
    height: int
    top: int
    bottom: int
    left: int
    right: int

    @property
    def measure(self) -> int:
        """The length of a line."""
        return self.width - self.left - self.right


PORTRAIT = Page(width=11906, height=16838, top=mm(37), bottom=mm(35), left=mm(28), right=mm(26))
#: The same sheet turned with its margins: the head of a wide table lies at the binding.
LANDSCAPE = Page(width=16838, height=11906, top=mm(28), bottom=mm(26), left=mm(35), right=mm(37))
#: From line to line: 22 of them fit, 23 do not.
PITCH = (PORTRAIT.height - PORTRAIT.top - PORTRAIT.bottom) // LINES
#: A character of the body with its room: 28 fill the line.
CHARACTER = PORTRAIT.measure / CHARACTERS
#: What the grid takes from a character of 16 points, in 1/4096 point: towards the narrower, so that 28 fit.
CHAR_SPACE = int((CHARACTER / 20 - 16) * 4096) - 1
#: The same in twips, for the text itself: the grid is declared, but not every programme narrows characters by it, so
#: paragraphs do not lean on it and bring pitch and spacing of their own; a little more than needed, as some programmes
#: keep a little room at the ends of a line. Justified lines come out the same.
NARROWER = int(CHARACTER - 16 * 20) - 4
#: The page number stands 7 mm below the text.
FOOTER = PORTRAIT.bottom - mm(7) - 14 * 20

SONG, FANG, HEI, KAI, TITLE = "宋体", "仿宋", "黑体", "楷体", "方正小标宋简体"
LATIN = "Times New Roman"
#: Red of what is missing, as on the screen.
RED = "B8372E"

#: Where a font is not installed, the names under which other systems have it.
ALTERNATIVES = {
    FANG: "FangSong;仿宋_GB2312;FangSong_GB2312;STFangsong",
    KAI: "KaiTi;楷体_GB2312;KaiTi_GB2312;STKaiti",
    HEI: "SimHei;STHeiti",
    SONG: "SimSun;STSong",
    TITLE: "方正小标宋_GBK;FZXiaoBiaoSong-B05S;小标宋体;华文中宋;SimSun",
}


def font_table() -> bytes:
    """The part that says how to replace a font."""
    rows = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in ALTERNATIVES.items()
    )
    return f'<w:fonts xmlns:w="{_W}">{rows}</w:fonts>'.encode()


def settings() -> str:
    """Chinese line breaking and no squeezing of punctuation, so that 28 characters stay 28."""
    return f"""<w:settings xmlns:w="{_W}"><w:zoom w:percent="100"/><w:characterSpacingControl w:val="doNotCompress"/>
<w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/><w:ulTrailSpace/>
<w:doNotExpandShiftReturn/><w:useFELayout/><w:compatSetting w:name="compatibilityMode"
 w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>
<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>"""


def _fonts(chinese: str, latin: str = LATIN) -> str:
    return f'<w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{chinese}" w:cs="{LATIN}"/>'


def _size(points: float) -> str:
    half = int(points * 2)
    return f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'


def _style(code: str, name: str, *, base: str = "Normal", paragraph: str = "", run: str = "", more: str = "") -> str:
    return (
        f'<w:style w:type="paragraph" w:styleId="{code}"><w:name w:val="{name}"/><w:basedOn w:val="{base}"/>'
        f"{more}<w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def _heading(level: int, font: str, *, bold: bool = False) -> str:
    weight = "<w:b/><w:bCs/>" if bold else '<w:b w:val="0"/>'
    return _style(
        f"Heading{level}",
        f"heading {level}",
        paragraph=f'<w:keepNext/>{INDENT}<w:outlineLvl w:val="{level - 1}"/>',
        run=f"{_fonts(font)}{weight}",
        more='<w:next w:val="PaperText"/>',
    )


#: Type of other sizes stands as it was cut.
WIDE = '<w:spacing w:val="0"/>'
#: Two characters in.
INDENT = f'<w:ind w:firstLineChars="200" w:firstLine="{round(2 * CHARACTER)}"/>'


def styles() -> str:
    """All styles: nothing is inherited from a theme or from somebody's template."""
    exact = f'<w:spacing w:before="0" w:after="0" w:line="{PITCH}" w:lineRule="exact"/>'
    small = '<w:spacing w:before="0" w:after="0" w:line="380" w:lineRule="exact"/>'
    return f"""<w:styles xmlns:w="{_W}">
<w:docDefaults><w:rPrDefault><w:rPr>{_fonts(FANG)}<w:kern w:val="2"/>{_size(16)}
<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>
<w:pPr><w:widowControl w:val="0"/><w:snapToGrid w:val="0"/>{exact}<w:jc w:val="both"/></w:pPr>
<w:rPr><w:spacing w:val="{NARROWER}"/>{_size(16)}</w:rPr></w:style>
<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/></w:style>
<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>
<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/>
<w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>
{
        _style(
            "Title",
            "Title",
            paragraph="<w:keepNext/>"
            f'<w:spacing w:before="{PITCH}" w:after="{PITCH}" w:line="720" w:lineRule="exact"/><w:jc w:val="center"/>',
            run=f"{_fonts(TITLE)}{WIDE}{_size(22)}",
        )
    }
{_style("PaperNumber", "Paper Number", paragraph=f'<w:spacing w:after="{PITCH}"/><w:jc w:val="center"/>')}
{_style("PaperText", "Paper Text", paragraph=INDENT)}
{_style("PaperFact", "Paper Fact")}
{_style("PaperSign", "Paper Sign", paragraph='<w:keepNext/><w:jc w:val="right"/>')}
{_style("PaperAnnex", "Paper Annex", paragraph="<w:keepNext/><w:pageBreakBefore/>", run=_fonts(HEI))}
{_heading(1, HEI)}{_heading(2, KAI)}{_heading(3, FANG, bold=True)}{_heading(4, FANG)}
{
        _style(
            "Caption",
            "caption",
            paragraph="<w:keepNext/>"
            '<w:spacing w:before="160" w:after="80" w:line="440" w:lineRule="exact"/><w:jc w:val="center"/>',
            run=f"{_fonts(HEI)}{WIDE}{_size(14)}",
        )
    }
{_style("TableText", "Table Text", paragraph=f'{small}<w:jc w:val="left"/>', run=WIDE + _size(12))}
{_style("TableHead", "Table Head", base="TableText", paragraph='<w:jc w:val="center"/>', run=_fonts(HEI))}
{
        _style(
            "Footer",
            "footer",
            paragraph='<w:spacing w:line="240" w:lineRule="auto"/><w:jc w:val="center"/>',
            run=f"{_fonts(SONG, SONG)}{WIDE}{_size(14)}",
        )
    }
<w:style w:type="character" w:styleId="Lead"><w:name w:val="Lead"/><w:rPr>{_fonts(HEI)}</w:rPr></w:style>
<w:style w:type="character" w:styleId="Missing"><w:name w:val="Missing"/><w:rPr><w:color w:val="{
        RED
    }"/></w:rPr></w:style>
</w:styles>"""
