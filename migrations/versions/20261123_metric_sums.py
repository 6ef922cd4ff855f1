"""Scores of what was heard, sums per metric with their squares, gate outcomes, golden wins."""

import sqlalchemy as sa
from alembic import op

revision = "20261123_metric_sums"
down_revision = "20261123_prompt_skips"
branch_labels = None
depends_on = None

NEW_COUNTS = (
    "n_words",
    "word_edits",
    "n_chars",
    "char_edits",
    "substitutions",
    "deletions",
    "insertions",
    "value_tp",
    "value_fp",
    "value_fn",
)

# What each stored score adds to the metrics that existed before: numerator and denominator.
OLD_METRICS = {
    "intent_acc": ("s.correct_intent", "1"),
    "slot_micro_f1": ("2 * s.tp", "(2 * s.tp + s.fp + s.fn)"),
    "ex_match_acc": ("s.exact", "1"),
}


def upgrade() -> None:
    # Plain ALTER TABLE and no batch: a batch copies the table and drops the old one, and dropping
    # it deletes, by cascade, every row elsewhere that refers to it.
    for name, default in (("has_intents", sa.true()), ("has_transcripts", sa.false())):
        op.add_column("runs", sa.Column(name, sa.Boolean(), nullable=False, server_default=default))
    op.add_column("results", sa.Column("transcript", sa.Text(), nullable=True))
    for name in NEW_COUNTS:
        op.add_column("scores", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.drop_column("scores", "n_ref")
    op.drop_column("scores", "edits")
    op.add_column("score_sets", sa.Column("normaliser", sa.String(length=60), nullable=True))
    op.add_column(
        "score_sets",
        sa.Column("reference_key", sa.String(length=64), nullable=False, server_default="suite"),
    )
    _replace_sums()
    _make_gates()


def _replace_sums() -> None:
    op.drop_table("locale_scores")
    op.create_table(
        "locale_scores",
        sa.Column("score_set_id", sa.Integer(), nullable=False),
        sa.Column("metric", sa.String(length=24), nullable=False),
        sa.Column("locale", sa.String(length=35), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("n_failed", sa.Integer(), nullable=False),
        sa.Column("n_clusters", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("numerator", "denominator", "sum_xx", "sum_xy", "sum_yy")
        ),
        sa.ForeignKeyConstraint(
            ["score_set_id"],
            ["score_sets.id"],
            name=op.f("fk_locale_scores_score_set_id_score_sets"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("score_set_id", "metric", "locale", name=op.f("pk_locale_scores")),
    )
    for metric, (x, y) in OLD_METRICS.items():
        # Clusters first, so that the squares are those of what is drawn as one.
        op.execute(f"""
            INSERT INTO locale_scores (score_set_id, metric, locale, n, n_failed, n_clusters,
                                       numerator, denominator, sum_xx, sum_xy, sum_yy)
            SELECT score_set_id, '{metric}', locale, SUM(n), SUM(n_failed), COUNT(*),
                   SUM(x), SUM(y), SUM(x * x), SUM(x * y), SUM(y * y)
            FROM (SELECT s.score_set_id AS score_set_id, i.locale AS locale, COUNT(*) AS n,
                         SUM(CASE WHEN s.failed THEN 1 ELSE 0 END) AS n_failed,
                         SUM({x}) AS x, SUM({y}) AS y
                  FROM scores s
                  JOIN score_sets t ON t.id = s.score_set_id
                  JOIN runs r ON r.id = t.run_id
                  JOIN suite_items i ON i.suite_id = r.suite_id AND i.number = s.item
                  WHERE r.status = 'finished'
                  GROUP BY s.score_set_id, i.locale, i.cluster) AS clusters
            GROUP BY score_set_id, locale
        """)  # noqa: S608 - the names above, no input


def _make_gates() -> None:
    op.create_table(
        "gate_outcomes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("baseline_run_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_gate_outcomes_run_id_runs"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["baseline_run_id"],
            ["runs.id"],
            name=op.f("fk_gate_outcomes_baseline_run_id_runs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_outcomes")),
    )
    op.create_index(op.f("ix_gate_outcomes_run_id"), "gate_outcomes", ["run_id"])
    op.create_table(
        "golden_wins",
        sa.Column("utterance_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["utterance_id"],
            ["utterances.id"],
            name=op.f("fk_golden_wins_utterance_id_utterances"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("utterance_id", name=op.f("pk_golden_wins")),
    )


def downgrade() -> None:
    """Keeps runs of typed text. Transcripts, their scores and gate outcomes are lost."""
    op.drop_table("golden_wins")
    op.drop_index(op.f("ix_gate_outcomes_run_id"), table_name="gate_outcomes")
    op.drop_table("gate_outcomes")
    op.drop_table("locale_scores")
    op.create_table(
        "locale_scores",
        sa.Column("score_set_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=35), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("n", "n_failed", "n_ref", "edits", "n_correct_intent", "n_exact")
        ),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("tp", "fp", "fn")),
        sa.ForeignKeyConstraint(
            ["score_set_id"],
            ["score_sets.id"],
            name=op.f("fk_locale_scores_score_set_id_score_sets"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("score_set_id", "locale", name=op.f("pk_locale_scores")),
    )
    op.execute("""
        INSERT INTO locale_scores
        SELECT s.score_set_id, i.locale, COUNT(*), SUM(CASE WHEN s.failed THEN 1 ELSE 0 END), 0, 0,
               SUM(s.correct_intent), SUM(s.exact), SUM(s.tp), SUM(s.fp), SUM(s.fn)
        FROM scores s
        JOIN score_sets t ON t.id = s.score_set_id
        JOIN runs r ON r.id = t.run_id
        JOIN suite_items i ON i.suite_id = r.suite_id AND i.number = s.item
        WHERE r.status = 'finished'
        GROUP BY s.score_set_id, i.locale
    """)
    op.drop_column("score_sets", "reference_key")
    op.drop_column("score_sets", "normaliser")
    for name in ("n_ref", "edits"):
        op.add_column("scores", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    for name in NEW_COUNTS:
        op.drop_column("scores", name)
    op.drop_column("results", "transcript")
    op.drop_column("runs", "has_transcripts")
    op.drop_column("runs", "has_intents")
