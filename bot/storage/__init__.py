"""The database: every table, the engine on SQLite or PostgreSQL, group commit, the durable inbox."""
