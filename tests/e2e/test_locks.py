"""Locks of LiteLLM's files that are kept: keys in the wrong section, fields that requests need, guardrails on demand, the
size of answers."""

import json

import anthropic
import httpx
import openai
import pytest

import fakes

FLEET = """
model_list:
  - model_name: gpt
    litellm_params: {model: openai/gpt-4o, api_key: sk-any}
"""


def test_a_master_key_in_the_wrong_section_locks(start):
    gateway = start(FLEET + "litellm_settings: {master_key: sk-planted}\n")

    assert gateway.ask("gpt").status_code == 401
    assert gateway.ask("gpt", headers={"authorization": "Bearer sk-planted"}).status_code == 200
    assert "belongs in general_settings, and is applied as if it stood there" in gateway.errors()
    assert "in this place LiteLLM may never have enforced it" in gateway.errors()


def test_enforce_user_param_wants_a_user_in_each_dialect(start):
    gateway = start(FLEET + "general_settings: {enforce_user_param: true}\n")
    chat = openai.OpenAI(base_url=f"{gateway.url}/v1", api_key="any", max_retries=0).chat.completions
    messages = anthropic.Anthropic(base_url=gateway.url, api_key="any", max_retries=0).messages
    asked = {"model": "gpt", "messages": [{"role": "user", "content": "Hello"}]}

    with pytest.raises(openai.BadRequestError, match='"user" is missing'):
        chat.create(**asked)
    with pytest.raises(anthropic.BadRequestError, match='\\\\?"metadata.user_id\\\\?" is missing'):
        messages.create(**asked, max_tokens=9)
    assert gateway.log() == []

    assert chat.create(**asked, user="u").choices
    assert messages.create(**asked, max_tokens=9, metadata={"user_id": "u"}).content
    assert messages.count_tokens(**asked).input_tokens > 0


def test_enforced_params_name_what_is_missing(start):
    gateway = start(FLEET + "general_settings: {enforced_params: [metadata.generation_name]}\n")

    refused = gateway.ask("gpt", metadata={"other": "x"})
    assert refused.status_code == 400 and '"metadata.generation_name" is missing' in refused.json()["error"]["message"]
    assert gateway.ask("gpt", metadata={"generation_name": "x"}).status_code == 200


def test_guardrails_on_demand_load_and_requests_that_name_one_are_refused(start):
    gateway = start(FLEET + """
guardrails:
  - guardrail_name: pii
    litellm_params: {guardrail: presidio, mode: pre_call}
""")
    assert "no effect here: none of them is default_on" in gateway.errors()

    refused = gateway.ask("gpt", guardrails=["pii"])
    assert refused.status_code == 400 and "do not run here" in refused.json()["error"]["message"]
    assert gateway.log() == []
    assert gateway.ask("gpt").status_code == 200
    assert gateway.ask("gpt", guardrails=[]).status_code == 200


def large(bytes_):
    return fakes.openai_answer("x" * bytes_)


SIZED = """
model_list:
  - model_name: gpt
    litellm_params: {model: openai/gpt-4o, api_base: "%s/v1", api_key: k}
  - model_name: claude
    litellm_params: {model: anthropic/claude-sonnet-4, api_base: "%s", api_key: k}
general_settings: {max_response_size_mb: 0.5}
"""


@pytest.mark.parametrize("kilobytes, status", [(100, 200), (400, 200), (600, 400)])
def test_an_answer_that_is_too_large_is_refused(start, kilobytes, status):
    def answer(seen, reply):
        whole = fakes.anthropic_answer if "messages" in seen.path else fakes.openai_answer
        reply.whole(200, whole("x" * (kilobytes << 10)))

    with fakes.fake(answer) as provider:
        gateway = start(SIZED % (provider.url, provider.url), simulated=False)
        for model in ("gpt", "claude"):  # Passed on, and translated.
            got = gateway.ask(model)
            assert got.status_code == status
            assert status == 200 or got.json()["error"]["code"] == "response_too_large"
        assert len(provider.seen) == 2  # Nobody else is asked for the same again.


def test_an_answer_of_unknown_size_is_cut_at_the_limit(start):
    def answer(seen, reply):
        reply.begin("application/json")
        text = json.dumps(fakes.openai_answer("x" * (900 << 10))).encode()
        for at in range(0, len(text), 50_000):
            reply.piece(text[at:at + 50_000])
        reply.finish()

    with fakes.fake(answer) as provider:
        gateway = start(SIZED % (provider.url, provider.url), simulated=False)
        taken = 0
        with pytest.raises(httpx.RemoteProtocolError):
            with gateway.http.stream("POST", "/v1/chat/completions",
                                     json={"model": "gpt", "messages": [{"role": "user", "content": "Hello"}]}) as stream:
                for piece in stream.iter_raw():
                    taken += len(piece)
        assert 0 < taken <= 512 << 10
