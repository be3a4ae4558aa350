"""What the checks of all client libraries share, as checks.ts does for JavaScript. Each check prints one line of JSON; the spec judges them."""

import json
import os
import re
import traceback

URL = os.environ["LYCEUM_URL"]
KEY = os.environ["LYCEUM_KEY"]
POOR_KEY = os.environ["LYCEUM_POOR_KEY"]
SLOW_KEY = os.environ["LYCEUM_SLOW_KEY"]
WRONG_KEY = KEY[:-1] + "_"
UPSTREAMS = os.environ["LYCEUM_UPSTREAMS"].split(",")
EMBEDDING_UPSTREAMS = ["openai-chat", "gemini", "ollama"]

SENTENCE = "用一句话解释熵"
THOUGHTS = re.compile("^先看量纲.*静能。$")
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
PNG_SEEN = re.compile(r"^sha256:[0-9a-f]{64} bytes:70 type:image/png")
TWO_CALLS = [("get_weather", {"city": "北京"}), ("get_time", {"city": "上海"})]
CITY_PARAMETERS = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}
ANSWER_SCHEMA = {
    "type": "object",
    "properties": {"answer": {"type": "string"}},
    "required": ["answer"],
    "additionalProperties": False,
}

_checks = []


def with_each(name, upstreams=UPSTREAMS):
    """Runs a function with every upstream protocol: it is given a function that makes a demo model's public name."""

    def register(check):
        for upstream in upstreams:
            _checks.append((name, upstream, lambda upstream=upstream: check(lambda model: f"{upstream}.{model}")))
        return check

    return register


def with_each_both_ways(name):
    """The same, not streamed and streamed."""

    def register(check):
        for stream in (False, True):
            with_each(name + (", streamed" if stream else ""))(lambda model, stream=stream: check(model, stream))
        return check

    return register


def once(name):
    """Runs a function that has nothing to do with upstreams."""

    def register(check):
        _checks.append((name, "", check))
        return check

    return register


def same(actual, wanted):
    assert actual == wanted, f"{actual!r} is not {wanted!r}"


def failure_of(call):
    """The exception that a call raises; fails where it doesn't."""
    try:
        call()
    except Exception as error:
        return error
    raise AssertionError("it did not fail")


def limit_of(call):
    """What the second request within a minute fails with. It is the first where another program used the key before."""
    try:
        call(SLOW_KEY)
    except Exception as error:
        return error
    return failure_of(lambda: call(SLOW_KEY))


def run_checks():
    for name, upstream, check in _checks:
        problem = None
        try:
            check()
        except Exception:
            problem = traceback.format_exc()
        print(json.dumps({"name": name, "upstream": upstream, "problem": problem}), flush=True)
