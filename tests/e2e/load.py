"""Clients that send much: at a rate whatever the answers take, or as fast as they come."""

import asyncio
import re
import time

import httpx


class Shot:
    """One request: its status, the region that answered, the time to the first content and to the end."""

    def __init__(self):
        self.status = 0
        self.region = None
        self.first = None
        self.took = None
        self.error = None
        self.at = 0.0

    def __repr__(self):
        return f"<{self.status} {self.region} at {self.at:.3f} took {self.took} {self.error or ''}>"


async def _one(client, url, model, stream):
    shot = Shot()
    shot.at = began = time.monotonic()
    body = {"model": model, "messages": [{"role": "user", "content": "How far is it?"}], "stream": stream, "max_tokens": 16}
    try:
        async with client.stream("POST", url + "/v1/chat/completions", json=body) as answer:
            shot.status = answer.status_code
            shot.region = answer.headers.get("x-meridian-region")
            async for piece in answer.aiter_bytes():
                if shot.first is None and (not stream or b'"content":"' in piece):
                    shot.first = time.monotonic() - began
    except httpx.HTTPError as error:
        shot.error = repr(error)
    shot.took = time.monotonic() - began
    return shot


async def _run(url, model, rate, seconds, stream, events):
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=100)
    async with httpx.AsyncClient(timeout=60, limits=limits, trust_env=False) as client:
        began = time.monotonic()
        tasks = []
        pending = sorted(events, key=lambda event: event[0])
        for i in range(int(rate * seconds)):
            due = began + i / rate
            while pending and began + pending[0][0] <= due:
                await asyncio.to_thread(pending.pop(0)[1])
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            tasks.append(asyncio.create_task(_one(client, url, model, stream)))
        return await asyncio.gather(*tasks)


def fire(gateway, model, rate, seconds, stream=False, events=()):
    """All shots. `events`: (second, function) pairs that happen on the way."""
    return asyncio.run(_run(gateway.url, model, rate, seconds, stream, list(events)))


def quantile(values, q):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))]


class Reply:
    """A whole answer as it came over the wire."""

    def __init__(self, status, head, body):
        self.status = status
        self.head = head
        self.body = body

    def field(self, name):
        found = re.search(rf"(?im)^{re.escape(name)}: (.*?)\r?$", self.head)
        return found[1] if found else None


async def _read(reader):
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    length = re.search(r"(?im)^content-length: (\d+)", head)
    if length:
        body = await reader.readexactly(int(length[1]))
    else:
        body = b""
        while size := int(await reader.readuntil(b"\r\n"), 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readexactly(2)
    return Reply(int(head.split()[1]), head, body)


async def _worker(address, requests, replies):
    """Sends over one connection, several ahead; opens another when the server ends it."""
    while requests:
        reader, writer = await asyncio.open_connection(*address)
        ahead = []
        closed = False
        while not closed and (requests or ahead):
            while requests and len(ahead) < 8:
                ahead.append(requests.pop())
                writer.write(ahead[-1][1])
            number, _ = ahead.pop(0)
            replies[number] = await _read(reader)
            closed = "connection: close" in replies[number].head.lower()
        requests += reversed(ahead)  # They were never looked at.
        writer.close()


async def _burst(address, messages, connections):
    replies = [None] * len(messages)
    requests = list(reversed(list(enumerate(messages))))
    await asyncio.gather(*(_worker(address, requests, replies) for _ in range(connections)))
    return replies


def post(body, path="/v1/chat/completions", fields=""):
    """A POST as bytes."""
    return (f"POST {path} HTTP/1.1\r\nhost: gateway\r\ncontent-type: application/json\r\n{fields}"
            f"content-length: {len(body)}\r\n\r\n").encode() + body


def burst(gateway, messages, connections=8):
    """The replies to HTTP/1.1 messages, in order, sent as fast as they are taken: some 10,000 a second."""
    return asyncio.run(_burst(("127.0.0.1", gateway.port), messages, connections))
