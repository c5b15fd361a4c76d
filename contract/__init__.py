"""What holds the OpenAPI description against the sandbox and against other people's tools."""
