"""The knowledge base: articles, every version that there was of them, and which tickets they answered."""

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

answers = Table(
    "answers",
    metadata,
    Column("ticket", Number, primary_key=True, autoincrement=False),
    Column("article", Words, nullable=False, index=True),
    text_column("agent"),
    time_column("at"),
    # At which count of changes indexes take it in; 0 until somebody who looks gives it one.
    Column("changed", Number, nullable=False, default=0, index=True),
)
