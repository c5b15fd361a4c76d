"""What the journal of orders is made of.

::

    attempts      what is asked of the orders in it, and how they are written down
    file          one SQLite file, private to its user, or a database in memory
      schema      its tables, and how one of an earlier form is brought up to date
    threads       where an event loop waits for them
    live_senders  which process is at work on an attempt, and until when
"""
