"""The catalogue of faults: every row has a test that carries its name, or a reason why it can have none.

A test belongs to a row by `@pytest.mark.fault("N1")`, wherever in the suite it lives. A row on one event loop is a
cell, and so is each of its parts. `nox -s faults` runs all cells at full size and counts them by group.
"""

from collections.abc import Mapping

GROUPS: Mapping[str, str] = {
    "N": "network and TLS",
    "P": "HTTP as a protocol",
    "H": "what an answer means",
    "L": "what a body holds",
    "G": "listings",
    "A": "tokens and headers",
    "C": "concurrency, cancellation, closing",
    "R": "resources",
    "M": "misuse",
    "S": "security",
    "O": "orders",
    "X": "servers that nobody here wrote",
}

_ROWS = """
N1 the connection is refused
N2 there is no such name
N3 the resolver fails for a moment, or is slow
N4 the connection is never accepted
N5 reset as soon as accepted
N6 closed as soon as accepted
N7 reset within the request's head
N8 reset within a large request
N9 the server stops reading
N10 reset after the whole request
N11 closed after the whole request
N12 silence after the whole request
N13 the answer's head drips
N14 the answer's body drips
N15 silence in the middle of a body
N16 an idle connection is closed before its reuse
N17 a kept connection is closed at the moment of its reuse
N18 every byte in a packet of its own
N19 latency that varies
N20 a very slow line
N21 a dead address beside one that lives
N22 the server restarts between calls
N23 a certificate that is not to be trusted
N24 the handshake stalls
N25 TLS to a server that speaks none
N26 TLS ends without a farewell
N27 only old TLS is offered
N28 a proxy refuses, fails or hangs
N29 no file descriptors are left
N30 the wall clock jumps
N32 the server is killed with the request in its buffers
P1 part of a status line
P2 garbage in place of an answer
P3 a body without a head
P4 a status line of another version
P5 HTTP/1.0 without keep-alive
P6 a body shorter than its length
P7 surplus bytes after a body
P8 two different lengths
P9 a length that is no number of bytes
P10 a length and chunks at once
P11 chunks that are none
P12 chunks that end early
P13 a flood of trailers
P15 endless informational answers
P16 a change of protocol that nobody asked for
P17 a flood of headers
P18 control characters in a header
P20 a status beyond the known ones
P21 an answer before the request was read
P22 the server speaks first
P23 two answers to one request
P24 keep-alive promised and not kept, and the other way round
P25 a redirect to what is no URL
P26 headers that only a browser would obey
P28 a charset that is a lie
H1 a page of HTML with a status of success
H3 a status and a `code` that differ
H4 errors in every shape there is
H5 an error with a body beyond all measure
H6 a redirect in answer to a GET
H7 a redirect in answer to a write
H8 a redirect in a circle, or to another place
H9 401 in answer to a GET
H10 401 in answer to an order
H11 403
H12 404
H13 an e-mail that is taken
H14 408
H15 every other 4xx
H16 425
H17 429
H18 hostile values of `Retry-After`
H19 `Retry-After` as a date, and a clock that is wrong
H20 429 again and again
H21 500
H22 502, 503, 504 and a gateway's own
H23 5xx that repeating cannot help
H24 a success that the API does not know
H26 an answer out of a cache
H27 a thousand calls are told to wait at once
H28 everything is down
H29 every other call fails
L1 another kind of JSON
L2 JSON that is none
L3 JSON nested without end
L4 numbers that JSON does not have
L5 numbers without end
L6 a key twice
L7 text that is not UTF-8
L8 text that would write to a terminal
L9 more of everything than can be meant
L10 what is required is missing
L11 values of another type
L12 a status that nobody knows
L13 dates of every kind
L14 money
L15 identities in every spelling
L16 coordinates beyond the globe
L17 an object in place of a list, and the other way round
L18 a `total` that is of no use
L19 a premise in place of a service
L20 content codings that were not asked for, and bombs
L21 a content type that is missing or wrong
L22 keys that collide
L23 a request that JSON cannot carry
L24 keys with a meaning for Python
G1 the same page for ever
G2 new rows for ever
G4 a `total` that moves
G5 fewer rows a page than asked for
G6 rows inserted during a walk
G7 rows deleted during a walk
G8 rows in no order
G9 a page that fails after many
G10 a walk that is left early
G11 a `count` that is none
G12 a page beyond all pages
G13 rows without identity
G14 identities that differ by case
G17 two walks at once
G18 a client closed during a walk
G19 a million rows
A1 a token that is none
A2 a token withdrawn between two pages
A3 a function that gives no token
A4 a hundred calls learn at once that the token is old
A5 a token replaced during an order
A6 a cookie
A7 a flood of cookies
A8 two clients with two tokens
A9 headers that users must not set
A10 an environment that wants a say
C1 a GET cancelled at each of its steps
C2 a write cancelled at each of its steps
C3 a storm of cancellations
C4 cancelled twice, while closing, while waiting
C5 a deadline of the caller's own
C6 two deadlines at the same moment
C7 a sibling fails
C8 more calls than connections
C9 one call beside a large job
C10 one client in two event loops
C11 one client on asyncio and on trio
C12 one client in two threads
C14 closed with calls under way
C15 closed twice, never, too late
C16 entered again after it was closed
C17 the process is told to stop in the middle of a write
C18 nothing of ours catches a cancellation
C19 the same order twice in one process
C20 the same order twice in two processes
C21 a function of the caller's that raises or blocks
C22 the caller's context
C23 a cancelled call that is shielded
R1 sockets
R2 file descriptors
R3 tasks
R4 threads
R5 objects
R6 memory
R7 cycles
R8 what an error keeps alive
R9 TLS contexts
R10 bodies nobody read
R11 what is remembered
R12 the journal's size
R13 what importing does
M1 blank ids and searches
M2 ids that are more than one segment
M3 dots in disguise
M4 URLs in place of ids
M5 ids of another type
M6 coordinates that are none
M7 base URLs that are none
M8 seconds that are none
M9 options that do not exist
M10 values that change while they are sent
M11 coroutines awaited twice, or never
M12 transports that are none
M13 dicts in place of models
M14 clients that are copied, errors that are pickled
M15 passwords in the wrong place
M16 e-mails with characters that a search takes for others
M17 ids in each other's places
M18 an order used again
S1 secrets and people's data in anything that is shown
S2 a token carried away by a redirect
S3 a token carried away by a URL
S4 a server that names where to go next
S5 a header within a value
S6 a line break within a query or body
S7 an id that names another route
S8 an answer to somebody else's question
S9 bodies meant to exhaust
S10 answers meant never to end
S11 a wait meant never to end
S12 TLS made weaker
S13 a token in clear text
S14 an environment that leads elsewhere
S15 a cookie meant to be sent back
S16 lines forged in a log
S17 the journal's file
S18 the dependencies
S19 expressions that take for ever to match
S20 data that runs
S21 comparisons that take a telling time
S22 people in the suite's data
O1 created, and told so
O2 created, and told nothing
O3 told of somebody else's order
O4 created, and told so badly
O5 an id that is another thing's
O6 created, and told that it failed
O7 not created, and told that it failed
O8 created after nobody looked any more
O9 a look that fails
O10 a look that does not see all
O11 a match that is cancelled
O12 two matches
O13 a match from before
O14 a premise under another name
O15 somebody else orders the same
O16 the process is killed
O17 a journal that cannot be written
O18 an e-mail that another provider's customer has
O19 an e-mail whose owner has another name
O20 an e-mail with two owners
O21 a customer created by a try that failed
O22 a work order that comes late
X1 two orders that only their premises tell apart
X2 an answer about another record
X3 a row of another customer's
X4 a refusal, and the order all the same
X5 a success with the body of an error
X6 short pages without a count
X7 a value of an unforeseen form
X8 a bad token that is a 404
X9 rows in a new order at each request
X10 a short page before the end
X11 a page with another page's number
X12 circles longer than what is remembered
X13 the last page again, past the end
X14 rows that share an id
X15 a long wait asked of hundreds
X16 an answer that comes late and in time
X17 a kept connection that died in silence
X18 TLS 1.3 session tickets
X19 silence within the TLS handshake
X20 idle connections that the server closes
X21 a fork while the event loop runs
X22 clocks that are months ahead
X23 a journal that somebody else holds
X24 escape sequences in what AEx says
X25 errors that are kept by the thousand
X26 JSON nested to the limit
X27 bulk work while nothing listens
X28 an order that is listed as another customer's
X29 a cancelled service that stands again
"""

ROWS: Mapping[str, str] = {line.partition(" ")[0]: line.partition(" ")[2] for line in _ROWS.strip().splitlines()}

EXPLAINED: Mapping[str, str] = {
    "S21": "nothing secret is ever compared: the server does that",
}
"""Why a row has no test."""
