"""The words around an option's letter that say whether it is chosen, supposed or denied."""

from __future__ import annotations

import re

from scoring.text.verdicts import BAD, GOOD

_ANY = re.IGNORECASE
_OPEN = r"[\[({【「<“\"'‘]*\s*"
_CLOSE = r" *[)\]}】」>”\"'’]* *"
_STOP = ",。;!?\n"
_LABEL = r"(?:\s*(?:选项|option|choice))?"
_LETTER = r"(?:(?<![A-Za-z0-9])(?-i:[A-HJ-Z])(?![A-Za-z0-9]))"
# What may stand between a word about opinions and the letter that it is about.
_ON = rf"(?:(?!但|却|然而|所以|因此|故|其实|实际|最终|\bbut\b|{_LETTER})[^{_STOP}])"
_IS = (
    r"(?:\s*[\])}】」>”\"']*\s*(?:应该?|应当|就|即|只能|显然|当然|最终|确定|无疑|才)?"
    r"\s*(?:是|为|选择?|填|[:=→】\])>]|\b(?:is|was|should be|must be|would be)\b))"
)
_RIGHT = r"(?:(?<!不)正确|最终|标准|参考|最佳|最合适|最恰当|本题|我|(?:final|correct|right|best)\s)"

CONCLUDES = re.compile(
    rf"(?:(?:答案|结论|answer|{_RIGHT}的?\s*(?:选项|选择|一项|说法|做法|option|choice)){_IS}{{1,4}}"
    rf"|{_RIGHT}的?(?:答案|选项)|(?<!不)正确的(?:应该?)?是|choice\"?:"
    r"|\bthe (?:correct |right |best |final )?answer|(?:final|correct|right) answer"
    r"|(?:^|\n)[\W_]*(?:最终|正确|标准|参考)?答案\n"
    r"|(?:故|(?<!不)应当?|(?<!不)应?该|宜|因此|所以|因而|最终|综上|[本此该这]题|答案|(?<!不)正确)应?选择?"
    r"|(?<!不)应(?:该是|当是|为|是)|(?:更正|修正|纠正|改)(?:答案)?[为成选:]了?"
    r"|(?:^|[,。.!?\n])\s*(?:不|不对|错了|no|wait),\s*(?:应该?)?[是选]"
    rf"|\\boxed\{{){_LABEL}(?:\s*(?:应该?)?(?:是|为|选))?\s*[:,]?\s*{_OPEN}$",
    _ANY,
)
"""A conclusion, before its letter: 答案是, 【答案】, 故选, 应为."""

NAMES_ANSWER = re.compile(rf"(?:答案|answer)\s*{_OPEN}$", _ANY)
HENCE = re.compile(
    r"(?:因此|所以|故|因而|综上(?:所述)?|(?<!不)正确的|\b(?:therefore|thus|hence|so))"
    rf"\s*[,:]?(?:\s*(?:是|为))?{_LABEL}\s*{_OPEN}$",
    _ANY,
)
ENDS = re.compile(rf"{_CLOSE}(?:选?项)?{_CLOSE}(?:[。.!(]|\n|$|,(?!\s*{_LETTER}))")
CHOOSES = re.compile(
    rf"(?:(?<![备候次])选择?了?|\b(?:choose|pick|select|go with)){_LABEL}"
    rf"\s*(?:应该?)?(?:是|为)?\s*[:,]?\s*{_OPEN}$",
    _ANY,
)
"""A choice, before its letter: 选, 选择."""

DECIDES = re.compile(
    r"(?:我(?:会|们|认为|觉得|还是)?|建议|推荐|就|可以?|只能|应|\b(?:i|we|i'll|would|will))"
    rf"\s*(?:选择?|choose|pick|select|go with)[^{_STOP}]{{0,4}}$",
    _ANY,
)
SUPPOSED = re.compile(
    rf"{_CLOSE}(?:选?项)?(?:,?\s*(?:就?会|则|将|那么|可能|就[会是错不]|导致)"
    r"|的[话都就人]|意味|容易|的(?:同学|考生|学生)|等于|时(?!候?选)|(?:以|之)?后"
    r"|\s+(?:would|will|could|may|might|leads?)\b)",
    _ANY,
)
_HENCE = r"(?:(?<!事)故(?![障意])|所以|因此|因而|综上|[本该此]题|但|其实|实际|最终|可[见知]|\b(?:but|so|therefore)\b)"
_CHOICE = r"(?:选|答案|choose|pick|select|answer|go with)"
ELSEWHERE = re.compile(
    rf"(?:(?:如果|若(?!干)|假如|假设|假定|倘若|要是|一旦|除非|\bif\b)(?:(?!{_CHOICE}|{_LETTER}|{_HENCE})[^。!?\n]){{1,30}}"
    rf"{_CHOICE}(?:(?!{_HENCE})[^。!?\n])*(?:[。!\n]\s*否则,?[^{_STOP}]{{0,8}})?)$",
    _ANY,
)
"""A choice for another case, before its letter: 如果是电气火灾，则应选, 否则选."""

ONLY = re.compile(rf"{_CLOSE}(?:选?项)?才(?:是|对|正确|符合)")
LABELS = re.compile(rf"(?:选项|option|choice)\s*{_OPEN}$", _ANY)
JUDGED = re.compile(
    rf"{_CLOSE}(?:选?项)?{_CLOSE}(?:的?(?:说法|做法|描述|表述|内容|方案|答案))?[:.]?\s*"
    r"(?:[是为才最更也都均应较就即便]|应该|完全|唯一|[本该此]题的?)*"
    r"(?:正确(?![率性])|准确(?![率性])|符合|合适|合理|恰当|成立|可选|可行|答案|无误|没错|没有?(?:错误?|问题)|不会?错"
    rf"|\(?[{GOOD}]|最[佳优好]|(?<=[更较])[佳优好](?=[的些一,。;!\s)]|$)|对(?=[的了吧,。;!\s]|$))"
    r"(?!的?(?:前提|说法|观点|人|想法|理由|依据|可能)|[这与]|是错|有误)"
    rf"|{_CLOSE}\s+(?:is|are) (?:the |my )?(?:correct|right|true|best|answer)"
)
ALSO_BEFORE = re.compile(
    rf"(?:也|还|亦)(?:有可能|可能|可以?|能)?(?:是|选择?|为)+{_LABEL}\s*{_OPEN}$"
    rf"|\b(?:could|might|may) also be\s*{_OPEN}$",
    _ANY,
)
ALSO_AFTER = re.compile(
    rf"{_CLOSE}(?:选?项)?\s*(?:方案)?(?:也|亦|同样)(?:是|都|基本)?(?:正确|符合|没错|(?:对|有?可能|可[以行]?|行|成立)(?![\u4e00-\u9fff])|可[以能](?:选|是|正确|对|成立))"
    rf"(?!的?{_CLOSE},?\s*(?:但|不过|只是|然而))"
    r"|\s+(?:is|could be) also\b|\s+also\b",
    _ANY,
)
NOUN = re.compile(
    r"\s*(?:[类型级股座区班段罐塔泵阀机炉柜]|超(?!过)|相(?![比对应较符同反关]))|\+\+|#|-[0-9]"
)
ASKED = re.compile(
    rf"{_CLOSE}(?:选?项)?的(?:概率|几率|可能性|把握)|{_CLOSE}[^{_STOP}.(]{{0,8}}?(?:[吗么](?=[{_STOP}.]|\s|$)|\?)"
)
BOUNDED = re.compile(
    r"(?:选?项)?(?:$|[^\w\s]|_|\s+(?![a-z\s])|\s+(?:and|or)\b|和|与|及|或|以及|还是|[至到]|要么|吧|呢|而[非不]|[优好强]于|胜过)"
)
REASONED = re.compile(r"\s+(?:is|are|because|since|as|for|with)\b|因|由于|理由")
BEGINS = re.compile(
    r"(?:^|[^\w]|_|(?<![备候次])选|[是即故和与及或者而但则至到]|只有|要么|因此|所以|认为|觉得)$"
)

_NEGATION = (
    r"不(?:可能|应该?|会|能|要|该|宜|可以?|得|必|再|太可能|建议|推荐|一定|见得)?|未必|难说|没有?|(?<![分级类区性特识判鉴辨差个派])别|勿"
    r"|排除|剔除|舍去|除了|(?<![\u4e00-\u9fff])除|并非|绝非|而非|避免|否定|否决|淘汰|去掉|划掉|放弃|反对"
    r"|\b(?:not|isn['’]t|nor|neither|can['’]t|cannot|don['’]t|never|avoid|eliminat(?:e|ed|ing)|exclud(?:e|ed|ing)"
    r"|except|rul(?:e|ed|ing) out|rather than|instead of)"
)
DENIED_BEFORE = re.compile(
    rf"(?:{_NEGATION})[了掉]?(?:简单|直接|轻易|仅|只|单)?"
    r"(?:\s*(?:选择?|选项|是|为|(?:最终|正确)?答案:?|\b(?:the|be|is|choose|select|pick|option|answer|choice|correct)\b))*"
    rf"\s*{_OPEN}$"
    rf"|(?:^|[,。;])\W*(?:错误|不正确|不对|排除)(?:的?(?:选项|答案|项))?:\s*{_OPEN}$"
    rf"|(?:备选|候选|次选)(?:项|答案|方案)?(?:[是为有:]|包括)*\s*{_OPEN}$",
    _ANY,
)
_WRONG = rf"错|有误|有问题|排除|不对|不正确|不可|不符|不选(?! *{_LETTER})|不是|不成立|is wrong|is incorrect|is not"
_CLAUSE_ENDS = r"(?=[,。;!?)\n或和且而]|$)"
_SPOKEN_OF = rf"(?:(?!{_LETTER}|其[余他它]|另|剩)[^。;!?\n])"
ELECTED = re.compile(
    rf"{_CLOSE}(?:选?项)?{_SPOKEN_OF}{{0,30}}?(?:(?<![不适恰])当选"
    rf"|(?<!不)(?<!不完全)(?<!不太)符合(?:本题|题[意目干])(?:的?(?:要求|意思))?){_CLAUSE_ENDS}"
)
"""What chooses the letter before it whether its content is right or wrong: B项错误，当选."""

REJECTED = re.compile(
    rf"{_CLOSE}(?:选?项)?(?:{_SPOKEN_OF}{{0,30}}?,)?\s*(?:故|所以|因此|均|都|应|可|予以)*"
    rf"(?:不[应当]*选|不(?:太|完全)?符合?(?:本题|题[意目干])(?:的?(?:要求|意思))?|排除){_CLAUSE_ENDS}"
)
CONTENT_DENIED = re.compile(
    rf"{_CLOSE}(?:选?项)?\s*(?:[是都均并也]*)(?:{_WRONG}|,其实不?[是对错])", _ANY
)
DENIED_AFTER = re.compile(
    rf"{_CLOSE}(?:选?项)?{_CLOSE}(?:的?(?:说法|描述|表述|内容|答案|观点|想法|结论|选项))?"
    r"(?:[是为都均全则也并可应需被]|可以|应该|应当|显然|明显|肯定|予以|由此)* *"
    rf"(?:{_WRONG}|剔除|舍去|干扰|\(?[{BAD}](?:(?<!×)|(?![A-Za-z0-9]))|不(?:[能行妥当合宜应如]|会(?!错))|[并绝]?非|未必|以?外|之外"
    r"|\b(?:are (?:wrong|incorrect|not)|isn['’]t|nor|neither|cannot|can['’]t))"
    rf"|\s*(?:选?项)?\s*:\s*(?:错误?|不正确|不对|[{BAD}])(?=[,。;\s]|$)"
    rf"|(?:选?项)?\n(?:错误?|不正确|不对|排除)(?=[,。;:\s]|$)(?!:\s*{_LETTER})"
    rf"|{_CLOSE}[,。.!]?\s*(?:但是?|不过|然而|其实|实际上?|这个?|该答案|显然|好像|似乎|恐怕|是|并|也)*"
    r"(?:不对|不正确|不成立|错了|错误?的|有误)(?=[,。.!;\n]|$)"
    r"|(?:(?:这|那)?[二两三四五六几]个?(?:选项|项|者)?之?[中里]|之间|当中|中(?=,|最|选))",
    _ANY,
)
_MANY = (
    r"(?:有(?:些|的)?人|有[些的]|谁|(?:很多|许多|不少|大?多数|大?部分|一些)(?:的?(?:人|同学|考生|学生|员工))?|人们|大家|网上"
    r"|\b(?:some|many|most|one|people|others|students))"
)
_DOUBT = (
    rf"误(?:选|认为?|以为|判|把|将|导)|错选|错误地|(?:容?易|常)(?:会|被)?错?选|(?:容易|常)[^{_STOP}]{{0,4}}认为"
    rf"|{_MANY}(?:[会可能也许常易都就]|往往|\s*\b(?:may|might|would|could|people))*\s*"
    r"(?:认为|以为|觉得|选|说|想|回答|主张|填|\b(?:think|choose|pick|say|believe|select))"
    r"|一开始(?!就)|起初|最初|刚开始|原以为|原本|原先|本(?:来)?以为|曾经?(?:认为|以为|选|是|为)"
    r"|(?:此前|之前|先前|前面)(?:我|曾|的|误|错)*(?:认为|以为|误|错|答案|回答)"
    r"|初步|初看|乍一?看|看似|表面上?看?|直觉|第一反应|暂时?(?:选|认为)"
    r"|(?:如果|若|假如|假设|假定|倘若|要是|一旦|即使|即便|就算|除非)(?:你|我们?|有人|误|错|只|说|把|将|按)*"
    r"(?:选择?|答案)"
    r"|谈不上|说不上|没有理由|(?:不(?:太|能|敢|会|足以|可)?|并不|难以|无法|未)"
    r"(?:认为|觉得|同意|赞同|支持|认可|断定|确定|肯定|得出|说明|证明|推出|说|确认|保证|判断|意味)"
    r"|\b(?:initially|originally|at first|if)\b|tempt(?:ing|ed)"
    r"|(?:n['’]t|\bnot|\bcannot|\bnever)\s+(?:think|believe|agree|say|conclude|mean|sure)\b"
)
DOUBTED_BEFORE = re.compile(
    rf"(?:{_DOUBT}),?{_ON}{{0,24}}$"
    rf"|(?:如果|若|假如|假设|假定|倘若|要是|一旦)(?:按照?|采用|用|填|是|为)?{_LABEL}\s*{_OPEN}$"
    rf"|(?:是否|是不是|能否|可否|该不该)(?:应该?|可以?)?(?:选择?|是|为|填)?{_LABEL}\s*{_OPEN}$"
    rf"|(?:不是|不选|非)\s*{_LETTER}\s*,?(?:就|即|便)(?:[是选为])?\s*{_OPEN}$"
    rf"|(?:比起?|相比于?|相较于?|优于|好于|胜过|强于|不同于|区别于|\b(?:than|over|versus|vs\.?))\s*{_OPEN}$",
    _ANY,
)
"""What keeps the letter after it from being chosen: an opinion of others or of before, a supposition."""

COMPARED = re.compile(r" *(?:选?项)?(?:相比|对比|比较|不同|相反|类似|相似)")
CORRECTED = re.compile(
    rf"(?:(?<=[{_STOP}.…(])|^)\s*(?:哦|嗯|啊|但是?|不过)?,?\s*"
    r"(?:不|不对|错了|等等|等一下|且慢|更正|修正|纠正|wait|no|actually|correction)\s*(?=[,。.!:…])"
    r"|复核|重新(?:检查|审视|考虑|分析|思考|审题)|on second thought|reconsider"
    rf"|(?:更正|修正|纠正|改)(?:答案)?[为成选]了?\s*{_OPEN}(?={_LETTER})",
    _ANY,
)
"""A word of correction: what it follows no longer holds."""

_MEMBER_ENDS = r"(?:选?项)?[)\]}】」”\"’']* *"
_MEMBER_BEGINS = r" *(?:选项?)?[(\[{【「“\"‘']*"
VOIDED = re.compile(
    r"(?:以上|上述|上面|前面|之前|该|这个)的?(?:答案|结论|判断|回答|选择)[是都均也并]*(?:有误|错|不对|不正确|不成立)"
)
"""Words that take back all that was said before them."""

TIGHT = re.compile(
    rf"{_MEMBER_ENDS}(?:[、/&+|~-]|\(?(?:和|与|及|或者?(?:也?许|可能)?[是选]?|以及|还是)|[至到加且并兼]"
    rf"|\(?(?:and|or)(?: maybe| possibly| perhaps)?){_MEMBER_BEGINS}",
    _ANY,
)
DASH = re.compile(r"[~至到-]")
LOOSE = re.compile(rf"{_MEMBER_ENDS}[ ,;]+(?:选项)?[(\[{{【「“\"‘']*|[)\]] *[(\[]")
LIST_ENDS = re.compile(
    rf"(?:{TIGHT.pattern}{_LETTER}){{0,6}}{_CLOSE}"
    r"(?:[、,;。.]*\s*$|[,;。\n]| (?=[A-Z](?![A-Za-z])))"
)
LINE = re.compile(rf"(?:^|\n)\s*{_OPEN}$")
SENTENCE = re.compile(
    rf"{_CLOSE}(?:选?项)?{_CLOSE}[.、:,]? *(?:[。;!\n(]|,? *(?:但|不过|but|however|if)|$)", _ANY
)
"""What makes the letter before it, at the beginning of a line, an answer of its own."""

LINE_ENDS = re.compile(rf"{_CLOSE}[,。.;、!]? *(?:\n|$)")
MARK = re.compile(r" ?[.、:)]")
SAID = re.compile(rf"[。;错不对{GOOD}{BAD}]|正确|因为|解析")
LISTED = " ,、/;和与及或\n"
CROSSED = re.compile(rf"[{BAD}]")
"""Marks that keep the only letter of an answer from being chosen: ❌ A."""

HOLDS_LETTER = re.compile(_LETTER)
