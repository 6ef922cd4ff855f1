"""The dialect that a person speaks in a locale, and that an utterance is in."""

import sqlalchemy as sa
from alembic import op

revision = "20261123_dialects"
down_revision = "20261123_metric_sums"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("person_locales", "utterances"):
        op.add_column(table, sa.Column("dialect", sa.String(length=60), nullable=True))


def downgrade() -> None:
    for table in ("person_locales", "utterances"):
        op.drop_column(table, "dialect")
