import sys


def command() -> None:
    """Print the OpenAPI 3.1 document of the HTTP API."""
    from entrypoints.http.app import TABLES
    from entrypoints.http.openapi import document

    sys.stdout.buffer.write(document(TABLES) + b"\n")
