"""The mistakes that no test can notice, or should, and why."""

from collections.abc import Mapping

EXPLAINED: Mapping[str, Mapping[str, str]] = {
    "_http.policy": {
        "MAX_WAIT: 60.0 as 61.0, in `MAX_WAIT = 60.0`": "it is for `_http.calls`, whose tests notice it",
        "CoolDown.__init__: 0.0 as 1.0, in `self.spread = 0.0`": "it is not read before the first `extend`",
        "CoolDown.__init__: is missing, in `self.spread = 0.0`": "likewise",
        "draw_backoff: 30 as 31, in `return min(MAX_BACKOFF, left / 4, "
        "BASE_WAIT * math.ldexp(1, min(attempt, 30) - 1)) * draw()`": "both are far beyond MAX_BACKOFF",
    },
    "_listing": {
        "Track.__init__: 0 as 1, in `self._stale = 0`": "the first page sets it, which is never stale",
        "Track.__init__: is missing, in `self._stale = 0`": "likewise",
        "Track._is_last: returns nothing, in `return False`": "nothing counts as false",
        "Pages._step: `GtE` as `Gt`, in `items = items if self._left >= len(items) else items[:int(self._left)]`": (
            "a cut at the very end leaves the same rows"
        ),
        "fetch_all: `Gt` as `GtE`, in `if later > number:`": "the page's own outcome is known by then",
    },
    "_json": {
        **dict.fromkeys(
            [
                "find_flaw: `Gt` as `GtE`, in `if len(body) > MAX_VALUES and body.count(b',') >= MAX_VALUES:`",
                "find_flaw: `Gt` as `GtE`, in `if len(body) > MAX_OBJECTS and body.count(b'{') > MAX_OBJECTS:`",
            ],
            "so short a body cannot hold so many, and is only not counted",
        ),
        "find_flaw: `Gt` as `GtE`, in `if len(body) > SMALL or not _may_hold_twins(body):`": "a byte more or less",
        "SMALL: 32768 as 32769, in `SMALL = 32768`": "likewise",
        "_may_hold_twins: `Gt` as `GtE`, in `return b'\\\\' in body or any((body.count(b'\"%b\"' % name.encode()) > 1 "
        "for name in SINGLE))`": "it only looks closer than it must",
        "_pair: `Lt` as `LtE`, in `if len(whole) < len(pairs):`": "likewise",
        "_pair: returns nothing, in `return whole`": "nobody reads what this parse makes",
        "_is_deep: returns nothing, in `return False`": "nothing counts as false",
        "_parse: `Gt` as `GtE`, in `if body.count(b'[') + body.count(b'{') > MAX_DEPTH and _is_deep(value):`": (
            "with just so many brackets the closer look says no"
        ),
        "make_shape: False as True, in `return msgspec.defstruct(name, fields, kw_only=True, "
        "forbid_unknown_fields=closed, gc=False)`": "it spares the garbage collector work, and changes no value",
    },
    "_http.responses": {
        "make_error: 1000 as 1001, in `return choose_error(answer.status, fields)(f'{method} {path} answered "
        "{answer.status}: {said[:1000]}' + (f' ({advice})' if advice else ''), status=answer.status, "
        "code=_read_code(fault), messages=texts, fields=fields, method=method, path=path, retry_after=retry_after, "
        "attempts=attempts, body=body)`": "a character more or less",
        **dict.fromkeys(
            [
                f"{function}: {change}, in `{line}`"
                for function, line in (
                    (
                        "show_body",
                        "text = redact(answer.body[:2 * KEPT].decode('utf-8', 'replace'), secrets)[:most]",
                    ),
                    ("quote_page", "text = _MARKUP.sub(' ', answer.body[:2 * KEPT].decode('utf-8', 'replace'))"),
                )
                for change in ("`Mult` as `Add`", "2 as 3")
            ],
            "more or less of a body is looked at before the same cut",
        ),
        "quote_page: returns nothing, in `return ''`": "nothing is as empty",
    },
    "_codec": {
        "_is_ours: `And` as `Or`, in `return getattr(kind, '__module__', None) == models.__name__ and "
        "hasattr(kind, 'extra')`": "the swift way reads other classes as well, if they have `extra`",
        "_is_exact: `LtE` as `Lt`, in `return not {kind for _, kind in _list_fields(cls)} <= {*_NATIVE, float, "
        "datetime}`": "no model has a field of every kind",
        "_swift: 2 as 3, in `closed_rest = [item for item in open_rest "
        "if cls not in _ISO or item[2] is not datetime]`": "a date that the parser has read is looked at once more",
        "_get_rows_reader: True as False, in `return make_reader(rows | make_shape('Envelope', [('items', rows), "
        "*counts], closed=True), exact=_is_exact(kind))`": "what else an envelope holds is not kept either way",
    },
    "_http.lanes": {
        "open_transport: False as True, in `transport = httpx.AsyncHTTPTransport(verify=context, trust_env=False, "
        "http2=False, limits=_ONE)`": "with a context handed in, httpx looks for none in the environment",
        "_is_clean: returns nothing, in `return False`": "nothing counts as false",
        "close: True as False, in `with anyio.CancelScope(shield=True):`": "httpx shields its own closing too",
        "close: is missing, in `await checkpoint()`": "a loop that ends takes one more step by itself",
        "tls_context: is missing, in `context.minimum_version = ssl.TLSVersion.TLSv1_2`": "Python's own by now",
        "_no_trust: returns nothing, in `return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)`": (
            "over plain HTTP nobody looks at it"
        ),
        "_ONE: 1 as 2, in `_ONE = httpx.Limits(max_connections=1, max_keepalive_connections=1)`": (
            "who holds the lane sends one request at a time"
        ),
    },
    "_http.wire": {
        "receive: True as False, in `with anyio.CancelScope(shield=True):`": "httpx shields its own closing too",
        "Url.__getattr__: `And` as `Or`, in `if 'origin' in known and (not name.startswith('__')):`": (
            "the whole is parsed a little earlier"
        ),
    },
    "_http.calls": {
        "Calls._make_headers: 0 as 1, in `if self._headers[0] is not grant:`": "the same headers, made each time anew",
        **dict.fromkeys(
            [
                f"Calls.aclose: {change}, in `pause = min(2 * pause, 0.05)`"
                for change in ("2 as 3", "is missing", "`min` as `max`", "`Mult` as `Add`", "0.05 as 1.05")
            ],
            "how often it looks whether all calls have ended, within the same second",
        ),
        "Calls._take_lane: `GtE` as `Gt`, in `if now + quiet >= progress.deadline:`": (
            "a wait that ends with the deadline is in vain either way"
        ),
        **dict.fromkeys(
            [
                f"Calls._choose_pause: {change}, in `if wait > MAX_WAIT or now + wait >= progress.deadline or "
                "(not self._budget.spend(throttled=throttled)):`"
                for change in ("`Gt` as `GtE`", "`GtE` as `Gt`")
            ],
            "to wait for just the most that is waited, or up to the deadline itself, is promised to nobody",
        ),
        "Calls._make_unexpected: 0 as 1, in `status = progress.trace.status or 0`": "an answer has one",
    },
    "_orders.flow": {
        "Ordering._begin: True as False, in `with anyio.CancelScope(shield=True):`": (
            "a scope's cancellation waits for the thread that writes, and a task's is no scope's"
        ),
        "Ordering._read_services: is missing, in `total = 0`": "every walk has a page, which sets it",
        "Ordering._read_services: 0 as 1, in `total = 0`": "likewise",
        "Ordering._read_services: 1 as 2, in `raise errors.PaginationError(f'the customer has {total} services, of "
        "which only {len(met)} are listed', page=1)`": "only its words reach anybody",
        "WALKS: 6 as 7, in `WALKS = 6`": "how often is promised to nobody",
    },
}
