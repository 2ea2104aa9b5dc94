"""What the office files: the public notice and the panel's opinion, as Word documents."""

from __future__ import annotations

from reports.banner import banner
from reports.catalogue import Words
from reports.evaluation import Evaluation
from reports.exports.document import Paper
from reports.model import heading_of
from reports.notice import NoticeLine, notice_of
from reports.verdict import days_in_short, verdicts

JUDGES = 5
BLANK_LINES = 6
_DIGITS: tuple[str, ...] = ("", *"一二三四五六七八九")


def notice_document(evaluation: Evaluation, words: Words) -> bytes:
    """The public notice (公示) as a document."""
    notice = notice_of(evaluation, words)
    paper = Paper(notice.title)
    paper.paragraph(notice.opening)
    head = ["number", "item", "title", "applicant", "city", *(["total"] if notice.totals else [])]
    widths = [2, 7, 8, 9, 4, *([3] if notice.totals else [])]
    columns = [words(f"column.{name}") for name in head]
    for place, track in enumerate(notice.tracks, start=1):
        paper.paragraph(words("paper.level", n=_numeral(place, words), title=track.title), "first")
        chosen = words("notice.selected", n=len(track.selected), quota=track.quota)
        for caption, lines in ((chosen, track.selected), (words("notice.reserve"), track.reserve)):
            if lines or caption == chosen:
                paper.paragraph(caption, "second")
                if lines:
                    paper.table(columns, [_cells(line, notice.totals) for line in lines], widths)
                else:
                    paper.paragraph(words("notice.none"))
        for sentence in track.capped:
            paper.paragraph(sentence)
    last = _numeral(len(notice.tracks) + 1, words)
    paper.paragraph(words("paper.level", n=last, title=words("notice.objection")), "first")
    for sentence in notice.objection:
        paper.paragraph(sentence)
    paper.paragraph(notice.remark)
    for text in (words("notice.organizer"), words("notice.date")):
        paper.closing(text)
    return paper.content()


def opinion_document(evaluation: Evaluation, words: Words) -> bytes:
    """The panel's opinion (评审意见), its facts filled in and its judgement left open."""
    heading = heading_of(evaluation, words)
    paper = Paper(words("opinion.title", board=heading.title))
    numbers = iter(range(1, 99))

    def section(key: str) -> None:
        number = _numeral(next(numbers), words)
        paper.paragraph(words("paper.level", n=number, title=words(key)), "first")

    section("opinion.basis")
    paper.paragraph(
        words(
            "opinion.basis_text",
            board=heading.board,
            version=heading.version,
            marks=words.join(list(heading.marks)) or "—",
            digest=heading.full_digest,
        )
    )
    for label, day in days_in_short(evaluation, words):
        paper.paragraph(f"{label}{words('list.colon')}{day}")
    section("verdict.title")
    tracks = verdicts(evaluation, words)
    for track in tracks:
        paper.paragraph(f"{track.title}　{track.sentence.striptags()}")
    section("opinion.list")
    columns = ("rank", "candidate", "title", "total", "proposal")
    for track in tracks:
        paper.paragraph(track.title, "second")
        for item in track.items:
            paper.paragraph(f"{item.id} {item.title}（{words('places.n', n=item.places)}）")
            rows = [
                [line.rank, line.name.id, line.name.title, line.total,
                 words.join([*(m.word for m in (line.proposal, line.certainty) if m),
                             *filter(None, [line.reason])])]
                for line in item.lines
            ]  # fmt: skip
            if rows:
                paper.table([words(f"column.{name}") for name in columns], rows, [2, 3, 10, 3, 8])
    notes = banner(evaluation, words)
    if notes:
        section("banner.title")
        for note in notes:
            paper.paragraph(note)
    section("opinion.judgement")
    for _ in range(BLANK_LINES):
        paper.paragraph("")
    section("sign.title")
    signs = [[words("sign.judge"), "", words("sign.date"), ""] for _ in range(JUDGES)]
    paper.table((), signs, [7, 8, 3, 6])
    return paper.content()


def _cells(line: NoticeLine, totals: bool) -> list[str]:
    total = [line.total] if totals else []
    return [line.number, line.item, line.title, line.applicant, line.city, *total]


def _numeral(number: int, words: Words) -> str:
    """A number below a hundred as Chinese papers count their headings, or in digits."""
    if words.locale != "zh-CN":
        return str(number)
    tens, ones = divmod(number, 10)
    lead = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return lead + _DIGITS[ones]
