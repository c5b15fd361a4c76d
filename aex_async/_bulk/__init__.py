"""Many at a time: bounded in flight, read no further ahead than needed, one failure spoiling nothing.

::

    lookups    many look-ups, gathered or streamed
      outage   tells what is wrong with one input from what is wrong with all, and waits while AEx is down
      work     workers that take inputs from one source, so that there are never more tasks than requests
"""
