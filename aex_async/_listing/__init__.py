"""Listings that are walked whole, whatever the server does.

::

    listing           what a user holds: an async generator of rows, or of pages
      walk            fetches pages, some at a time, and gives them in order
        completeness  decides which page comes next, and when the listing has been seen whole
          identity    says which rows are the same row
"""
