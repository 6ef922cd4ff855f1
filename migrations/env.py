"""Runs the migrations on the engine that ``vernacular.store.migrate`` hands over."""

from alembic import context

from vernacular.store.tables import Base

engine = context.config.attributes["engine"]

with engine.connect() as connection:
    if connection.dialect.name == "sqlite":
        # Changing a table may copy it and drop the old one; with foreign keys on, that would
        # delete by cascade all that refers to it. The setting holds only outside a transaction.
        connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    if connection.dialect.name == "sqlite":
        connection.connection.driver_connection.execute("PRAGMA foreign_keys = ON")
