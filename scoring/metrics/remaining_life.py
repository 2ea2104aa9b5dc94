"""How good estimates of remaining life are, where a late one costs more than an early one."""

from __future__ import annotations

import math

import numpy as np

from scoring.answers import Values as Numbers
from scoring.metric import Metric, Parameter, Values
from scoring.metrics.numbers import FLOOR, MISSING_EN, MISSING_ZH
from scoring.statistic import Floats, SampleSums, mean_of, summable

MOST = 50.0
EARLY = Parameter(
    name="early", kind="number", zh="偏早的尺度", en="scale of early estimates, in target units"
)
LATE = Parameter(
    name="late", kind="number", zh="偏晚的尺度", en="scale of late estimates, in target units"
)


def phm_score(answers: Numbers, parameters: Values) -> SampleSums:
    """Mean of exponential penalties, steeper where more life was promised than there was."""
    early, late = float(parameters["early"]), float(parameters["late"])

    def cost(given: Floats) -> Floats:
        delay = given - answers.truth
        return np.expm1(np.minimum(np.where(delay < 0, -delay / early, delay / late), MOST))

    ends = [cost(np.full(len(answers.truth), end)) for end in (answers.low, answers.high)]
    given = np.where(answers.missing, answers.truth, answers.predicted)
    width = answers.high - answers.low
    most = math.expm1(min(max(width / early, width / late), MOST))
    return mean_of(np.where(answers.missing, np.maximum(*ends), cost(given)), worst=most)


def rul_accuracy(answers: Numbers, parameters: Values) -> SampleSums:
    """Mean of accuracies that halve with 20 % of life too little or 5 % too much."""
    floor = float(parameters["floor"])

    def accuracy(given: Floats) -> Floats:
        error = 100 * (answers.truth - given) / np.maximum(np.abs(answers.truth), floor)
        return summable(np.exp2(np.where(error < 0, error / 5, -error / 20)))

    ends = [accuracy(np.full(len(answers.truth), end)) for end in (answers.low, answers.high)]
    given = np.where(answers.missing, answers.truth, answers.predicted)
    return mean_of(np.where(answers.missing, np.minimum(*ends), accuracy(given)))


METRICS = (
    Metric(
        name="phm_score",
        task=("regression",),
        statistic=phm_score,
        better="lower",
        bounds=(0.0, math.inf),
        kind="mean",
        unit="none",
        zh="剩余寿命非对称得分（PHM 2008）",
        en="Asymmetric remaining life score (PHM 2008)",
        formula_zh="（预测偏早时 e^(偏早量÷early)−1，偏晚时 e^(偏晚量÷late)−1，指数不超过50）之和 ÷ "
        "全部样本数；通常 early=13、late=10" + MISSING_ZH,
        formula_en="sum of e^(d ÷ early) − 1 where the estimate is d too little, e^(d ÷ late) − 1 "
        "where d too much, exponents at most 50, ÷ all samples; usually early=13, late=10"
        + MISSING_EN,
        example="phm_score(early=13,late=10)",
        reference="Saxena et al. (2008), Damage propagation modeling for aircraft engine "
        "run-to-failure simulation (mean instead of sum)",
        parameters=(EARLY, LATE),
    ),
    Metric(
        name="rul_accuracy",
        task=("regression",),
        statistic=rul_accuracy,
        better="higher",
        bounds=(0.0, 1.0),
        kind="mean",
        unit="none",
        zh="剩余寿命准确度（PHM 2012）",
        en="Remaining life accuracy (PHM 2012)",
        formula_zh="每条按相对误差（÷参考值，不低于声明的下限）：偏早每20%减半，偏晚每5%减半，"
        "求和 ÷ 全部样本数；未作答按声明范围内的最差值计",
        formula_en="by relative error (÷ target, at least the declared floor), halved for each "
        "20 % too little and each 5 % too much; summed ÷ all samples; a missing answer counts "
        "the worst within the declared range",
        example="rul_accuracy(floor=1)",
        reference="Nectoux et al. (2012), PRONOSTIA: an experimental platform for bearings",
        parameters=(FLOOR,),
    ),
)
