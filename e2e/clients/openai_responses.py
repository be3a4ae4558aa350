"""Responses, as the official openai library asks for them."""

import json

import openai

from checks import (
    ANSWER_SCHEMA,
    CITY_PARAMETERS,
    PNG,
    PNG_SEEN,
    SENTENCE,
    THOUGHTS,
    TWO_CALLS,
    failure_of,
    same,
    with_each,
    with_each_both_ways,
)


def tool(name):
    return {
        "type": "function",
        "name": name,
        "description": "About a place.",
        "parameters": CITY_PARAMETERS,
        "strict": True,
    }


def register_responses(client):
    def respond(stream, **request):
        """The whole answer, as it comes or as the end of a stream has it."""
        if not stream:
            return client.responses.create(**request)
        text = ""
        for event in client.responses.create(stream=True, **request):
            if event.type == "response.output_text.delta":
                text += event.delta
            if event.type == "response.completed":
                same(event.response.output_text, text)
                return event.response
        raise AssertionError("the stream did not complete")

    @with_each_both_ways("responses: text and usage")
    def text(model, stream):
        reply = respond(stream, model=model("demo-echo"), input=SENTENCE, store=False)
        same((reply.output_text, reply.status, reply.model), (SENTENCE, "completed", model("demo-echo")))
        usage = reply.usage
        assert usage.input_tokens > 0 and usage.output_tokens > 0
        same(usage.total_tokens, usage.input_tokens + usage.output_tokens)

    def round_trip(model, script, stream, tools):
        request = {
            "model": model(script),
            "tools": [tool(name) for name in tools],
            "store": False,
            "include": ["reasoning.encrypted_content"],
            "reasoning": {"effort": "medium", "summary": "auto"},
        }
        question = {"role": "user", "content": SENTENCE}
        history = [question]
        first = respond(stream, input=history, **request)
        calls = [item for item in first.output if item.type == "function_call"]
        history += first.output
        for call in calls:
            history.append({"type": "function_call_output", "call_id": call.call_id, "output": call.name + ": 晴"})
        second = respond(stream, input=history, **request)
        assert len(second.output_text) > 3
        respond(stream, input=[*history, *second.output, question], **request)
        return first, [(call.name, json.loads(call.arguments)) for call in calls]

    @with_each_both_ways("responses: a tool and its result")
    def one_tool(model, stream):
        same(round_trip(model, "demo-tools", stream, ["get_weather"])[1], TWO_CALLS[:1])

    @with_each_both_ways("responses: parallel tools")
    def parallel_tools(model, stream):
        same(round_trip(model, "demo-parallel-tools", stream, ["get_weather", "get_time"])[1], TWO_CALLS)

    @with_each_both_ways("responses: thinking, back with its signature")
    def thinking(model, stream):
        first, _ = round_trip(model, "demo-thinking-tools", stream, ["get_weather"])
        thoughts = [part.text for item in first.output if item.type == "reasoning" for part in item.summary]
        assert THOUGHTS.match("".join(thoughts)), first.output

    @with_each_both_ways("responses: an image")
    def image(model, stream):
        content = [
            {"type": "input_text", "text": "?"},
            {"type": "input_image", "detail": "auto", "image_url": "data:image/png;base64," + PNG},
        ]
        reply = respond(stream, model=model("demo-image"), input=[{"role": "user", "content": content}], store=False)
        assert PNG_SEEN.match(reply.output_text), reply

    @with_each("responses: the library's helper for streams")
    def helper(model):
        with client.responses.stream(model=model("demo-text"), input=SENTENCE) as events:
            for _ in events:
                pass
            assert "Hello from the demo upstream." in events.get_final_response().output_text

    @with_each("responses: an answer by JSON schema")
    def schema(model):
        reply = client.responses.create(
            model=model("demo-json"),
            input=SENTENCE,
            store=False,
            text={"format": {"type": "json_schema", "name": "answer", "strict": True, "schema": ANSWER_SCHEMA}},
        )
        same(json.loads(reply.output_text), {"answer": "北京"})

    @with_each_both_ways("responses: one that was kept, continued, retrieved and deleted")
    def stored(model, stream):
        first = respond(stream, model=model("demo-echo"), input="第一问", store=True)
        second = respond(
            stream, model=model("demo-inspect"), input="第二问", previous_response_id=first.id, store=True
        )
        same([turn["text"] for turn in json.loads(second.output_text)["turns"]], ["第一问", "第一问", "第二问"])
        same(client.responses.retrieve(first.id).output_text, "第一问")
        assert len(client.responses.input_items.list(second.id).data) > 0
        client.responses.delete(first.id)
        gone = failure_of(lambda: client.responses.retrieve(first.id))
        assert isinstance(gone, openai.NotFoundError), gone
