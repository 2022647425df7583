"""The script that a shop pastes in: ``<script src="https://HOST/cw.js" async></script>``."""

from __future__ import annotations

import gzip
import hashlib
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from app.support.paths import resources

_CACHE: Final = "public, max-age=86400, stale-while-revalidate=604800"


class Script:
    """``GET /cw.js``, read once; it finds the site's address in its own ``src``."""

    def __init__(self) -> None:
        self._plain = (resources() / "site" / "cw.js").read_bytes()
        self._packed = gzip.compress(self._plain, mtime=0)
        self._etag = f'"{hashlib.sha256(self._plain).hexdigest()[:20]}"'

    async def get(self, request: Request) -> Response:
        headers = {
            "ETag": self._etag,
            "Cache-Control": _CACHE,
            "Vary": "Accept-Encoding",
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        if self._etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        packed = "gzip" in request.headers.get("accept-encoding", "")
        if packed:
            headers["Content-Encoding"] = "gzip"
        return Response(self._packed if packed else self._plain, 200, headers, "text/javascript")
