"""The knowledge base: articles and their versions, which tickets they answered, what was suggested."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, Table

from store.columns import Number, Words, count_column, key, metadata, text_column, time_column

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

suggestions = Table(
    "suggestions",
    metadata,
    Column("ticket", Number, primary_key=True, autoincrement=False),
    Column("number", Number, primary_key=True, autoincrement=False),
    text_column("name"),
    text_column("language"),
    text_column("title"),
    count_column("score"),
    Column("public", Boolean, nullable=False, default=False),
    text_column("why"),
    text_column("passage"),
    text_column("rule"),
    text_column("why_not"),
    Column("shown", Boolean, nullable=False, default=False),
    text_column("answer"),
    time_column("at"),
    time_column("answered_at", nullable=True),
)

calibrations = Table(
    "calibrations",
    metadata,
    key(),
    time_column("at"),
    text_column("who"),
    count_column("articles"),
    count_column("questions"),
    count_column("shown"),
    count_column("correct"),
    count_column("score"),
    sqlite_autoincrement=True,
)
