"""The official anthropic library."""

import json

import anthropic
from anthropic import Anthropic

from checks import (
    ANSWER_SCHEMA,
    CITY_PARAMETERS,
    KEY,
    PNG,
    PNG_SEEN,
    POOR_KEY,
    SENTENCE,
    THOUGHTS,
    TWO_CALLS,
    URL,
    WRONG_KEY,
    failure_of,
    limit_of,
    once,
    run_checks,
    same,
    with_each,
    with_each_both_ways,
)

client = Anthropic(base_url=URL, api_key=KEY, max_retries=0)
MESSAGES = [{"role": "user", "content": SENTENCE}]


def tool(name):
    return {"name": name, "description": "About a place.", "input_schema": CITY_PARAMETERS}


def text_of(message):
    return "".join(block.text for block in message.content if block.type == "text")


def complete(stream, **request):
    """The whole answer: as it comes, or put together by the library's own helper."""
    if not stream:
        return client.messages.create(**request)
    with client.messages.stream(**request) as events:
        return events.get_final_message()


@with_each_both_ways("text and usage")
def text(model, stream):
    reply = complete(stream, model=model("demo-echo"), max_tokens=100, messages=MESSAGES)
    same((text_of(reply), reply.stop_reason, reply.model), (SENTENCE, "end_turn", model("demo-echo")))
    assert reply.usage.input_tokens > 0 and reply.usage.output_tokens > 0


def round_trip(model, script, stream, tools):
    request = {"model": model(script), "max_tokens": 4000, "tools": [tool(name) for name in tools]}
    if script == "demo-thinking-tools":
        request["thinking"] = {"type": "enabled", "budget_tokens": 2000}
    messages = list(MESSAGES)
    first = complete(stream, messages=messages, **request)
    same(first.stop_reason, "tool_use")
    calls = [block for block in first.content if block.type == "tool_use"]
    results = [{"type": "tool_result", "tool_use_id": call.id, "content": call.name + ": 晴"} for call in calls]
    messages += [{"role": "assistant", "content": first.content}, {"role": "user", "content": results}]
    second = complete(stream, messages=messages, **request)
    same(second.stop_reason, "end_turn")
    assert len(text_of(second)) > 3
    complete(stream, messages=[*messages, {"role": "assistant", "content": second.content}, *MESSAGES], **request)
    return first, [(call.name, call.input) for call in calls]


@with_each_both_ways("a tool and its result")
def one_tool(model, stream):
    same(round_trip(model, "demo-tools", stream, ["get_weather"])[1], TWO_CALLS[:1])


@with_each_both_ways("parallel tools")
def parallel_tools(model, stream):
    same(round_trip(model, "demo-parallel-tools", stream, ["get_weather", "get_time"])[1], TWO_CALLS)


# The demo upstream refuses thoughts and calls whose signature was lost or altered on the way.
@with_each_both_ways("thinking, back with its signature")
def thinking(model, stream):
    first, _ = round_trip(model, "demo-thinking-tools", stream, ["get_weather"])
    assert first.content[0].type == "thinking" and THOUGHTS.match(first.content[0].thinking), first.content


@with_each_both_ways("redacted thinking, back as it was")
def redacted(model, stream):
    request = {"model": model("demo-redacted-thinking"), "max_tokens": 4000}
    first = complete(stream, messages=MESSAGES, **request)
    turns = [*MESSAGES, {"role": "assistant", "content": first.content}, *MESSAGES]
    same(text_of(complete(stream, messages=turns, **request)), text_of(first))


@with_each_both_ways("an image")
def image(model, stream):
    source = {"type": "base64", "media_type": "image/png", "data": PNG}
    content = [{"type": "text", "text": "?"}, {"type": "image", "source": source}]
    messages = [{"role": "user", "content": content}]
    reply = complete(stream, model=model("demo-image"), max_tokens=200, messages=messages)
    assert PNG_SEEN.match(text_of(reply)), reply


@with_each("an answer by JSON schema")
def schema(model):
    reply = client.messages.create(
        model=model("demo-json"),
        max_tokens=200,
        messages=MESSAGES,
        output_config={"format": {"type": "json_schema", "schema": ANSWER_SCHEMA}},
    )
    same(json.loads(text_of(reply)), {"answer": "北京"})


@with_each("counting tokens")
def counting(model):
    short = client.messages.count_tokens(model=model("demo-text"), messages=MESSAGES)
    long = [{"role": "user", "content": SENTENCE * 50}]
    more = client.messages.count_tokens(model=model("demo-text"), messages=long, tools=[tool("get_weather")])
    assert 0 < short.input_tokens < more.input_tokens, (short, more)


@with_each("an upstream's 429 as RateLimitError")
def upstream_limit(model):
    error = failure_of(lambda: client.messages.create(model=model("demo-429"), max_tokens=9, messages=MESSAGES))
    assert isinstance(error, anthropic.RateLimitError), error
    # What is left of seven seconds, where somebody was told before.
    assert error.response.headers["retry-after"] in "1234567", error.response.headers


@with_each("an upstream's 400 as BadRequestError")
def upstream_refusal(model):
    request = {"model": model("demo-context-too-long"), "max_tokens": 9, "messages": MESSAGES}
    error = failure_of(lambda: client.messages.create(**request))
    assert isinstance(error, anthropic.BadRequestError), error


@with_each("an error in mid-stream as APIError")
def broken_stream(model):
    request = {"model": model("demo-error-mid-stream"), "max_tokens": 99, "messages": MESSAGES}
    error = failure_of(lambda: complete(True, **request))
    assert isinstance(error, anthropic.APIError), error


@once("errors by their classes")
def errors():
    def of(key, model="anthropic.demo-text"):
        own = Anthropic(base_url=URL, api_key=key, max_retries=0)
        return own.messages.create(model=model, max_tokens=9, messages=MESSAGES)

    wrong = failure_of(lambda: of(WRONG_KEY))
    assert isinstance(wrong, anthropic.AuthenticationError) and wrong.status_code == 401, wrong
    poor = failure_of(lambda: of(POOR_KEY))
    assert isinstance(poor, anthropic.APIStatusError) and poor.status_code == 402, poor
    missing = failure_of(lambda: of(KEY, "anthropic.demo-txet"))
    assert isinstance(missing, anthropic.NotFoundError) and "demo-text" in missing.message, missing
    limited = limit_of(of)
    assert isinstance(limited, anthropic.RateLimitError), limited
    assert int(limited.response.headers["retry-after"]) > 0


@once("models, listed and one")
def models():
    assert "gemini.demo-echo" in [model.id for model in client.models.list()]
    one = client.models.retrieve("gemini.demo-echo")
    same((one.id, one.type), ("gemini.demo-echo", "model"))
    missing = failure_of(lambda: client.models.retrieve("gemini.demo-ohce"))
    assert isinstance(missing, anthropic.NotFoundError), missing


run_checks()
