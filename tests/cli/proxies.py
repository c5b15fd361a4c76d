"""A forward proxy over loopback that may want a password, and counts what it lets through."""

import asyncio
import base64
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress

from attrs import define, field


@define
class ForwardProxy:
    """What a proxy wants, and the targets that it has met."""

    password: str | None
    port: int = 0
    targets: list[str] = field(factory=list[str])

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one CONNECT, and carry what follows."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            wanted = self.password and "Basic " + base64.b64encode(self.password.encode()).decode()
            if wanted and wanted not in head:
                writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
                await writer.drain()
                return
            target = head.split()[1]
            self.targets.append(target)
            host, _, port = target.rpartition(":")
            far_reader, far_writer = await asyncio.open_connection(host, int(port))
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await asyncio.gather(carry(reader, far_writer), carry(far_reader, writer))
        except (OSError, asyncio.IncompleteReadError):
            pass  # somebody has left
        finally:
            writer.close()


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carry bytes one way until they end."""
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


@contextmanager
def proxied(password: str | None = None) -> Generator[ForwardProxy]:
    """Run a proxy in a thread of its own."""
    proxy = ForwardProxy(password)
    loop = asyncio.new_event_loop()

    async def start() -> asyncio.Server:
        server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
        proxy.port = server.sockets[0].getsockname()[1]
        return server

    server = loop.run_until_complete(start())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield proxy
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        _ = [task.cancel() for task in asyncio.all_tasks(loop)]  # of connections that are open still, if any
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
