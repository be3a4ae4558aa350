"""What in-line.ts does for JavaScript: streams that stand in line, in every library at once."""

import json
import threading
import time
import traceback
import urllib.request
import warnings

warnings.simplefilter("ignore")  # The former library says that it is no longer supported.

import google.generativeai as former
import ollama
from anthropic import Anthropic
from google import genai
from google.genai import types
from openai import OpenAI

from checks import KEY, SENTENCE, URL, same

HOLDER = "demo-chunks-10-every-1000ms"
QUIET_S = 3
MESSAGES = [{"role": "user", "content": SENTENCE}]

openai_client = OpenAI(base_url=URL + "/v1", api_key=KEY, max_retries=0)
anthropic_client = Anthropic(base_url=URL, api_key=KEY, max_retries=0)
google_client = genai.Client(
    api_key=KEY, http_options=types.HttpOptions(base_url=URL, retry_options=types.HttpRetryOptions(attempts=1))
)
ollama_client = ollama.Client(host=URL, headers={"Authorization": "Bearer " + KEY})
former.configure(api_key=KEY, transport="rest", client_options={"api_endpoint": URL})


def openai_helper(model):
    with openai_client.chat.completions.stream(model=model, messages=MESSAGES) as stream:
        choice = stream.get_final_completion().choices[0]
    same((choice.message.role, choice.finish_reason), ("assistant", "stop"))
    return choice.message.content


def openai_loop(model):
    text = ""
    for chunk in openai_client.chat.completions.create(model=model, messages=MESSAGES, stream=True):
        text += chunk.choices[0].delta.content or ""
    return text


def every_line(model):
    """As many course pages have it: each line that isn't empty is data."""
    body = json.dumps({"model": model, "messages": MESSAGES, "stream": True}).encode()
    headers = {"Authorization": "Bearer " + KEY, "Content-Type": "application/json"}
    text = ""
    with urllib.request.urlopen(urllib.request.Request(URL + "/v1/chat/completions", body, headers)) as response:
        for line in response:
            line = line.decode().strip()
            if not line or line == "data: [DONE]":
                continue
            text += json.loads(line[len("data: ") :])["choices"][0]["delta"].get("content") or ""
    return text


def completions(model):
    stream = openai_client.completions.create(model=model, prompt=SENTENCE, max_tokens=100, stream=True)
    return "".join(chunk.choices[0].text for chunk in stream)


def responses_helper(model):
    with openai_client.responses.stream(model=model, input=SENTENCE, store=False) as stream:
        response = stream.get_final_response()
    same(response.status, "completed")
    return response.output_text


def anthropic_helper(model):
    with anthropic_client.messages.stream(model=model, max_tokens=100, messages=MESSAGES) as stream:
        message = stream.get_final_message()
    same(message.stop_reason, "end_turn")
    return "".join(block.text for block in message.content if block.type == "text")


def anthropic_loop(model):
    text = ""
    for event in anthropic_client.messages.create(model=model, max_tokens=100, messages=MESSAGES, stream=True):
        if event.type == "content_block_delta" and event.delta.type == "text_delta":
            text += event.delta.text
    return text


def google_chat(model):
    chat = google_client.chats.create(model=model)
    text = "".join(chunk.text or "" for chunk in chat.send_message_stream(SENTENCE))
    said = [part.text or "" for turn in chat.get_history(curated=True) if turn.role == "model" for part in turn.parts]
    same("".join(said), text)
    return text


def google_former(model):
    stream = former.GenerativeModel(model).generate_content(SENTENCE, stream=True)
    return "".join(part.text for chunk in stream for part in chunk.parts)


def ollama_chat(model):
    return "".join(line.message.content for line in ollama_client.chat(model=model, messages=MESSAGES, stream=True))


def ollama_generate(model):
    return "".join(line.response for line in ollama_client.generate(model=model, prompt=SENTENCE, stream=True))


CHECKS = [
    ("openai, chat, the helper", "openai-chat", openai_helper),
    ("openai, chat, a simple loop", "openai-chat", openai_loop),
    ("urllib, chat, every line taken for data", "openai-chat", every_line),
    ("openai, completions", "openai-chat", completions),
    ("openai, responses, the helper", "openai-responses", responses_helper),
    ("anthropic, the helper", "anthropic", anthropic_helper),
    ("anthropic, a simple loop", "anthropic", anthropic_loop),
    ("google-genai, a chat, whose history is right", "gemini", google_chat),
    ("google-generativeai", "gemini", google_former),
    ("ollama, chat", "ollama", ollama_chat),
    ("ollama, generate", "ollama", ollama_generate),
]


# Once for each channel whose slot is taken: its answer has begun.
holding = threading.Semaphore(0)


def hold(protocol):
    try:
        chunks = openai_client.chat.completions.create(
            model=f"queued.{protocol}.{HOLDER}", messages=MESSAGES, stream=True
        )
    finally:
        holding.release()
    for _ in chunks:
        pass


def run(name, upstream, check):
    since = time.monotonic()
    problem = None
    try:
        same(check(f"queued.{upstream}.demo-echo"), SENTENCE)
        if time.monotonic() - since < QUIET_S:
            problem = "it did not have to wait"
    except Exception:
        problem = traceback.format_exc()
    print(json.dumps({"name": name, "upstream": upstream, "problem": problem}) + "\n", end="", flush=True)


PROTOCOLS = ["openai-chat", "openai-responses", "anthropic", "gemini", "ollama"]
threads = [threading.Thread(target=hold, args=(protocol,)) for protocol in PROTOCOLS]
for thread in threads:
    thread.start()
for _ in PROTOCOLS:
    holding.acquire()
for name, own, check in CHECKS:
    # Its bytes pass, and translated.
    for upstream in {own, "openai-chat", "anthropic"}:
        threads.append(threading.Thread(target=run, args=(name, upstream, check)))
        threads[-1].start()
for thread in threads:
    thread.join()
