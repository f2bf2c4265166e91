"""LiveKit participants who share no code with Parlour's pages, for the specs.

It takes lines of JSON, such as {"id": 1, "do": "join", "who": "ada", "url": "ws://…", "token": "…"}, and answers each by
{"id": 1}, or by {"id": 1, "error": "…"} when that could not be done. What a participant sees of the others is told as
{"seen": {"by": "ada", "from": identity, "what": "camera"}}. It ends with its standard input.
"""

import array
import asyncio
import base64
import json
import sys

from livekit import rtc

WIDTH, HEIGHT, FRAMES_PER_SECOND = 160, 90, 10
SAMPLES_PER_SECOND = 48_000
# Nothing that is waited for takes this long, and how often it is looked whether it is there.
PATIENCE_S, LOOK_EVERY_S = 20, 0.05
# A payload of the longest packet fits into a line.
LINE_MAX_BYTES = 1 << 20

SOURCES = {
    "camera": rtc.TrackSource.SOURCE_CAMERA,
    "microphone": rtc.TrackSource.SOURCE_MICROPHONE,
    "screen_share": rtc.TrackSource.SOURCE_SCREENSHARE,
    "screen_share_audio": rtc.TrackSource.SOURCE_SCREENSHARE_AUDIO,
}
NAMES = {source: name for name, source in SOURCES.items()}
SOUNDS = ("microphone", "screen_share_audio")


def tell(**what):
    print(json.dumps(what), flush=True)


async def pictures(source):
    """Films without end; LiveKit tells others of a track when something of it has come."""
    frame = rtc.VideoFrame(WIDTH, HEIGHT, rtc.VideoBufferType.I420, bytes(WIDTH * HEIGHT * 3 // 2))
    while True:
        source.capture_frame(frame)
        await asyncio.sleep(1 / FRAMES_PER_SECOND)


async def sound(source):
    """Hums without end: silence might not be sent at all."""
    samples = array.array("h", [4_000 if at // 48 % 2 else -4_000 for at in range(SAMPLES_PER_SECOND // 100)])
    frame = rtc.AudioFrame(samples.tobytes(), SAMPLES_PER_SECOND, 1, len(samples))
    while True:
        await source.capture_frame(frame)


class Client:
    """A participant."""

    def __init__(self, name):
        self.name = name
        self.feeds = []
        self.tracks = {}
        self.room = rtc.Room()
        self.room.on("track_published", self.saw_track)
        self.room.on("track_muted", lambda person, _publication: self.saw(person, "muted"))
        self.room.on("track_unmuted", lambda person, _publication: self.saw(person, "unmuted"))
        self.room.on("data_received", self.got)
        self.room.on("participant_connected", lambda person: self.saw(person, "came"))
        self.room.on("participant_disconnected", lambda person: self.saw(person, "left"))

    def saw(self, person, what, **more):
        # What a server sends has no sender; nor has, here, what comes from somebody before it is told that they came.
        tell(seen={"by": self.name, "from": person.identity if person else "", "what": what, **more})

    def saw_track(self, publication, person):
        self.saw(person, NAMES.get(publication.source, "unknown"))

    def got(self, packet):
        self.saw(packet.participant, "data", topic=packet.topic or "", text=packet.data.decode(errors="replace"))

    async def join(self, asked):
        await self.room.connect(asked["url"], asked["token"], rtc.RoomOptions(auto_subscribe=False))
        for person in self.room.remote_participants.values():
            for publication in person.track_publications.values():
                self.saw_track(publication, person)

    async def publish(self, asked):
        name = asked["source"]
        if name in SOUNDS:
            source = rtc.AudioSource(SAMPLES_PER_SECOND, 1)
            track = rtc.LocalAudioTrack.create_audio_track(name, source)
        else:
            source = rtc.VideoSource(WIDTH, HEIGHT)
            track = rtc.LocalVideoTrack.create_video_track(name, source)
        options = rtc.TrackPublishOptions(source=SOURCES[name], simulcast=False)
        await self.room.local_participant.publish_track(track, options)
        self.tracks[name] = track
        self.feeds.append(asyncio.create_task(sound(source) if name in SOUNDS else pictures(source)))

    async def flicker(self, asked):
        """Mutes and unmutes what it has published, so many times and as quickly as it can be said.

        The library sends each word by a task of its own, so that LiveKit may hear them in another order."""
        track = self.tracks[asked["source"]]
        for _ in range(asked["times"]):
            track.mute()
            track.unmute()

    async def send(self, asked):
        payload = base64.b64decode(asked["payload"])
        await self.room.local_participant.publish_data(payload, reliable=asked["reliable"], topic=asked["topic"])

    async def watch(self, asked):
        """Waits for a picture of somebody."""
        await asyncio.wait_for(self.picture_of(asked["whom"]), PATIENCE_S)

    async def picture_of(self, identity):
        while not (publications := self.publications_of(identity)):
            await asyncio.sleep(LOOK_EVERY_S)
        publications[0].set_subscribed(True)
        while publications[0].track is None:
            await asyncio.sleep(LOOK_EVERY_S)
        stream = rtc.VideoStream(publications[0].track)
        async for _frame in stream:
            break
        await stream.aclose()

    def publications_of(self, identity):
        person = self.room.remote_participants.get(identity)
        return list(person.track_publications.values()) if person else []

    async def claim(self, asked):
        """Says something of itself, whether it may or not: LiveKit's answer is not told."""
        await self.room.local_participant.set_attributes(asked["attributes"])

    async def leave(self, _asked):
        for feed in self.feeds:
            feed.cancel()
        await self.room.disconnect()


async def answer(clients, asked):
    who = asked["who"]
    if who not in clients:
        clients[who] = Client(who)
    client = clients[who]
    do = {
        "join": client.join,
        "publish": client.publish,
        "flicker": client.flicker,
        "send": client.send,
        "watch": client.watch,
        "claim": client.claim,
        "leave": client.leave,
    }
    try:
        await do[asked["do"]](asked)
    except Exception as error:  # of whatever kind: it is the spec that judges
        tell(id=asked["id"], error=f"{type(error).__name__}: {error}")
    else:
        tell(id=asked["id"])


async def main():
    lines = asyncio.StreamReader(limit=LINE_MAX_BYTES)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    clients, working = {}, set()
    while line := await lines.readline():
        task = asyncio.create_task(answer(clients, json.loads(line)))
        working.add(task)
        task.add_done_callback(working.discard)


asyncio.run(main())
