"""Run migrations on the connection that ``brandkit.store.database`` hands over."""

from alembic import context

from brandkit.store.tables import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,  # SQLite cannot alter a column: Alembic copies the table
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
