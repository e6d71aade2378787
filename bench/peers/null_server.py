"""aiosmtpd as it is shipped, with a handler that takes mail and forgets it: ``null_server.py PORT``.

Run by the peers' interpreter, so it imports nothing of the desk.
"""

from __future__ import annotations

import asyncio
import sys

from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import SMTP


async def serve(port: int) -> None:
    """Listen until the process is ended; the host name is given, or each connection would look it up."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Sink(), hostname="null.example"), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
