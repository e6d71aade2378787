"""The knowledge base: articles, and every version that there was of them."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table

from store.columns import Number, Words, count_column, metadata, text_column, time_column

articles = Table(
    "articles",
    metadata,
    Column("name", Words, primary_key=True),
    Column("language", Words, primary_key=True),
    text_column("title"),
    text_column("body"),
    text_column("audience"),
    text_column("tags"),
    text_column("products"),
    text_column("owner"),
    text_column("review"),
    text_column("state"),
    text_column("digest"),
    count_column("version"),
    Column("changed", Number, nullable=False),
    time_column("at"),
)
# By it an index finds what it has not taken in yet.
Index("ix_articles_changed", articles.c.changed)

article_versions = Table(
    "article_versions",
    metadata,
    Column("name", Words, primary_key=True),
    Column("language", Words, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    text_column("title"),
    text_column("body"),
    text_column("audience"),
    text_column("tags"),
    text_column("products"),
    text_column("owner"),
    text_column("review"),
    text_column("state"),
    time_column("at"),
)
