"""Who may come in: this machine's browser, with the token, from the page itself.

The token stands in the address that is printed; after the first visit a cookie has its place.
Host and Origin are compared, so that no page from elsewhere, and no name that was turned to this
machine's address, reaches it.
"""

import secrets
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

Headers = list[tuple[bytes, bytes]]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; frame-src 'self' blob:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SAFE: Headers = [
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
]


@dataclass(frozen=True)
class Door:
    """What a request must show. names: the hosts that this studio answers to, with their port."""

    token: str
    host: str
    names: frozenset[str]
    port: int

    @classmethod
    def at(cls, host: str, port: int) -> "Door":
        names = {host, "127.0.0.1", "localhost"} if _is_here(host) else {host}
        told = {f"[{name}]" if ":" in name else name for name in names}
        shown = f"[{host}]" if ":" in host else host
        return cls(secrets.token_urlsafe(24), shown, frozenset(f"{n}:{port}" for n in told), port)

    @property
    def address(self) -> str:
        """What is opened: with the token in it."""
        return f"http://{self.host}:{self.port}/?token={self.token}"

    @property
    def cookie(self) -> str:
        """Its name: of another studio on another port it is another."""
        return f"glassnet-{self.port}"

    def refusal(self, headers: Headers, query: str, talks: bool) -> str:
        """Why a request does not come in, in a sentence; empty where it does.

        Args: talks, whether it opens a WebSocket, which must name where it comes from.
        """
        found = _last(headers)
        host, origin = found.get("host", ""), found.get("origin", "")
        if host not in self.names:
            return "This studio does not answer to that name: open the address that was printed."
        if (talks or origin) and origin not in {f"http://{name}" for name in self.names}:
            return "A page from elsewhere cannot speak with this studio."
        if not self.knows(found.get("cookie", ""), query):
            return (
                "The token is missing or another one's: open the address that `glassnet play` "
                "printed, to its last letter."
            )
        return ""

    def knows(self, cookie: str, query: str) -> bool:
        told = parse_qs(query).get("token", [""])[-1]
        jar: SimpleCookie = SimpleCookie()
        try:
            jar.load(cookie)
        except CookieError:
            return self._same(told)
        kept = jar[self.cookie].value if self.cookie in jar else ""
        return self._same(told) or self._same(kept)

    def _same(self, told: str) -> bool:
        return secrets.compare_digest(told.encode(), self.token.encode())

    def keep(self) -> tuple[bytes, bytes]:
        """The header by which the browser keeps the token."""
        text = f"{self.cookie}={self.token}; HttpOnly; SameSite=Strict; Path=/"
        return b"set-cookie", text.encode()


def _last(headers: Headers) -> dict[str, str]:
    """The headers by name; one that stands twice is none that can be trusted."""
    found: dict[str, str] = {}
    for name, value in headers:
        key = name.decode("latin-1").lower()
        found[key] = "" if key in found and key != "cookie" else value.decode("latin-1")
    return found


def _is_here(host: str) -> bool:
    return host in ("127.0.0.1", "localhost", "::1")
