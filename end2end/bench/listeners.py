"""People who are inside and only listen, for the load bench: each has its own connection, and notes when a message of the
chat arrives whose text begins with the moment at which it was sent.

It takes a line of JSON for each, {"url": "ws://…", "token": "…"}, then an empty line, and says "inside" when all of them are.
Every further line is answered by a list for each of them: how long every message so far took, in milliseconds.
"""

import asyncio
import json
import re
import sys
import time

from livekit import rtc

SENT_AT = re.compile(rb'"text":"([\d.]+) ')


class Listener:
    def __init__(self):
        self.delays_ms = []
        self.room = rtc.Room()
        self.room.on("data_received", self.note)

    def note(self, packet):
        now_ms = time.time() * 1_000
        self.delays_ms.extend(now_ms - float(sent) for sent in SENT_AT.findall(packet.data))

    async def join(self, asked):
        await self.room.connect(asked["url"], asked["token"], rtc.RoomOptions(auto_subscribe=False))


async def main():
    lines = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    listeners = []
    while (line := await lines.readline()).strip():
        listeners.append(Listener())
        await listeners[-1].join(json.loads(line))
    print("inside", flush=True)
    while await lines.readline():
        print(json.dumps([listener.delays_ms for listener in listeners]), flush=True)


asyncio.run(main())
