"""Where does a measurement happen? In PostgreSQL databases and under a Redis prefix of its own, gone afterwards."""

import os
from contextlib import closing, contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis
from psycopg import sql

PREFIX = "alliance_bench"
SERVER = os.environ.get("TEST_DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/postgres"
BROKER = os.environ.get("TEST_REDIS_URL") or "redis://127.0.0.1:6379/0"


def named(url: str, name: str) -> str:
    """The address of another database on the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _run(statement, **names):
    with closing(psycopg.connect(SERVER, autocommit=True)) as server:
        server.execute(
            sql.SQL(statement).format(**{key: sql.Identifier(name) for key, name in names.items()})
        )


@contextmanager
def database(name: str, copy_of: str | None = None):
    """An empty database, or a copy of another one; yields its address."""
    if copy_of:
        # Copying files instead of logging every page: seconds instead of a minute for a filled database.
        _run("CREATE DATABASE {name} TEMPLATE {copy_of} STRATEGY FILE_COPY", name=name, copy_of=copy_of)
    else:
        _run("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'", name=name)
    try:
        yield named(SERVER, name)
    finally:
        _run("DROP DATABASE IF EXISTS {name} WITH (FORCE)", name=name)


@contextmanager
def keys(prefix: str):
    """A prefix under which nothing is left in Redis; yields the address."""
    try:
        yield BROKER
    finally:
        with closing(redis.Redis.from_url(BROKER)) as server:
            for pattern in (f"{prefix}:*", f"_kombu.binding.{prefix}*"):
                for key in server.scan_iter(pattern, count=1000):
                    server.delete(key)
