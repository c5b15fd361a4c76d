"""Many at a time: bounded in flight, read no further ahead than needed, one failure spoiling nothing.

::

    lookups          many look-ups, gathered or streamed
      refused_token  tells what is wrong with one input from what is wrong with all
        outage       waits while AEx is down
      work           workers that take inputs from one source, so that there are never more tasks than requests
"""
