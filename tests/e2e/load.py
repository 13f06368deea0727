"""An open-loop client: so many requests a second, whatever the answers take."""

import asyncio
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
    async with httpx.AsyncClient(timeout=60, limits=limits) as client:
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
