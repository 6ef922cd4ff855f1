"""Clips and recordings, what voice runs return, what runs cost, weights that are recognised."""

import sqlalchemy as sa
from alembic import op

revision = "20261123_voice"
down_revision = "20261123_dialects"
branch_labels = None
depends_on = None

# All may be empty or have a default: a plain ALTER TABLE, which copies no table (see metric_sums).
NEW_COLUMNS = {
    "suite_items": (("clip", sa.String(length=64)),),
    "releases": (("fingerprint", sa.String(length=64)),),
    "runs": (
        ("answering_seconds", sa.Double()),
        ("n_parameters", sa.BigInteger()),
        ("weights_bytes", sa.BigInteger()),
        ("peak_memory_bytes", sa.BigInteger()),
        ("device", sa.String(length=120)),
    ),
    "results": (
        ("transcript_confidence", sa.Double()),
        ("text_intent", sa.String(length=80)),
        ("text_slots", sa.Text()),
        ("text_error", sa.Text()),
        ("asr_ms", sa.Double()),
        ("nlu_ms", sa.Double()),
    ),
    "turns": (("dialogue", sa.Text()),),
}


def upgrade() -> None:
    for table, columns in NEW_COLUMNS.items():
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind, nullable=True))
    op.add_column(
        "runs",
        sa.Column("has_text_answers", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "scores",
        sa.Column("text_correct_intent", sa.Integer(), nullable=False, server_default="0"),
    )
    op.create_table(
        "clips",
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("format", sa.String(length=16), nullable=True),
        sa.Column("sample_rate_hz", sa.Integer(), nullable=True),
        sa.Column("n_channels", sa.Integer(), nullable=True),
        sa.Column("audio_seconds", sa.Double(), nullable=True),
        sa.Column("peak_dbfs", sa.Double(), nullable=True),
        sa.Column("rms_dbfs", sa.Double(), nullable=True),
        sa.Column("clipped_share", sa.Double(), nullable=True),
        sa.Column("is_incomplete", sa.Boolean(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("content_hash", name=op.f("pk_clips")),
    )
    op.create_table(
        "recordings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("utterance_id", sa.Integer(), nullable=False),
        sa.Column("clip", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("speaker", sa.String(length=120), nullable=True),
        sa.Column("origin", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["utterance_id"],
            ["utterances.id"],
            name=op.f("fk_recordings_utterance_id_utterances"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["clip"], ["clips.content_hash"], name=op.f("fk_recordings_clip_clips")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_recordings_person_id_people"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recordings")),
        sa.UniqueConstraint("utterance_id", "clip", name=op.f("uq_recordings_utterance_id_clip")),
    )
    op.create_index(op.f("ix_recordings_utterance_id"), "recordings", ["utterance_id"])
    op.create_index(op.f("ix_recordings_clip"), "recordings", ["clip"])


def downgrade() -> None:
    op.drop_table("recordings")
    op.drop_table("clips")
    op.drop_column("scores", "text_correct_intent")
    op.drop_column("runs", "has_text_answers")
    for table, columns in NEW_COLUMNS.items():
        for name, _ in columns:
            op.drop_column(table, name)
