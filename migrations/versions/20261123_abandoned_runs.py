"""When a run was given up before its end."""

import sqlalchemy as sa
from alembic import op

revision = "20261123_abandoned_runs"
down_revision = "20261123_asked_alone"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("runs", sa.Column("abandoned_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("runs", "abandoned_at")
