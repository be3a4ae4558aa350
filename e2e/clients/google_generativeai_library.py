"""Google's former library, google-generativeai, as course pages print it: over REST, with the address as api_endpoint.
It asks below /v1beta and for numbers in place of the names of enumerations."""

import base64
import json
import warnings

warnings.simplefilter("ignore")  # It says that it is no longer supported; people use it all the same.

import google.generativeai as genai
from google.api_core import exceptions, retry

from checks import (
    EMBEDDING_UPSTREAMS,
    KEY,
    PNG,
    PNG_SEEN,
    POOR_KEY,
    SENTENCE,
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

ONCE_ONLY = {"retry": retry.Retry(predicate=lambda _: False)}
CITY_PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}


def use(key):
    genai.configure(api_key=key, transport="rest", client_options={"api_endpoint": URL})


def ask(name, contents, stream=False, **options):
    reply = genai.GenerativeModel(name).generate_content(contents, stream=stream, request_options=ONCE_ONLY, **options)
    reply.resolve()
    return reply


@with_each_both_ways("text and usage")
def text(model, stream):
    reply = ask(model("demo-echo"), SENTENCE, stream)
    same((reply.text, reply.candidates[0].finish_reason.name), (SENTENCE, "STOP"))
    assert reply.usage_metadata.prompt_token_count > 0 and reply.usage_metadata.candidates_token_count > 0


@with_each("system text and settings")
def settings(model):
    asked = genai.GenerativeModel(
        model("demo-inspect"),
        system_instruction="Be brief.",
        generation_config={"temperature": 0.5, "max_output_tokens": 900},
    )
    seen = json.loads(asked.generate_content(SENTENCE, request_options=ONCE_ONLY).text)
    same((seen["system"], seen["temperature"], seen["topP"], seen["maxTokens"]), ("Be brief.", 0.5, None, 900))


def round_trip(model, script, stream, tools):
    declared = [{"name": name, "description": "About a place.", "parameters": CITY_PARAMETERS} for name in tools]
    options = {"tools": [{"function_declarations": declared}], "stream": stream}
    contents = [{"role": "user", "parts": [SENTENCE]}]
    first = ask(model(script), contents, **options)
    calls = [part.function_call for part in first.parts if "function_call" in part]
    results = [{"function_response": {"name": call.name, "response": {"output": "晴"}}} for call in calls]
    contents += [first.candidates[0].content, {"role": "user", "parts": results}]
    second = ask(model(script), contents, **options)
    assert len(second.text) > 3
    return [(call.name, dict(call.args)) for call in calls]


@with_each_both_ways("a tool and its result")
def one_tool(model, stream):
    same(round_trip(model, "demo-tools", stream, ["get_weather"]), TWO_CALLS[:1])


@with_each_both_ways("parallel tools")
def parallel_tools(model, stream):
    same(round_trip(model, "demo-parallel-tools", stream, ["get_weather", "get_time"]), TWO_CALLS)


@with_each_both_ways("an image")
def image(model, stream):
    picture = {"mime_type": "image/png", "data": base64.b64decode(PNG)}
    assert PNG_SEEN.match(ask(model("demo-image"), ["?", picture], stream).text)


@with_each("an answer by JSON schema")
def schema(model):
    wanted = {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"]}
    config = {"response_mime_type": "application/json", "response_schema": wanted}
    same(json.loads(ask(model("demo-json"), SENTENCE, generation_config=config).text), {"answer": "北京"})


@with_each_both_ways("the library's chats")
def chats(model, stream):
    chat = genai.GenerativeModel(model("demo-echo")).start_chat()
    for message in ("第一问", "第二问"):
        reply = chat.send_message(message, stream=stream)
        reply.resolve()
        same(reply.text, message)
    same(len(chat.history), 4)


@with_each("counting tokens")
def counting(model):
    asked = genai.GenerativeModel(model("demo-text"))
    assert 0 < asked.count_tokens(SENTENCE).total_tokens < asked.count_tokens(SENTENCE * 50).total_tokens


@with_each("embeddings, of one and of several", EMBEDDING_UPSTREAMS)
def embeddings(model):
    one = genai.embed_content(model="models/" + model("demo-text"), content=SENTENCE)["embedding"]
    several = genai.embed_content(model="models/" + model("demo-text"), content=[SENTENCE, "second"])["embedding"]
    same([len(each) for each in several], [64, 64])
    assert all(abs(x - y) < 1e-6 for x, y in zip(one, several[0]))


@with_each("an upstream's 429 as TooManyRequests")
def upstream_limit(model):
    error = failure_of(lambda: ask(model("demo-429"), SENTENCE))
    assert isinstance(error, exceptions.TooManyRequests), repr(error)


@with_each("an upstream's 400 as BadRequest")
def upstream_refusal(model):
    error = failure_of(lambda: ask(model("demo-context-too-long"), SENTENCE))
    assert isinstance(error, exceptions.BadRequest), repr(error)


@once("errors by their classes")
def errors():
    def of(key, model="gemini.demo-text"):
        use(key)
        try:
            return ask(model, SENTENCE)
        finally:
            use(KEY)

    wrong = failure_of(lambda: of(WRONG_KEY))
    assert isinstance(wrong, exceptions.Unauthorized), repr(wrong)
    poor = failure_of(lambda: of(POOR_KEY))
    assert isinstance(poor, exceptions.GoogleAPICallError) and poor.code == 402, repr(poor)
    missing = failure_of(lambda: of(KEY, "gemini.demo-txet"))
    assert isinstance(missing, exceptions.NotFound), repr(missing)
    limited = limit_of(of)
    assert isinstance(limited, exceptions.TooManyRequests), repr(limited)


@once("models, listed and one")
def models():
    assert "models/anthropic.demo-echo" in [model.name for model in genai.list_models()]
    same(genai.get_model("models/anthropic.demo-echo").name, "models/anthropic.demo-echo")
    missing = failure_of(lambda: genai.get_model("models/anthropic.demo-ohce"))
    assert isinstance(missing, exceptions.NotFound), repr(missing)


use(KEY)
run_checks()
