"""Do the tests bite? One small mistake at a time is put into a module, and the tests that should notice it are run.

`python -m tests.mutation _http.retry_policy` prints the share of mistakes noticed, and every one that was not.
"""
