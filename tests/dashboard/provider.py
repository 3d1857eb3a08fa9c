"""A small OpenID Connect provider on this machine: it signs in whoever it is told to, without asking."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "brandkit", "a secret of the client"


class Provider:
    """OpenID Connect Core 1.0, the authorization code flow, with one key.

    Attributes:
        claims: of the person who signs in next.
    """

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig"}, private=True)
        self.codes: dict[str, str | None] = {}
        self.address = ""

    def configuration(self) -> dict[str, Any]:
        """The document that clients find everything else by."""
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/jwks",
            "userinfo_endpoint": f"{self.address}/userinfo",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def code(self, nonce: str | None) -> str:
        """A code that is good for one token."""
        made = secrets.token_hex(8)
        self.codes[made] = nonce
        return made

    def token(self, code: str) -> dict[str, Any]:
        """What a code is good for."""
        now = int(time.time())
        claims = {"iss": self.address, "aud": CLIENT, "sub": "1", "iat": now, "exp": now + 600, **self.claims}
        if nonce := self.codes.pop(code):
            claims["nonce"] = nonce
        signed = jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.key)
        return {"access_token": "x", "token_type": "Bearer", "expires_in": 600, "id_token": signed}


@contextmanager
def provider() -> Iterator[Provider]:
    """A running provider."""
    served = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            if parts.path == "/authorize":
                back = {"code": served.code(asked.get("nonce")), "state": asked["state"]}
                self.send_response(302)
                self.send_header("Location", f"{asked['redirect_uri']}?{urlencode(back)}")
                self.end_headers()
                return
            self._say(
                {
                    "/jwks": {"keys": [served.key.as_dict(private=False)]},
                    "/userinfo": {"sub": "1", **served.claims},
                }.get(parts.path, served.configuration())
            )

        def do_POST(self) -> None:
            sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self._say(served.token(sent["code"][0]))

        def _say(self, content: Any) -> None:
            body = json.dumps(content).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.address = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield served
    server.shutdown()
