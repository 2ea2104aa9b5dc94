"""How well alarms find anomalous events in series: how many, how soon, at what cost."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.answers import Anomalies, Codes, Flags
from scoring.metric import Metric, Parameter, Values
from scoring.statistic import Floats, SampleSums, divide, mean_of, share

DAY = 86_400.0
THRESHOLD = Parameter(
    name="threshold",
    kind="number",
    zh="报警阈值（得分不低于它即报警）",
    en="scores at least this high are alarms",
    above=-math.inf,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Points of all series, each series in order of time, with events and alarms.

    An event is a longest run of anomalous points of a series. ``event`` is its number at its
    points and -1 elsewhere. Unanswered, a normal point alarms and an anomalous one does not.
    """

    order: Codes
    truth: Flags
    alarm: Flags
    begins: Flags
    event: Codes
    time: Floats
    lasts: Floats

    @classmethod
    def of(cls, answers: Anomalies, parameters: Values) -> Timeline:
        """Sort by series and time, and find the events."""
        if answers.series is None or answers.time is None:
            raise ValueError("no times are declared")
        order = np.lexsort((answers.time, answers.series))
        truth, time, series = answers.truth[order], answers.time[order], answers.series[order]
        with np.errstate(invalid="ignore"):
            high = answers.score >= float(parameters["threshold"])
        alarm = np.where(answers.missing, ~answers.truth, high)[order]
        opens = np.append(True, series[1:] != series[:-1])[: len(order)]
        begins = truth & (opens | ~np.append(False, truth[:-1])[: len(order)])
        usual = _step(np.diff(time)[~opens[1:]], 1.0)
        apart = np.split(time, np.flatnonzero(opens)[1:])
        lasts = np.concatenate([_lasts(part, usual) for part in apart])
        event = np.where(truth, np.cumsum(begins) - 1, -1)
        return cls(
            order=order,
            truth=truth,
            alarm=alarm,
            begins=begins,
            event=event,
            time=time,
            lasts=lasts,
        )

    @property
    def starts(self) -> Codes:
        """Where each event begins."""
        return np.flatnonzero(self.begins)

    @property
    def found(self) -> Flags:
        """Whether each event holds an alarm."""
        hits = np.bincount(self.event[self.truth & self.alarm], minlength=len(self.starts))
        found: Flags = hits > 0
        return found

    @property
    def delays(self) -> Floats:
        """Seconds from each event's start to its first alarm, or to its end without one."""
        ends = np.zeros(len(self.starts))
        np.maximum.at(ends, self.event[self.truth], (self.time + self.lasts)[self.truth])
        caught = self.truth & self.alarm
        np.minimum.at(ends, self.event[caught], self.time[caught])
        return ends - self.time[self.starts]

    def back(self, amounts: NDArray[Any]) -> Floats:
        """Amounts of points, shape (n,), in the samples' own order."""
        returned = np.empty(len(amounts))
        returned[self.order] = amounts
        return returned

    def at_starts(self, amounts: NDArray[Any]) -> Floats:
        """Amounts of events, each at its first point, in the samples' own order."""
        points = np.zeros(len(self.truth))
        points[self.starts] = amounts
        return self.back(points)


def _step(gaps: Floats, usual: float) -> float:
    """The median of steps in time, points at one time aside; the ``usual`` one where none is left."""
    taken = gaps[gaps > 0]
    return float(np.median(taken)) if len(taken) else usual


def _lasts(time: Floats, usual: float) -> Floats:
    """Seconds that each point of one series stands for: up to the next, one usual step at most.

    That step is the series' median, of one point the ``usual`` one of all series; a gap in the
    records is neither alarm nor quiet.
    """
    gaps = np.diff(time)
    step = _step(gaps, usual)
    lasts: Floats = np.minimum(np.append(gaps, step), step)[: len(time)]
    return lasts


def event_recall(answers: Anomalies, parameters: Values) -> SampleSums:
    """Share of events during which there was an alarm."""
    line = Timeline.of(answers, parameters)
    return mean_of(line.at_starts(line.found), line.back(line.begins * 1.0))


def event_f1(answers: Anomalies, parameters: Values) -> SampleSums:
    """Harmonic mean of the share of events found and the share of alarm points that are right."""
    line = Timeline.of(answers, parameters)
    columns = [
        line.at_starts(line.found),
        line.back(line.begins * 1.0),
        line.back((line.alarm & line.truth) * 1.0),
        line.back(line.alarm * 1.0),
    ]

    def finish(sums: Floats) -> Floats:
        found, events, right, alarms = np.moveaxis(sums, -1, 0)
        recall, precision = divide(found, events), divide(right, alarms, empty=0.0)
        both = divide(2 * precision * recall, precision + recall, empty=0.0)
        return np.where(events > 0, both, np.nan)

    return SampleSums(np.column_stack(columns), finish, group=columns[1] > 0)


def alarm_delay(answers: Anomalies, parameters: Values) -> SampleSums:
    """Mean seconds from the start of an event to its first alarm."""
    line = Timeline.of(answers, parameters)
    delays = line.delays
    longest = float((line.time + line.lasts).max(initial=1.0) - line.time.min(initial=0.0))
    return mean_of(line.at_starts(delays), line.back(line.begins * 1.0), worst=max(longest, 1.0))


def false_alarms_per_day(answers: Anomalies, parameters: Values) -> SampleSums:
    """Runs of alarms outside events for each day of observation."""
    line = Timeline.of(answers, parameters)
    false = line.alarm & ~line.truth
    series = answers.series
    assert series is not None
    before = np.append(False, false[:-1])[: len(false)]
    opens = np.append(True, np.diff(series[line.order]) != 0)[: len(false)]
    columns = [line.back((false & (opens | ~before)) * 1.0), line.back(line.lasts / DAY)]
    longest = float(line.lasts.max(initial=1.0)) / DAY
    return SampleSums(np.column_stack(columns), share, (1.0, longest))


def false_alarm_time(answers: Anomalies, parameters: Values) -> SampleSums:
    """Share of the time outside events that was spent in alarm."""
    line = Timeline.of(answers, parameters)
    normal = ~line.truth
    columns = [line.back(line.lasts * (line.alarm & normal)), line.back(line.lasts * normal)]
    longest = float(line.lasts.max(initial=1.0))
    return SampleSums(np.column_stack(columns), share, (longest, longest))


EVENT_ZH = "（事件为同一序列中连续的异常点；不做点调整）"
EVENT_EN = " (an event is a run of anomalous points of a series; no point adjustment)"
STEP_ZH = "每点至多计一个常用间隔（该序列间隔的中位数），记录的空档不计"
STEP_EN = (
    "a point counting for one usual step of its series (the median) at most and gaps for nothing"
)
SILENT_ZH = "；未作答的异常点按未报警计，未作答的正常点按报警计"
SILENT_EN = "; unanswered, an anomalous point does not alarm and a normal one does"

METRICS = (
    Metric(
        name="event_recall",
        task=("anomaly",),
        statistic=event_recall,
        better="higher",
        bounds=(0.0, 1.0),
        sees="touched",
        kind="proportion",
        zh="事件召回率",
        en="Event recall",
        formula_zh="期间有报警的异常事件数 ÷ 全部异常事件数" + EVENT_ZH + SILENT_ZH,
        formula_en="events during which there was an alarm ÷ all events" + EVENT_EN + SILENT_EN,
        example="event_recall(threshold=0.5)",
        reference="Garg et al. (2021), An evaluation of anomaly detection and diagnosis in "
        "multivariate time series",
        needs=("cluster", "time"),
        parameters=(THRESHOLD,),
    ),
    Metric(
        name="event_f1",
        task=("anomaly",),
        statistic=event_f1,
        better="higher",
        bounds=(0.0, 1.0),
        kind="ratio",
        zh="事件F1（复合）",
        en="Composite event F1",
        formula_zh="2×事件召回率×点精确率 ÷（事件召回率 + 点精确率），点精确率 = 报警且异常的点数 ÷ "
        "报警点数（无报警计0）" + EVENT_ZH + SILENT_ZH,
        formula_en="2 × event recall × point precision ÷ (their sum), the latter alarm points that "
        "are anomalous ÷ alarm points, 0 without alarms" + EVENT_EN + SILENT_EN,
        example="event_f1(threshold=0.5)",
        reference="Garg et al. (2021), An evaluation of anomaly detection and diagnosis in "
        "multivariate time series (composite F-score)",
        needs=("cluster", "time"),
        of_one=False,
        parameters=(THRESHOLD,),
    ),
    Metric(
        name="alarm_delay",
        task=("anomaly",),
        statistic=alarm_delay,
        better="lower",
        bounds=(0.0, math.inf),
        sees="touched",
        kind="mean",
        unit="none",
        zh="平均报警延迟（秒）",
        en="Mean alarm delay (seconds)",
        formula_zh="（事件开始到首次报警的秒数，未报警算到事件末点，末点另计至多一个常用间隔，"
        "即该序列间隔的中位数）之和 ÷ 全部异常事件数" + EVENT_ZH + SILENT_ZH,
        formula_en="sum of seconds from an event's start to its first alarm (to its last point "
        "where there is none, which lasts one usual step of its series, the median, at most) "
        "÷ all events" + EVENT_EN + SILENT_EN,
        example="alarm_delay(threshold=0.5)",
        reference="Lavin & Ahmad (2015), Evaluating real-time anomaly detection algorithms",
        needs=("cluster", "time"),
        parameters=(THRESHOLD,),
    ),
    Metric(
        name="false_alarms_per_day",
        task=("anomaly",),
        statistic=false_alarms_per_day,
        better="lower",
        bounds=(0.0, math.inf),
        sees="claimed",
        kind="ratio",
        unit="none",
        zh="每日误报次数",
        en="False alarms per day",
        formula_zh=f"事件之外连续报警的段数 ÷ 观测天数，{STEP_ZH}"
        + EVENT_ZH
        + SILENT_ZH
        + "；连成一片的误报只计一次，仅供参考，不赋权重",
        formula_en=f"runs of alarms outside events ÷ days observed, {STEP_EN}"
        + EVENT_EN
        + SILENT_EN
        + "; false alarms that run together count once: informs only",
        example="false_alarms_per_day(threshold=0.5)",
        reference="counted",
        needs=("cluster", "time"),
        deletion_safe=False,
        rewards_right=False,
        of_one=False,
        parameters=(THRESHOLD,),
    ),
    Metric(
        name="false_alarm_time",
        task=("anomaly",),
        statistic=false_alarm_time,
        better="lower",
        bounds=(0.0, 1.0),
        sees="claimed",
        kind="ratio",
        zh="误报时间占比",
        en="Share of time in false alarm",
        formula_zh=f"事件之外的报警时长 ÷ 事件之外的总时长，{STEP_ZH}" + EVENT_ZH + SILENT_ZH,
        formula_en=f"time in alarm outside events ÷ time outside events, {STEP_EN}"
        + EVENT_EN
        + SILENT_EN,
        example="false_alarm_time(threshold=0.5)",
        reference="counted",
        needs=("cluster", "time"),
        parameters=(THRESHOLD,),
    ),
)
