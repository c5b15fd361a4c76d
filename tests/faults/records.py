"""A server's end of TLS that decides itself which records go out in one packet."""

import ssl
from contextlib import suppress

import anyio
from anyio.abc import SocketStream

from tests.faults.engines import read_head


class Records:
    """TLS over a plain stream, record by record."""

    def __init__(self, stream: SocketStream, context: ssl.SSLContext) -> None:
        self._stream = stream
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_side=True)

    async def shake(self, *records: bytes, farewell: bool = False, rest: bytes = b"") -> None:
        """Agree on TLS; `records` go out with the last word of it."""
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                await self.send()
                self._in.write(await self._stream.receive())
            else:
                return await self.send(*records, farewell=farewell, rest=rest)

    async def send(self, *records: bytes, farewell: bool = False, rest: bytes = b"") -> None:
        """Send what there is to send, and each of `records` as one, in a single packet, with `rest` as it is."""
        for record in records:
            self._tls.write(record)
        if farewell:
            with suppress(ssl.SSLWantReadError):  # for the client's own, which nobody waits for
                self._tls.unwrap()
        if self._out.pending:
            await self._stream.send(self._out.read() + rest)

    async def read_head(self) -> bytes:
        """Return what comes up to the end of a request's head."""
        data = b""
        while b"\r\n\r\n" not in data:
            try:
                read = self._tls.read(65_536)
            except ssl.SSLWantReadError:
                self._in.write(await self._stream.receive())
                continue
            if not read:
                raise anyio.EndOfStream
            data += read
        return data


class Plain:
    """A plain stream, used as `Records` is."""

    def __init__(self, stream: SocketStream) -> None:
        self._stream = stream

    async def shake(self) -> None:
        """Agree on nothing."""

    async def send(self, *parts: bytes) -> None:
        """Send `parts` in a single packet."""
        await self._stream.send(b"".join(parts))

    async def read_head(self) -> bytes:
        """Return what comes up to the end of a request's head."""
        return await read_head(self._stream)
