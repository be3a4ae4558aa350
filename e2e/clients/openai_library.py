"""The official openai library; chat completions, completions, embeddings, lists and errors. Responses: openai_responses.py."""

import json

import openai
from openai import OpenAI

from checks import (
    ANSWER_SCHEMA,
    CITY_PARAMETERS,
    EMBEDDING_UPSTREAMS,
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
from openai_responses import register_responses

client = OpenAI(base_url=URL + "/v1", api_key=KEY, max_retries=0)
MESSAGES = [{"role": "user", "content": SENTENCE}]
register_responses(client)


def tool(name):
    return {
        "type": "function",
        "function": {"name": name, "description": "About a place.", "strict": True, "parameters": CITY_PARAMETERS},
    }


def complete(stream, **request):
    """The whole answer: as it comes, or put together by the library's own helper."""
    if not stream:
        return client.chat.completions.create(**request)
    with client.chat.completions.stream(stream_options={"include_usage": True}, **request) as events:
        return events.get_final_completion()


@with_each_both_ways("chat: text and usage")
def text(model, stream):
    reply = complete(stream, model=model("demo-echo"), messages=MESSAGES)
    choice = reply.choices[0]
    same((choice.message.content, choice.finish_reason, reply.model), (SENTENCE, "stop", model("demo-echo")))
    usage = reply.usage
    assert usage.prompt_tokens > 0 and usage.completion_tokens > 0
    same(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens)


def round_trip(model, script, stream, tools):
    request = {"model": model(script), "tools": [tool(name) for name in tools]}
    messages = list(MESSAGES)
    first = complete(stream, messages=messages, **request).choices[0]
    same(first.finish_reason, "tool_calls")
    calls = [call.function for call in first.message.tool_calls]
    messages.append(first.message)
    for call in first.message.tool_calls:
        messages.append({"role": "tool", "tool_call_id": call.id, "content": call.function.name + ": 晴"})
    second = complete(stream, messages=messages, **request).choices[0]
    same(second.finish_reason, "stop")
    assert len(second.message.content) > 3
    complete(stream, messages=[*messages, second.message, *MESSAGES], **request)
    return first.message, [(call.name, json.loads(call.arguments)) for call in calls]


@with_each_both_ways("chat: a tool and its result")
def one_tool(model, stream):
    same(round_trip(model, "demo-tools", stream, ["get_weather"])[1], TWO_CALLS[:1])


@with_each_both_ways("chat: parallel tools")
def parallel_tools(model, stream):
    same(round_trip(model, "demo-parallel-tools", stream, ["get_weather", "get_time"])[1], TWO_CALLS)


# The demo upstream refuses thoughts and calls whose signature was lost or altered on the way.
@with_each_both_ways("chat: thinking, back with its signature")
def thinking(model, stream):
    message, _ = round_trip(model, "demo-thinking-tools", stream, ["get_weather"])
    assert THOUGHTS.match(message.reasoning_content), message


@with_each_both_ways("chat: an image")
def image(model, stream):
    parts = [
        {"type": "text", "text": "?"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64," + PNG}},
    ]
    reply = complete(stream, model=model("demo-image"), messages=[{"role": "user", "content": parts}])
    assert PNG_SEEN.match(reply.choices[0].message.content), reply


@with_each("chat: an answer by JSON schema")
def schema(model):
    json_schema = {"name": "answer", "strict": True, "schema": ANSWER_SCHEMA}
    reply = client.chat.completions.create(
        model=model("demo-json"),
        messages=MESSAGES,
        response_format={"type": "json_schema", "json_schema": json_schema},
    )
    same(json.loads(reply.choices[0].message.content), {"answer": "北京"})


@with_each("completions")
def completions(model):
    reply = client.completions.create(model=model("demo-echo"), prompt=SENTENCE, max_tokens=100)
    same(reply.choices[0].text, SENTENCE)
    assert reply.usage.completion_tokens > 0
    pieces = client.completions.create(model=model("demo-echo"), prompt=SENTENCE, max_tokens=100, stream=True)
    same("".join(piece.choices[0].text for piece in pieces if piece.choices), SENTENCE)


@with_each("embeddings, as base64 unless asked otherwise", EMBEDDING_UPSTREAMS)
def embeddings(model):
    request = {"model": model("demo-text"), "input": [SENTENCE, "second"]}
    asked = client.embeddings.create(**request)
    floats = client.embeddings.create(encoding_format="float", **request)
    same([len(each.embedding) for each in asked.data], [64, 64])
    for one, other in zip(asked.data, floats.data):
        assert all(abs(x - y) < 1e-6 for x, y in zip(one.embedding, other.embedding))
    assert asked.usage.prompt_tokens > 0


@with_each("an upstream's 429 as RateLimitError")
def upstream_limit(model):
    error = failure_of(lambda: client.chat.completions.create(model=model("demo-429"), messages=MESSAGES))
    assert isinstance(error, openai.RateLimitError), error
    same(error.code, "upstream_rate_limited")
    # What is left of seven seconds, where somebody was told before.
    assert error.response.headers["retry-after"] in "1234567", error.response.headers


@with_each("an upstream's 400 as BadRequestError")
def upstream_refusal(model):
    error = failure_of(lambda: client.chat.completions.create(model=model("demo-context-too-long"), messages=MESSAGES))
    assert isinstance(error, openai.BadRequestError), error


@with_each("an error in mid-stream as APIError")
def broken_stream(model):
    stream = client.chat.completions.create(model=model("demo-error-mid-stream"), messages=MESSAGES, stream=True)
    error = failure_of(lambda: list(stream))
    assert isinstance(error, openai.APIError), error


@once("errors by their classes")
def errors():
    def of(key, model="openai-chat.demo-text"):
        own = OpenAI(base_url=URL + "/v1", api_key=key, max_retries=0)
        return own.chat.completions.create(model=model, messages=MESSAGES)

    wrong = failure_of(lambda: of(WRONG_KEY))
    assert isinstance(wrong, openai.AuthenticationError) and wrong.code == "invalid_key", wrong
    poor = failure_of(lambda: of(POOR_KEY))
    assert isinstance(poor, openai.APIStatusError) and poor.status_code == 402, poor
    same(poor.code, "insufficient_balance")
    missing = failure_of(lambda: of(KEY, "openai-chat.demo-txet"))
    assert isinstance(missing, openai.NotFoundError) and missing.code == "model_not_found", missing
    limited = limit_of(of)
    assert isinstance(limited, openai.RateLimitError) and limited.code == "rpm_exceeded", limited
    assert int(limited.response.headers["retry-after"]) > 0


@once("models, listed and one")
def models():
    assert "gemini.demo-echo" in [model.id for model in client.models.list()]
    same(client.models.retrieve("gemini.demo-echo").id, "gemini.demo-echo")
    missing = failure_of(lambda: client.models.retrieve("gemini.demo-ohce"))
    assert isinstance(missing, openai.NotFoundError), missing


run_checks()
