"""A provider whose pace is known, and clients by the hundred that do not fall behind it: what a test of overload compares are
two phases of one run, so that it does not matter how fast the machine is."""

import asyncio
import contextlib
import re
import socket
import threading
import time

import fakes
from load import Reply


class Paced:
    """Answers each POST `latency` seconds after it has come, as many at once as come; with `words` it streams them, one each
    `latency`, where a stream was asked for."""

    def __init__(self, latency, words=("Hello", " there")):
        self.latency = latency
        self.words = words
        self.open = 0
        self.most = 0
        self.answered = 0
        self.left = 0  # Whose connection ended before their answer.
        listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
        self.port = listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.loop = asyncio.new_event_loop()
        self.over = asyncio.Event()
        self.thread = threading.Thread(target=self._run, args=(listener,), daemon=True)
        self.thread.start()

    def _run(self, listener):
        with asyncio.Runner(loop_factory=lambda: self.loop) as runner:
            runner.run(self._listen(listener))

    async def _listen(self, listener):
        async with await asyncio.start_server(self._serve, sock=listener, backlog=4096):
            await self.over.wait()

    async def _serve(self, reader, writer):
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                body = await reader.readexactly(int(re.search(rb"(?im)^content-length: *(\d+)", head)[1]))
                self.open += 1
                self.most = max(self.most, self.open)
                try:
                    await self._answer(writer, b'"stream":true' in body.replace(b" ", b""))
                    self.answered += 1
                except OSError:
                    self.left += 1
                finally:
                    self.open -= 1
        writer.close()

    async def _answer(self, writer, stream):
        if not stream:
            await asyncio.sleep(self.latency)
            writer.write(fakes.whole(fakes.openai_answer()))
            return await writer.drain()
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        for word in self.words:
            await asyncio.sleep(self.latency)
            event = fakes.openai_chunk({"content": word})
            writer.write(b"%x\r\n%s\r\n" % (len(event), event))
            await writer.drain()
        end = fakes.openai_chunk({}, "stop") + b"data: [DONE]\n\n"
        writer.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(end), end))
        return await writer.drain()

    def close(self):
        self.loop.call_soon_threadsafe(self.over.set)
        self.thread.join(10)


@contextlib.contextmanager
def paced(latency, **more):
    provider = Paced(latency, **more)
    try:
        yield provider
    finally:
        provider.close()


class Outcome:
    """One request of a crowd: when it was sent and answered, by the monotonic clock, and what came."""

    def __init__(self, sent, done, reply):
        self.sent, self.done, self.reply = sent, done, reply

    @property
    def status(self):
        return self.reply.status

    @property
    def took(self):
        return self.done - self.sent


async def read_reply(reader):
    """A whole answer; raises `IncompleteReadError` where it breaks off."""
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


class Crowd:
    """Clients of one address; connections are kept and used again."""

    def __init__(self, port):
        self.port = port
        self.outcomes = []
        self.idle = []

    async def ask(self, message):
        reader, writer = self.idle.pop() if self.idle else await asyncio.open_connection("127.0.0.1", self.port)
        sent = time.monotonic()
        writer.write(message)
        reply = await read_reply(reader)
        self.outcomes.append(Outcome(sent, time.monotonic(), reply))
        if "connection: close" in reply.head.lower():
            writer.close()
        else:
            self.idle.append((reader, writer))
        return reply

    async def again_and_again(self, message, clients, seconds, wait=0.0):
        """So many clients, each of which asks anew when it has its answer; after a refusal `wait` later."""
        end = time.monotonic() + seconds

        async def one():
            while time.monotonic() < end:
                if (await self.ask(message)).status != 200:
                    await asyncio.sleep(wait)

        await asyncio.gather(*(one() for _ in range(clients)))

    async def at_rate(self, message, rate, seconds):
        """So many a second, whatever becomes of them."""
        began = time.monotonic()
        asked = []
        for i in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, began + i / rate - time.monotonic()))
            asked.append(asyncio.create_task(self.ask(message)))
        await asyncio.gather(*asked)

    def close(self):
        for _, writer in self.idle:
            writer.close()
