"""Spoken turns, what their corrections score, replies that are judged, replays, blind votes."""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "20261123_live_voice"
down_revision = "20261123_voice"
branch_labels = None
depends_on = None

# All may be empty: a plain ALTER TABLE, which copies no table (see metric_sums).
NEW_COLUMNS = {
    "person_locales": (("accent", sa.String(length=60)),),
    "live_sessions": (
        ("dialect", sa.String(length=60)),
        ("accent", sa.String(length=60)),
        ("goal", sa.String(length=80)),
        ("paused_at", sa.DateTime(timezone=True)),
    ),
    "turns": (
        ("clip", sa.String(length=64)),
        ("task", sa.String(length=80)),
        ("speech", sa.String(length=64)),
    ),
    "corrections": (
        ("normaliser", sa.String(length=60)),
        ("n_words", sa.Integer()),
        ("word_edits", sa.Integer()),
        ("n_chars", sa.Integer()),
        ("char_edits", sa.Integer()),
    ),
    "turn_judgments": (
        ("is_appropriate", sa.Boolean()),
        ("has_right_formality", sa.Boolean()),
        ("would_offend", sa.Boolean()),
        ("is_understandable", sa.Boolean()),
    ),
    "runs": (("dialogue", sa.String(length=16)),),
    "results": (("reply_ms", sa.Double()), ("tts_ms", sa.Double())),
}

STATUS = sa.Enum("asked", "answered", "failed", name="turnstatus", native_enum=False, length=24)
CHOICE = sa.Enum("a", "b", "tie", "both_bad", name="choice", native_enum=False, length=24)


def upgrade() -> None:
    for table, columns in NEW_COLUMNS.items():
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind, nullable=True))
    op.add_column(
        "runs", sa.Column("has_replies", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("corrections", sa.Column("text", sa.Text(), nullable=False, server_default=""))
    # Until now every turn was typed, and what was typed was never corrected.
    op.execute(
        "UPDATE corrections SET text ="
        " (SELECT turns.text FROM turns WHERE turns.id = corrections.turn_id)"
    )
    _make_references()
    op.create_table(
        "replayed_turns",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("turn_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("intent", sa.Text(), nullable=True),
        sa.Column("slots", sa.Text(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("trace", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["runs.id"],
            name=op.f("fk_replayed_turns_run_id_runs"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["turn_id"],
            ["turns.id"],
            name=op.f("fk_replayed_turns_turn_id_turns"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("run_id", "turn_id", name=op.f("pk_replayed_turns")),
    )
    op.create_index(op.f("ix_replayed_turns_turn_id"), "replayed_turns", ["turn_id"])
    _make_blind_tables()


def _make_references() -> None:
    """Makes utterances of the turns that were corrected before corrections were references."""
    db = op.get_bind()
    # Those that are there were made by this version, before somebody went back from it.
    corrected = db.execute(
        sa.text(
            "SELECT t.id AS turn_id, t.session_id, t.number, s.person_id, s.locale, c.text,"
            " c.intent, c.slots, c.person_id AS author_id, c.created_at"
            " FROM corrections c JOIN turns t ON t.id = c.turn_id"
            " JOIN live_sessions s ON s.id = t.session_id"
            " WHERE NOT EXISTS (SELECT 1 FROM utterances u WHERE u.source = 'live'"
            " AND u.locale = s.locale AND u.external_id = 'turn-' || t.id)"
            " ORDER BY t.id, c.id"
        )
    )
    turn_id = utterance_id = number = digest = None
    for row in corrected.mappings().all():
        if row["turn_id"] != turn_id:
            turn_id, number, digest = row["turn_id"], 0, None
            utterance_id = _add_utterance(db, row)
        newest = _content_hash(row)
        if newest == digest:
            continue
        number, digest = number + 1, newest
        db.execute(
            sa.text(
                "INSERT INTO utterance_revisions (utterance_id, number, text, domain, intent,"
                " slots, content_hash, author_id, created_at) VALUES (:utterance_id, :number,"
                " :text, :domain, :intent, :slots, :content_hash, :author_id, :created_at)"
            ),
            {
                "utterance_id": utterance_id,
                "number": number,
                "text": row["text"],
                "domain": _domain(row["intent"]),
                "intent": row["intent"],
                "slots": row["slots"],
                "content_hash": digest,
                "author_id": row["author_id"],
                "created_at": row["created_at"],
            },
        )


def _add_utterance(db: sa.Connection, row: sa.RowMapping) -> int:
    origin = {"session": row["session_id"], "turn": row["number"]}
    return db.execute(
        sa.text(
            "INSERT INTO utterances (source, partition, locale, external_id, person_id, origin)"
            " VALUES ('live', 'live', :locale, :external_id, :person_id, :origin) RETURNING id"
        ),
        {
            "locale": row["locale"],
            "external_id": f"turn-{row['turn_id']}",
            "person_id": row["person_id"],
            "origin": json.dumps(origin, separators=(",", ":")),
        },
    ).scalar_one()


def _content_hash(row: sa.RowMapping) -> bytes:
    spans = sorted((start, end, label) for label, start, end in json.loads(row["slots"]))
    content = [row["locale"], row["text"], _domain(row["intent"]), row["intent"], spans]
    return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode("ascii")).digest()


def _domain(intent: str) -> str:
    return intent.partition("_")[0][:60]


def _make_blind_tables() -> None:
    op.create_table(
        "blind_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("rival_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=35), nullable=False),
        sa.Column("dialect", sa.String(length=60), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_blind_sessions_person_id_people"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name=op.f("fk_blind_sessions_release_id_releases")
        ),
        sa.ForeignKeyConstraint(
            ["rival_id"], ["releases.id"], name=op.f("fk_blind_sessions_rival_id_releases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blind_sessions")),
    )
    op.create_index(op.f("ix_blind_sessions_person_id"), "blind_sessions", ["person_id"])
    op.create_table(
        "blind_turns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("client_key", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("clip", sa.String(length=64), nullable=True),
        sa.Column("rival_is_a", sa.Boolean(), nullable=False),
        sa.Column("status", STATUS, nullable=False),
        sa.Column("answer_a", sa.Text(), nullable=True),
        sa.Column("answer_b", sa.Text(), nullable=True),
        sa.Column("betrayed", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('asked', 'answered', 'failed')", name=op.f("ck_blind_turns_turnstatus")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["blind_sessions.id"],
            name=op.f("fk_blind_turns_session_id_blind_sessions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["clip"], ["clips.content_hash"], name=op.f("fk_blind_turns_clip_clips")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blind_turns")),
        sa.UniqueConstraint(
            "session_id", "client_key", name=op.f("uq_blind_turns_session_id_client_key")
        ),
        sa.UniqueConstraint("session_id", "number", name=op.f("uq_blind_turns_session_id_number")),
    )
    op.create_table(
        "preferences",
        sa.Column("turn_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("choice", CHOICE, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "choice IN ('a', 'b', 'tie', 'both_bad')", name=op.f("ck_preferences_choice")
        ),
        sa.ForeignKeyConstraint(
            ["turn_id"],
            ["blind_turns.id"],
            name=op.f("fk_preferences_turn_id_blind_turns"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_preferences_person_id_people"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("turn_id", name=op.f("pk_preferences")),
    )


def downgrade() -> None:
    for table in ("preferences", "blind_turns", "blind_sessions", "replayed_turns"):
        op.drop_table(table)
    op.drop_column("corrections", "text")
    op.drop_column("runs", "has_replies")
    for table, columns in NEW_COLUMNS.items():
        for name, _ in columns:
            op.drop_column(table, name)
