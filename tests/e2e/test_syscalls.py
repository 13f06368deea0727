"""What the program asks of the kernel, by strace: docs/security.md lists it, and a seccomp profile is made of it."""

import os
import re
import shutil

import pytest

import fakes
from conftest import ROOT, until

# What a sanitizer or a C library of another age asks for besides.
OF_THE_SANITIZER = {"getrusage", "gettid", "personality", "readlink", "sched_yield", "sigaltstack", "sched_getaffinity", "getcwd", "tgkill", "open"}
IN_THE_PLACE_OF_OTHERS = {"clone", "fstat", "stat", "accept4", "epoll_pwait", "epoll_pwait2", "pselect6", "ppoll", "setrlimit", "getrlimit",
                          "mremap", "writev", "restart_syscall", "recvmsg", "sendmmsg", "clock_nanosleep"}


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
def test_a_gateway_asks_the_kernel_for_what_the_manual_lists_and_writes_no_file(start, tmp_path):
    trace = tmp_path / "trace"
    listed = set(re.findall(r"`(\w+)`", re.search(r"(?s)<!-- syscalls -->(.*?)<!-- end -->", (ROOT / "docs/security.md").read_text())[1]))
    authority = fakes.Authority(tmp_path)
    certificate, key = authority.certificate("own", "DNS:localhost", "IP:127.0.0.1")

    def serve(talk):
        while (request := talk.request()) is not None:
            if b'"stream":true' in request.replace(b" ", b""):
                talk.send(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n" + fakes.openai_chunk({"content": "Hello"})
                          + fakes.openai_chunk({}, "stop") + b"data: [DONE]\n\n")
                return
            talk.send(fakes.whole(fakes.openai_answer()))

    with fakes.raw(serve) as plain, fakes.raw(serve, authority.server(certificate, key)) as secure:
        # A sanitizer cannot look for leaks while another traces.
        gateway = start(f"""
model_list:
  - model_name: plain
    litellm_params: {{model: openai/m, api_base: "{plain.url}/v1", api_key: k}}
  - model_name: secure
    litellm_params: {{model: openai/m, api_base: "https://localhost:{secure.port}/v1", api_key: k}}
  - model_name: nowhere
    litellm_params: {{model: openai/m, api_base: "https://nobody.invalid/v1", api_key: k, timeout: 1}}
""", "--ca-file", authority.file, simulated=False, under=("strace", "-D", "-f", "-qq", "-o", trace),
                        env={"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"})
        served_from = trace.stat().st_size
        for model in ("plain", "secure"):
            for stream in (False, True):
                assert gateway.ask(model, stream=stream).status_code == 200
        body = {"model": "plain", "max_tokens": 9, "messages": [{"role": "user", "content": "x" * 300_000}]}
        assert gateway.http.post("/v1/messages", json=body).status_code == 200
        for page in ("/health", "/metrics", "/model/info", "/explain?model=plain"):
            assert gateway.http.get(page).status_code == 200
        assert gateway.ask("nowhere", num_retries=0).status_code in (502, 504)  # DNS.
        gateway.signal(1)
        until(lambda: "event=reload" in gateway.errors())
        gateway.signal(15)
        assert gateway.wait() == 0

    whole = trace.read_text()
    calls = set(re.findall(r"(?m)^\d+ +(?:<\.\.\. )?(\w+)(?:\(| resumed)", whole))
    assert {"sendmsg", "epoll_wait", "accept"} & calls, "nothing was traced"
    assert calls - listed - OF_THE_SANITIZER - IN_THE_PLACE_OF_OTHERS == set()
    serving = whole[served_from:]
    assert re.findall(r"(?m)^.*\b(?:execve|execveat|fork|vfork|unlink\w*|rename\w*|mkdir\w*|chmod|chown|ptrace|setuid)\(.*$", serving) == []
    assert re.findall(r"(?m)^.*\bopenat?\(.*(?:O_WRONLY|O_RDWR|O_CREAT).*$", whole) == []
