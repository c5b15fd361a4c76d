"""Whatever the network, the server and the user can do wrong, and what the client makes of it."""
