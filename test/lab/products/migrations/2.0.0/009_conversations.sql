ALTER TABLE sessions RENAME TO conversations;
ALTER INDEX sessions_by_agent RENAME TO conversations_by_agent;
ALTER INDEX sessions_by_label RENAME TO conversations_by_label;

DROP VIEW open_sessions;
CREATE VIEW open_conversations AS SELECT id, agent_id, started_at FROM conversations WHERE ended_at IS NULL;
