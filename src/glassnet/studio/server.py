"""The server of the page: its files, and a WebSocket behind which a network lives."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from glassnet.core.errors import InputError
from glassnet.studio.door import SAFE, Door
from glassnet.studio.given import Given
from glassnet.studio.messages import MOST_FILE, Refused, lane_of, read_wish, told
from glassnet.studio.welcome import welcome
from glassnet.studio.worker import Worker

MOST_SESSIONS = 24
MOST_WISHES = 400  # a second, of one page
MOST_WAITING = 2_000  # answers that a page has not taken
IDLE = 30 * 60.0  # seconds after which a page that nobody looks at is left
HERE = '{"do":"here"}'  # what a page says every minute while it is looked at
RESTED = "Nobody looked at this page for half an hour, so its network was ended: load it again."
FILES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"),
    "/page.css": ("page.css", "text/css; charset=utf-8"),
    "/icon.svg": ("icon.svg", "image/svg+xml"),
}


class Guarded:
    """The application behind the door: who shows nothing is told why, and gets no further."""

    def __init__(self, inner: ASGIApp, door: Door) -> None:
        self.inner, self.door = inner, door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.inner(scope, receive, send)
            return
        talks = scope["type"] == "websocket"
        query = scope.get("query_string", b"").decode("latin-1")
        refused = self.door.refusal(scope["headers"], query, talks)

        async def safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*message.get("headers", []), *SAFE]
                if not refused:
                    headers.append(self.door.keep())
                message = {**message, "headers": headers}
            await send(message)

        if not refused:
            await self.inner(scope, receive, safely)
        elif talks:
            await send({"type": "websocket.close", "code": 4403, "reason": refused[:120]})
        else:
            await PlainTextResponse(refused + "\n", 403)(scope, receive, safely)


class Session:
    """One page: what it wishes goes to its process, and what that says back to the page.

    Of frames that the page has not taken only the newest is kept, and the process makes no other
    until they are handed on.
    """

    def __init__(self, socket: WebSocket, given: Given) -> None:
        self.socket = socket
        self.loop = asyncio.get_running_loop()
        self.told: asyncio.Queue[str] = asyncio.Queue(MOST_WAITING)
        self.frames: dict[bytes, bytes] = {}
        self.news = asyncio.Event()
        self.gone = asyncio.Event()
        self.heard = time.monotonic()
        self.rested = False
        self.given = given
        self._worker: Worker | None = None

    def wish(self, text: str) -> None:
        """Hands a wish to the page's process, which begins with the first of them."""
        if self._worker is None:
            self._worker = Worker(self.given, self._from_worker, self._ended)
        self._worker.send(text)

    def close(self) -> None:
        if self._worker is not None:
            self._worker.close()

    def _from_worker(self, message: str | bytes) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
            self.loop.call_soon_threadsafe(self._put, message)

    def _ended(self) -> None:
        with contextlib.suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self.gone.set)

    def _put(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            self.frames[lane_of(message)] = message
        elif self.told.full():
            self.gone.set()
        else:
            self.told.put_nowait(message)
        self.news.set()

    async def speak(self) -> None:
        """Hands on what the process says, answers first."""
        while True:
            await self.news.wait()
            self.news.clear()
            while not self.told.empty() or self.frames:
                if not self.told.empty():
                    await self.socket.send_text(self.told.get_nowait())
                else:
                    await self.socket.send_bytes(self.frames.pop(next(iter(self.frames))))
                    if not self.frames and self._worker is not None:
                        await asyncio.to_thread(self._worker.taken)

    async def listen(self) -> None:
        """Takes the page's wishes, as fast as a page may have them."""
        since, count = time.monotonic(), 0
        while True:
            message = await self.socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            text = message.get("text")
            self.heard = now = time.monotonic()
            if text == HERE:
                continue
            if now - since > 1.0:
                since, count = now, 0
            count += 1
            if count > MOST_WISHES:
                await asyncio.sleep(since + 1.0 - now)
            try:
                if not isinstance(text, str):
                    raise InputError("a message must be a JSON text.")
                read_wish(text)
                await asyncio.to_thread(self.wish, text)
            except InputError as error:
                self._put(told(None, Refused(str(error))))

    async def watch(self) -> None:
        """Returns when the process is gone, or nobody has looked at the page for long."""
        while time.monotonic() - self.heard < IDLE:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.gone.wait(), min(20.0, IDLE))
                self._put(told(None, Refused("this page's network ended: load the page again.")))
                await asyncio.sleep(0.2)
                return
        self.rested = True

    async def live(self) -> None:
        tasks = [asyncio.create_task(each()) for each in (self.speak, self.listen, self.watch)]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.to_thread(self.close)


def page_files() -> Traversable:
    """Where the built page lies."""
    return files("glassnet.studio") / "page"


def application(door: Door, given: Given, page: Traversable | None = None) -> ASGIApp:
    """The application, behind its door. Args: page, where its files lie."""
    home = page or page_files()
    sessions: set[Session] = set()

    def sender(name: str, kind: str) -> Callable[[Request], Any]:
        async def send(request: Request) -> Response:
            content = (home / name).read_bytes()
            return Response(content, headers={"content-type": kind})

        return send

    async def talk(socket: WebSocket) -> None:
        if len(sessions) >= MOST_SESSIONS:
            await socket.accept()
            await socket.close(4429, f"{MOST_SESSIONS} pages are open: close one first.")
            return
        await socket.accept()
        await socket.send_text(told(None, welcome(given)))
        session = Session(socket, given)
        sessions.add(session)
        try:
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                await session.live()
        finally:
            sessions.discard(session)
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                await (socket.close(4408, RESTED) if session.rested else socket.close())

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        for session in [*sessions]:
            session.close()

    routes = [Route(path, sender(*found), methods=["GET"]) for path, found in FILES.items()]
    inner = Starlette(routes=[*routes, WebSocketRoute("/talk", talk)], lifespan=lifespan)
    return Guarded(inner, door)


def settings(door: Door, given: Given, page: Traversable | None = None) -> uvicorn.Config:
    """How uvicorn is to serve it."""
    return uvicorn.Config(
        application(door, given, page),
        log_level="error",
        access_log=False,
        ws="websockets-sansio",
        ws_max_size=MOST_FILE,
        ws_ping_interval=30,
        ws_ping_timeout=60,
        limit_concurrency=200,
        timeout_graceful_shutdown=2,
        server_header=False,
        proxy_headers=False,
    )


def serve(door: Door, given: Given, socket: Any) -> None:
    """Answers on a socket that listens, until it is interrupted."""
    uvicorn.Server(settings(door, given)).run(sockets=[socket])
