"""Prompts that people passed over, with the reason."""

import sqlalchemy as sa
from alembic import op

revision = "20261123_prompt_skips"
down_revision = "20261123_first_tables"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "prompt_skips",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=35), nullable=False),
        sa.Column("prompt", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_prompt_skips_person_id_people"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompt_skips")),
    )
    op.create_index("ix_prompt_skips_person_id_locale", "prompt_skips", ["person_id", "locale"])


def downgrade() -> None:
    op.drop_index("ix_prompt_skips_person_id_locale", table_name="prompt_skips")
    op.drop_table("prompt_skips")
