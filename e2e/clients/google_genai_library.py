"""Google's present library, google-genai."""

import base64
import json

from google import genai
from google.genai import errors, types

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
    once_only = types.HttpRetryOptions(attempts=1)
    return genai.Client(api_key=key, http_options=types.HttpOptions(base_url=URL, retry_options=once_only))


client = client_of(KEY)


def declaration(name):
    return {"name": name, "description": "About a place.", "parameters_json_schema": CITY_PARAMETERS}


def user(*parts):
    return types.Content(role="user", parts=list(parts))


QUESTION = user(types.Part.from_text(text=SENTENCE))


def complete(stream, **request):
    """All parts of the answer in order, streamed or not, its text and the last piece."""
    models = client.models
    replies = list(models.generate_content_stream(**request)) if stream else [models.generate_content(**request)]
    candidates = [candidate for reply in replies for candidate in reply.candidates or []]
    parts = [part for candidate in candidates if candidate.content for part in candidate.content.parts or []]
    return parts, "".join(part.text or "" for part in parts if not part.thought), replies[-1]


@with_each_both_ways("text and usage")
def text(model, stream):
    _, answer, last = complete(stream, model=model("demo-echo"), contents=SENTENCE)
    same((answer, last.candidates[0].finish_reason), (SENTENCE, types.FinishReason.STOP))
    assert last.usage_metadata.prompt_token_count > 0 and last.usage_metadata.candidates_token_count > 0


def round_trip(model, script, stream, tools):
    config = types.GenerateContentConfig(
        tools=[{"function_declarations": [declaration(name) for name in tools]}],
        thinking_config=types.ThinkingConfig(include_thoughts=True),
    )
    request = {"model": model(script), "config": config}
    contents = [QUESTION]
    parts, _, _ = complete(stream, contents=contents, **request)
    calls = [part.function_call for part in parts if part.function_call]
    contents.append(types.Content(role="model", parts=parts))
    results = []
    for call in calls:
        response = types.FunctionResponse(id=call.id, name=call.name, response={"output": call.name + ": 晴"})
        results.append(types.Part(function_response=response))
    contents.append(user(*results))
    second, answer, _ = complete(stream, contents=contents, **request)
    assert len(answer) > 3
    complete(stream, contents=[*contents, types.Content(role="model", parts=second), QUESTION], **request)
    return parts, [(call.name, call.args) for call in calls]


@with_each_both_ways("a tool and its result")
def one_tool(model, stream):
    same(round_trip(model, "demo-tools", stream, ["get_weather"])[1], TWO_CALLS[:1])


@with_each_both_ways("parallel tools")
def parallel_tools(model, stream):
    same(round_trip(model, "demo-parallel-tools", stream, ["get_weather", "get_time"])[1], TWO_CALLS)


# The demo upstream refuses thoughts and calls whose signature was lost or altered on the way.
@with_each_both_ways("thinking, back with its signature")
def thinking(model, stream):
    parts, _ = round_trip(model, "demo-thinking-tools", stream, ["get_weather"])
    assert THOUGHTS.match("".join(part.text or "" for part in parts if part.thought)), parts


@with_each_both_ways("an image")
def image(model, stream):
    picture = types.Part.from_bytes(data=base64.b64decode(PNG), mime_type="image/png")
    contents = [user(types.Part.from_text(text="?"), picture)]
    _, answer, _ = complete(stream, model=model("demo-image"), contents=contents)
    assert PNG_SEEN.match(answer), answer


@with_each("an answer by JSON schema")
def schema(model):
    config = {"response_mime_type": "application/json", "response_json_schema": ANSWER_SCHEMA}
    reply = client.models.generate_content(model=model("demo-json"), contents=SENTENCE, config=config)
    same(json.loads(reply.text), {"answer": "北京"})


@with_each("a function that the library calls itself")
def automatic_calls(model):
    asked = []

    def get_weather(city: str) -> str:
        """The weather of a place."""
        asked.append(city)
        return "晴"

    config = types.GenerateContentConfig(tools=[get_weather])
    reply = client.chats.create(model=model("demo-tools"), config=config).send_message(SENTENCE)
    same(asked, ["北京"])
    assert "Hello from the demo upstream." in reply.text


@with_each_both_ways("the library's chats")
def chats(model, stream):
    chat = client.chats.create(model=model("demo-echo"))
    for message in ("第一问", "第二问"):
        if stream:
            same("".join(reply.text or "" for reply in chat.send_message_stream(message)), message)
        else:
            same(chat.send_message(message).text, message)
    assert len(chat.get_history()) >= 4


@with_each("counting tokens")
def counting(model):
    short = client.models.count_tokens(model=model("demo-text"), contents=SENTENCE).total_tokens
    assert 0 < short < client.models.count_tokens(model=model("demo-text"), contents=SENTENCE * 50).total_tokens


@with_each("embeddings", EMBEDDING_UPSTREAMS)
def embeddings(model):
    # Two texts are one content to the library where a model's name holds "gemini"; contents are two everywhere.
    contents = [user(types.Part.from_text(text=text)) for text in (SENTENCE, "second")]
    reply = client.models.embed_content(model=model("demo-text"), contents=contents)
    same([len(each.values) for each in reply.embeddings], [64, 64])


def status_of(call):
    error = failure_of(call)
    assert isinstance(error, errors.APIError), repr(error)
    return error.code


@with_each("an upstream's 429 as ClientError")
def upstream_limit(model):
    error = failure_of(lambda: client.models.generate_content(model=model("demo-429"), contents=SENTENCE))
    assert isinstance(error, errors.ClientError), repr(error)
    same((error.code, error.status), (429, "RESOURCE_EXHAUSTED"))


@with_each("an upstream's 400 as ClientError")
def upstream_refusal(model):
    request = {"model": model("demo-context-too-long"), "contents": SENTENCE}
    same(status_of(lambda: client.models.generate_content(**request)), 400)


@with_each("an error in mid-stream as APIError")
def broken_stream(model):
    status = status_of(lambda: complete(True, model=model("demo-error-mid-stream"), contents=SENTENCE))
    assert status >= 500, status


@once("errors with their status")
def failures():
    def of(key, model="gemini.demo-text"):
        own = client_of(key)  # the library closes a client that nobody holds
        return own.models.generate_content(model=model, contents=SENTENCE)

    same(status_of(lambda: of(WRONG_KEY)), 401)
    same(status_of(lambda: of(POOR_KEY)), 402)
    same(status_of(lambda: of(KEY, "gemini.demo-txet")), 404)
    limited = limit_of(of)
    assert isinstance(limited, errors.ClientError) and limited.code == 429, repr(limited)


@once("models, listed and one")
def models():
    assert "models/anthropic.demo-echo" in [model.name for model in client.models.list()]
    same(client.models.get(model="anthropic.demo-echo").name, "models/anthropic.demo-echo")
    same(status_of(lambda: client.models.get(model="anthropic.demo-ohce")), 404)


run_checks()
