"""The command `aex`, mostly as it is installed: a process with pipes, or at a terminal."""
