"""Candidates that break the protocol, each in one way: hostile.py REQUEST ANSWER NAME."""

import json
import os
import signal
import subprocess
import sys
import time

REQUEST, ANSWER, NAME = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
questions = os.fdopen(REQUEST, "rb")
GOOD = '{"label":"甲"}'
FIRST = '{"t":"ans","id":0,"y":[' + GOOD + "," + GOOD + "]}\n"


def say(text):
    left = text if isinstance(text, bytes) else text.encode()
    while left:
        left = left[os.write(ANSWER, left) :]


def ask():
    line = questions.readline()
    message = json.loads(line or '{"t":"end"}')
    if message["t"] == "end":
        sys.exit(0)
    return message


def answer(message, answers, **more):
    extra = "".join(f',"{name}":{value}' for name, value in more.items())
    say(f'{{"t":"ans","id":{message["id"]},"y":[{",".join(answers)}]{extra}}}\n')


def first_is(bad):
    """Answer every batch, its first sample badly."""

    def serve(message):
        answer(message, [bad] + [GOOD] * (message["n"] - 1))

    return serve


def good(message):
    answer(message, [GOOD] * message["n"])


def whole_line(text):
    def serve(message):
        say(text)

    return serve


def endless_line(message):
    while True:
        say("x" * 4096)


def endless_answers(message):
    answer(message, [GOOD + " " * 4000] * message["n"])


def slow_trickle(message):
    while True:
        say("{")
        time.sleep(0.02)


def wrong_id(message):
    answer({"id": message["id"] + 1}, [GOOD] * message["n"])


def two_answers(message):
    answers = ",".join([GOOD] * message["n"])
    say(f'{{"t":"ans","id":{message["id"]},"y":[{answers}]}}\n' * 2)


def wrong_count(message):
    answer(message, [GOOD])


def extra_field_outside(message):
    answer(message, [GOOD] * message["n"], note=1)


def neither(message):
    say(f'{{"t":"ans","id":{message["id"]}}}\n')


def dies(message):
    os._exit(1)


def stops_itself(message):
    os.kill(os.getpid(), signal.SIGSTOP)


def leaves_a_forger(message):
    """Answer and die, while an orphan goes on to answer what nobody has asked yet."""
    good(message)
    if os.fork() == 0:
        for number in range(message["id"] + 1, 1000):
            try:
                answer({"id": number}, [GOOD] * message["n"])
            except OSError:
                break
            time.sleep(0.001)
    os._exit(0)


def dies_by_signal(message):
    os.kill(os.getpid(), signal.SIGKILL)


def leaves_after_each_answer(message):
    good(message)
    os._exit(0)


def dies_on_a_word(message):
    if any("毒" in sample["text"] for sample in message["x"]):
        os._exit(1)
    good(message)


def holds_memory(message):
    message["held"] = bytearray(400 << 20)
    good(message)
    time.sleep(60)


def burns(message):
    while True:
        pass


def closes_and_lives(message):
    os.close(ANSWER)
    time.sleep(60)


def closes_question_and_lives(message):
    os.close(REQUEST)
    good(message)
    time.sleep(60)


def child_keeps(message):
    os.set_inheritable(ANSWER, True)
    subprocess.Popen(["/bin/sleep", "60"], close_fds=False)
    os._exit(0)


def never_answers(message):
    time.sleep(60)


def floods_the_log(message):
    while True:
        os.write(2, b"\x1b[31m" * 1000)


def repeated_key(message):
    answer(message, ['{"label":"乙","label":"甲"}'] * message["n"])


def error_message(message):
    say(json.dumps({"t": "ans", "id": message["id"], "err": "Broken\x1b[2J"}) + "\n")


def spaces(message):
    answers = " , ".join([GOOD] * message["n"])
    say(f' {{"id" : {message["id"]}, "y":[ {answers} ],"t":"ans" }}\r\n')


SERVE = {
    "good": good,
    "spaces": spaces,
    "repeated_key": repeated_key,
    "error_message": error_message,
    "endless_line": endless_line,
    "endless_answers": endless_answers,
    "slow_trickle": slow_trickle,
    "deep_nesting": whole_line("[" * 9000 + "\n"),
    "deep_nesting_inside": whole_line('{"t":"ans","id":0,"y":[' + "[" * 9000 + "\n"),
    "not_utf8": whole_line(b'{"t":"ans","id":0,"y":[{"label":"\xff"},{"label":"\xff"}]}\n'),
    "byte_order_mark": whole_line(b'\xef\xbb\xbf{"t":"ans","id":0,"y":[]}\n'),
    "empty_line": whole_line("\n"),
    "other_message": whole_line('{"t":"ready","v":1}\n'),
    "wrong_id": wrong_id,
    "two_answers": two_answers,
    "wrong_count": wrong_count,
    "extra_field_outside": extra_field_outside,
    "neither": neither,
    "dies": dies,
    "dies_by_signal": dies_by_signal,
    "stops_itself": stops_itself,
    "leaves_a_forger": leaves_a_forger,
    "leaves_after_each_answer": leaves_after_each_answer,
    "dies_on_a_word": dies_on_a_word,
    "holds_memory": holds_memory,
    "burns": burns,
    "closes_and_lives": closes_and_lives,
    "closes_question_and_lives": closes_question_and_lives,
    "child_keeps": child_keeps,
    "never_answers": never_answers,
    "floods_the_log": floods_the_log,
    "nan": first_is('{"label":"甲","score":NaN}'),
    "too_large": first_is('{"label":"甲","score":1e999}'),
    "thousands_of_digits": first_is('{"label":"甲","score":' + "9" * 4500 + "}"),
    "digits_in_the_wrong_place": first_is("9" * 4500),
    "lone_surrogate": first_is('{"label":"\\ud800"}'),
    "extra_field": first_is('{"label":"甲","note":1}'),
    "unknown_label": first_is('{"label":"丙"}'),
    "nothing": first_is("null"),
    "zero_character": first_is('{"label":"甲\\u0000"}'),
}
READY = '{"t":"ready","v":1}\n'
READY_FOR_ONE = '{"t":"ready","v":1,"name":"小","max_batch":1}\n'


def main():
    questions.readline()
    if NAME == "never_ready":
        time.sleep(60)
    elif NAME == "dies_at_start":
        os._exit(1)
    elif NAME == "takes_one_at_a_time":
        say(READY_FOR_ONE)
        while True:
            answer(ask(), [GOOD])
    elif NAME == "floods_the_log_at_the_end":
        say(READY)
        for _ in range(4):
            good(ask())
        floods_the_log(None)
    elif NAME == "stops_at_the_end":
        say(READY)
        for _ in range(4):
            good(ask())
        questions.readline()
        stops_itself(None)
    elif NAME == "answers_the_end":
        say(READY)
        for _ in range(4):
            good(ask())
        questions.readline()
        endless_line(None)
    elif NAME == "early_answer":
        say(READY + FIRST)
        time.sleep(60)
    elif NAME == "other_version":
        say('{"t":"ready","v":2}\n')
        time.sleep(60)
    elif NAME == "never_reads":
        say(READY)
        time.sleep(60)
    elif NAME == "answers_unread":
        say(READY)
        time.sleep(0.1)
        say(FIRST)
        time.sleep(60)
    elif NAME == "noisy":
        sys.stdout.write("Loading weights\n")
        say(READY)
        while True:
            sys.stdout.write("x" * 1000)
            good(ask())
    else:
        say(READY)
        while True:
            SERVE[NAME](ask())


main()
