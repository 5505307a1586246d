"""What the words of a rule say about itself: title, number, days, what it replaces and refers to. Pure functions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

_ENDINGS = "|".join(
    (
        "管理办法 办法 制度 规定 细则 规程 规则 章程 指引 指南 准则 守则 条例 规范 手册 流程 标准 "
        "方案 预案 意见 通知 纲要 公约 规划 要求 程序"
    ).split()
)
_BRACKETED = r"(?:[（(【\[〔][^（(【\[〔）)】\]〕]{1,24}[）)】\]〕])"
_TITLE = re.compile(rf"《?([^《》。；！？,，:：]{{2,58}}?(?:{_ENDINGS}){_BRACKETED}*)》?{_BRACKETED}*")
_ISSUING = re.compile(r"关于(?:印发|发布|下发|颁布|修订|转发)?[^《]{0,20}《([^《》]{3,80})》.{0,20}的?(?:通知|决定)")
_NUMBER = re.compile(
    r"([\u4e00-\u9fffA-Za-z]{2,18}[〔\[（(【][ ]*((?:19|20)\d{2})[ ]*年?[〕\]）)】][ ]*第?[ ]*\d{1,4}[ ]*号)"
)
_GAP = re.compile(r"(?<=[\u4e00-\u9fff《》（）])[ \u3000]+(?=[\u4e00-\u9fff《》（）])")
_CHINESE_DIGITS = {**{char: str(at) for at, char in enumerate("〇一二三四五六七八九")}, "○": "0", "零": "0", "O": "0"}
_DAY = r"((?:19|20)\d{2})[ ]*[年./-][ ]*(\d{1,2})[ ]*[月./-][ ]*(\d{1,2})[ ]*日?"
_CHINESE_DAY = re.compile(
    r"([一二][〇○零OoＯ一二三四五六七八九]{3})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_ISSUED = re.compile(
    rf"(?:发布|印发|颁布|下发|签发|成文)(?:日期|时间|于)?[:： ]*{_DAY}|{_DAY}[ ]*(?:发布|印发|颁布|下发|签发)"
)
_FORCE = re.compile(rf"自?{_DAY}[ ]*起?(?:正式)?(?:施行|执行|实施|生效|试行)")
_FORCE_OWN = re.compile(rf"本[^。；\n]{{0,20}}自{_DAY}[ ]*起(?:正式)?(?:施行|执行|实施|生效|试行)")
_PASSED = re.compile(rf"{_DAY}[^。\n]{{0,30}}(?:通过|批准|审定)")
_REVISED = re.compile(rf"{_DAY}[^。\n\d]{{0,12}}(?:修订|修正|修改)|(?:修订|修正)(?:日期|时间|于)?[:： ]*{_DAY}")
_REVISED_YEAR = re.compile(r"((?:19|20)\d{2})[ ]*年?[^。\n（）()]{0,6}(?:修订|修正|修改)")
_ONLY_DAY = re.compile(rf"[（(]?{_DAY}[）)]?")
_YEARS = {**{char: at for at, char in enumerate("〇一二三四五六七八九")}, "两": 2}
_TRIAL = re.compile(r"(?:试行|有效|暂行)期(?:限)?(?:为|：|:)?[ ]*([一二两三四五六七八九\d])[ ]*年")
_QUOTED = re.compile(r"《([^《》]{3,60})》")
_ENDS = re.compile(r"(?:同时|即行|即|一并|予以|相应)废止|自.{0,20}起废止|停止执行|不再执行")
_ENDED = re.compile(r"已(?:经)?(?:被.{0,40})?(?:废止|作废|失效)|(?:被|由)《[^《》]+》(?:替代|取代|代替|废止)")
_ENDED_BY = re.compile(r"(?:被|由)《([^《》]+)》(?:替代|取代|代替|废止)")
_DRAFT = re.compile(r"征求意见稿|讨论稿|送审稿|草案|初稿")
_STATE_LAW = ("中华人民共和国", "国务院", "公司法", "企业国有资产法", "民法典", "中央企业", "国资委")
_ORGANISATION = re.compile(r"^.{2,30}(?<!子)(?<!分)(?<!属)(?:公司|集团|总公司)(?=.{4,})")
_PLAIN_REST = re.compile(rf"(?:管理)?(?:{_ENDINGS})$")
_FILE_MARKS = re.compile(
    r"^[\d\s._、\-—()（）第]+(?=[\u4e00-\u9fff《])|^附件\s*\d*[:：.、\s]*|[_\-—\s]*(?:最终版?|定稿|终稿|正式稿|发布稿|扫描件?|盖章版?|修改版|"
    r"v\d+(?:\.\d+)*|copy|副本|\(\d+\)|（\d+）|20\d{6}|(?:19|20)\d{2}[.\-]\d{1,2}[.\-]\d{1,2})\s*$",
    re.IGNORECASE,
)
_HEAD, _TOP, _TAIL = 40, 15, 12
_LETTERS = 40_000


def find(text: str, *, file_name: str, today: date) -> dict[str, Any]:
    """Everything recognised, as plain values; what is not found is not there."""
    lines = [_plain(line) for line in text.replace("\f", "\n").split("\n")[:20_000]]
    lines = [line for line in lines if line]
    stem = file_stem(file_name)
    title, in_text = _title(lines, stem)
    head, body = "\n".join(lines[:_HEAD]), "\n".join(lines)[:_LETTERS]
    number = _number(lines, stem)
    found: dict[str, Any] = {
        "name": title,
        "name_from": "text" if in_text else "file",
        "number": number,
        **_days(lines, head, today),
        "years": _years(title, head, number),
        "trial": "试行" in title or "暂行" in title,
        "trial_years": _trial_years(body),
        "draft": bool(_DRAFT.search(title) or _DRAFT.search(stem)),
        **_ended(lines, stem),
        **_replaced(body, "\n".join(lines[-_HEAD:]), title),
    }
    return {code: value for code, value in found.items() if value not in ("", None, [], False)}


def key(name: str) -> str:
    """What is the same in a name however it is written: no brackets, no organisation in front, no year behind."""
    plain = _plain(name).strip("《》")
    plain = re.sub(rf"{_BRACKETED}+$", "", plain)
    rest = _ORGANISATION.sub("", plain)
    chosen = plain if _PLAIN_REST.fullmatch(rest) else rest
    return re.sub(r"[\W_]+", "", chosen).lower()


def file_stem(name: str) -> str:
    """A file's name without its ending and the marks that people put before and behind it."""
    stem = _plain(name.rpartition(".")[0] or name)
    for _round in range(4):
        shorter = _FILE_MARKS.sub("", stem).strip(" _-—.、")
        if shorter == stem or len(shorter) < 3:
            break
        stem = shorter
    return stem.strip("《》")


def _plain(line: str) -> str:
    """Half-width digits and letters, Chinese punctuation as it is, no blanks between characters."""
    text = "".join(unicodedata.normalize("NFKC", char) if "０" <= char <= "ｚ" else char for char in line)
    return _GAP.sub("", " ".join(text.split()))


# --- title and number -----------------------------------------------------------------------------------------------


def _title(lines: Sequence[str], stem: str) -> tuple[str, bool]:
    """The title as the text has it; else the file's name."""
    for line in lines[:_TOP]:
        issued = _ISSUING.search(line)
        if issued:
            return issued[1][:200], True
    for at, line in enumerate(lines[:_TOP]):
        match = _TITLE.fullmatch(line)
        if match and not line.startswith(("第", "一、", "(一)", "（一）", "附件")) and not _is_letterhead(line):
            return _whole_title(lines, at, match[1])[:200], True
    return stem[:200], False


def _whole_title(lines: Sequence[str], at: int, title: str) -> str:
    """A title over two lines: the line above ends in the middle of a word."""
    above = lines[at - 1] if at else ""
    if len(title) <= 6 and 2 <= len(above) <= 30 and not re.search(r"[。；：:号\d]$|(?:公司|集团|文件)$", above):
        return above + title
    return title


def _is_letterhead(line: str) -> bool:
    return line.endswith(("文件", "通知")) and "关于" not in line


def _number(lines: Sequence[str], stem: str) -> str:
    """The number of the document itself, not of one that it cites: alone in its line, or nearly."""
    for line in lines[:_HEAD]:
        if line.startswith("第一条"):
            break
        match = _NUMBER.search(line)
        if match and len(line) - len(match[1]) <= 14 and "根据" not in line and "《" not in line:
            return _tidy_number(match[1])
    match = _NUMBER.search(stem)
    return _tidy_number(match[1]) if match else ""


def _tidy_number(number: str) -> str:
    text = re.sub(r"\s+", "", number)
    return re.sub(r"[\[（(【](\d{4})年?[\]）)】]", r"〔\1〕", text)[:60]


# --- days -----------------------------------------------------------------------------------------------------------


def _days(lines: Sequence[str], head: str, today: date) -> dict[str, Any]:
    """When it was issued and last revised, as far as whole days are written anywhere."""
    body = "\n".join(_digits(line) for line in lines)
    top = "\n".join(_digits(line) for line in lines[:_TOP])
    tail = [_digits(line) for line in lines[-_TAIL:]]
    revised = max(_all(_REVISED, _digits(head), today), default=None)
    issued = next(
        iter(
            (
                *_all(_ISSUED, top, today),
                *(day for line in tail for day in _all(_ISSUED, line, today)),
                *_lone(top.split("\n"), today),
                *_lone(tail, today),
                *_all(_PASSED, top, today),
                *_all(_FORCE, body, today),
                *_all(_ISSUED, body, today),
            )
        ),
        None,
    )
    if issued is None and revised is not None:
        issued, revised = revised, None
    if revised is not None and issued is not None and revised <= issued:
        revised = None
    force = next(_all(_FORCE_OWN, body, today), None)
    return {
        "issued_on": issued.isoformat() if issued else "",
        "in_force_on": force.isoformat() if force and issued and force > issued else "",
        "reviewed_on": revised.isoformat() if revised else "",
    }


def _all(form: re.Pattern[str], text: str, today: date) -> Iterator[date]:
    for match in form.finditer(text):
        parts = [part for part in match.groups() if part]
        day = _day(parts[:3], today)
        if day is not None:
            yield day


def _lone(lines: Sequence[str], today: date) -> Iterator[date]:
    """Lines that are nothing but a day."""
    for line in lines:
        match = _ONLY_DAY.fullmatch(line)
        if match and (day := _day(match.groups(), today)):
            yield day


def _day(parts: Sequence[str], today: date) -> date | None:
    try:
        day = date(*(int(part) for part in parts))
    except ValueError:
        return None
    return day if date(1980, 1, 1) <= day <= today else None


def _digits(line: str) -> str:
    """二〇二〇年三月一日 as 2020年3月1日."""
    return _CHINESE_DAY.sub(lambda found: f"{_year(found[1])}年{_small(found[2])}月{_small(found[3])}日", line)


def _year(text: str) -> str:
    return "".join(_CHINESE_DIGITS.get(char, "0") for char in text)


def _small(text: str) -> int:
    """1 to 31 in Chinese."""
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _YEARS.get(text, 0)
    return (_YEARS.get(tens, 1) if tens else 1) * 10 + (_YEARS.get(ones, 0) if ones else 0)


def _years(title: str, head: str, number: str) -> list[int]:
    """Years that the document gives itself: of its number and its revisions."""
    found = {int(match[1]) for match in _REVISED_YEAR.finditer(f"{title}\n{head}")}
    if match := re.search(r"〔(\d{4})〕", number):
        found.add(int(match[1]))
    return sorted(found)


def _trial_years(body: str) -> int | None:
    match = _TRIAL.search(body)
    if match is None:
        return None
    return int(match[1]) if match[1].isdigit() else _YEARS.get(match[1])


# --- what it says of others and of itself ---------------------------------------------------------------------------


def _ended(lines: Sequence[str], stem: str) -> dict[str, Any]:
    """Does it say of itself that it no longer holds?"""
    top = "\n".join(lines[:6])
    by = _ENDED_BY.search(top)
    is_over = bool(_ENDED.search(top)) or any(mark in stem for mark in ("废止", "作废", "失效"))
    return {"ended": is_over, "ended_by": by[1] if by else ""}


def _replaced(body: str, tail: str, title: str) -> dict[str, Any]:
    """Rules that it repeals, by name or number, and own rules that it refers to."""
    names: list[str] = []
    numbers: list[str] = []
    for sentence in re.split(r"[。；;\n]", f"{body}\n{tail}"):
        if _ENDS.search(sentence):
            names += _QUOTED.findall(sentence)
            numbers += [_tidy_number(match) for match, _year in _NUMBER.findall(sentence)]
    own = {key(title)}
    refers = [name for name in dict.fromkeys(_QUOTED.findall(body)) if _is_own(name) and name not in names]
    return {
        "ends": [name for name in dict.fromkeys(names) if _is_own(name)][:20],
        "ends_numbers": list(dict.fromkeys(numbers))[:20],
        "refers": [name for name in refers if key(name) not in own][:60],
    }


def _is_own(name: str) -> bool:
    return not any(word in name for word in _STATE_LAW) and bool(re.search(rf"(?:{_ENDINGS}){_BRACKETED}*$", name))
