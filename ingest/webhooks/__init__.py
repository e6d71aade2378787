"""The services that tell the desk of contacts by HTTP, one file each (see `ingest.hooks.source`).

Sources do not know each other: each can be taken away.
"""
