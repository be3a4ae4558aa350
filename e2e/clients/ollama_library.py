"""The official ollama library."""

import json

from ollama import Client, ResponseError

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


def client_of(key):
    return Client(host=URL, headers={"Authorization": "Bearer " + key})


client = client_of(KEY)
MESSAGES = [{"role": "user", "content": SENTENCE}]


def tool(name):
    function = {"name": name, "description": "About a place.", "parameters": CITY_PARAMETERS}
    return {"type": "function", "function": function}


def complete(stream, **request):
    """The whole answer: as it comes, or its lines put together, which the library leaves to its users."""
    if not stream:
        return client.chat(**request)
    content, thinking, calls = "", "", []
    for line in client.chat(stream=True, **request):
        content += line.message.content or ""
        thinking += line.message.thinking or ""
        calls += line.message.tool_calls or []
        if line.done:
            line.message.content = content
            line.message.thinking = thinking or None
            line.message.tool_calls = calls or None
            return line
    raise AssertionError("no line is done")


@with_each_both_ways("text and usage")
def text(model, stream):
    reply = complete(stream, model=model("demo-echo"), messages=MESSAGES)
    same((reply.message.content, reply.done_reason, reply.model), (SENTENCE, "stop", model("demo-echo")))
    assert reply.prompt_eval_count > 0 and reply.eval_count > 0 and reply.total_duration > 0


def round_trip(model, script, stream, tools):
    request = {"model": model(script), "tools": [tool(name) for name in tools], "think": True}
    messages = list(MESSAGES)
    first = complete(stream, messages=messages, **request)
    calls = [call.function for call in first.message.tool_calls]
    messages.append(first.message)
    messages += [{"role": "tool", "tool_name": call.name, "content": call.name + ": 晴"} for call in calls]
    second = complete(stream, messages=messages, **request)
    assert len(second.message.content) > 3
    complete(stream, messages=[*messages, second.message, *MESSAGES], **request)
    return first, [(call.name, dict(call.arguments)) for call in calls]


@with_each_both_ways("a tool and its result")
def one_tool(model, stream):
    same(round_trip(model, "demo-tools", stream, ["get_weather"])[1], TWO_CALLS[:1])


@with_each_both_ways("parallel tools")
def parallel_tools(model, stream):
    same(round_trip(model, "demo-parallel-tools", stream, ["get_weather", "get_time"])[1], TWO_CALLS)


# The library drops the ids of calls, and signatures with them: those of other vendors must do without.
@with_each_both_ways("thinking and a tool")
def thinking(model, stream):
    first, _ = round_trip(model, "demo-thinking-tools", stream, ["get_weather"])
    assert THOUGHTS.match(first.message.thinking), first


@with_each_both_ways("an image")
def image(model, stream):
    messages = [{"role": "user", "content": "?", "images": [PNG]}]
    reply = complete(stream, model=model("demo-image"), messages=messages)
    assert PNG_SEEN.match(reply.message.content), reply


@with_each("an answer by JSON schema")
def schema(model):
    reply = client.chat(model=model("demo-json"), messages=MESSAGES, format=ANSWER_SCHEMA)
    same(json.loads(reply.message.content), {"answer": "北京"})


@with_each("generate, streamed and not")
def generate(model):
    whole = client.generate(model=model("demo-echo"), prompt=SENTENCE)
    same(whole.response, SENTENCE)
    lines = list(client.generate(model=model("demo-echo"), prompt=SENTENCE, stream=True))
    same(("".join(line.response for line in lines), lines[-1].eval_count), (SENTENCE, whole.eval_count))


@with_each("embeddings, of both kinds", EMBEDDING_UPSTREAMS)
def embeddings(model):
    reply = client.embed(model=model("demo-text"), input=[SENTENCE, "second"])
    same([len(each) for each in reply.embeddings], [64, 64])
    old = client.embeddings(model=model("demo-text"), prompt=SENTENCE).embedding
    assert all(abs(x - y) < 1e-6 for x, y in zip(old, reply.embeddings[0]))


def status_of(call):
    error = failure_of(call)
    assert isinstance(error, ResponseError), repr(error)
    return error.status_code


@with_each("an upstream's 429")
def upstream_limit(model):
    same(status_of(lambda: client.chat(model=model("demo-429"), messages=MESSAGES)), 429)


@with_each("an upstream's 400")
def upstream_refusal(model):
    same(status_of(lambda: client.chat(model=model("demo-context-too-long"), messages=MESSAGES)), 400)


@with_each("an error in mid-stream")
def broken_stream(model):
    error = failure_of(lambda: complete(True, model=model("demo-error-mid-stream"), messages=MESSAGES))
    assert isinstance(error, ResponseError), repr(error)


@once("errors with their status")
def errors():
    def of(key, model="ollama.demo-text"):
        return client_of(key).chat(model=model, messages=MESSAGES)

    same(status_of(lambda: of(WRONG_KEY)), 401)
    same(status_of(lambda: of(POOR_KEY)), 402)
    same(status_of(lambda: of(KEY, "ollama.demo-txet")), 404)
    limited = limit_of(of)
    assert isinstance(limited, ResponseError) and limited.status_code == 429, repr(limited)


@once("models: listed, shown, running")
def models():
    one = next(model for model in client.list().models if model.model == "gemini.demo-echo")
    assert one.details is not None and len(one.digest) == 64 and one.modified_at is not None
    shown = client.show("gemini.demo-echo")
    assert shown.details is not None and shown.template and shown.capabilities is not None, shown
    same(list(client.ps().models), [])
    same(status_of(lambda: client.show("gemini.demo-ohce")), 404)


run_checks()
