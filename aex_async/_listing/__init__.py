"""Listings that are walked whole, whatever the server does.

::

    listing         what a user holds: an async generator of rows, or of pages, fetched some at a time
      completeness  decides which page comes next, and when the listing has been seen whole
        identity    says which rows are the same row
"""
