"""Whether the utterances of a run were asked one by one, so that their times are their own."""

import sqlalchemy as sa
from alembic import op

revision = "20261123_asked_alone"
down_revision = "20261123_live_voice"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "runs", sa.Column("asked_alone", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    op.drop_column("runs", "asked_alone")
