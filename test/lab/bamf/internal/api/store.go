package api

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"lab/bamf/internal/pki"
)

// loadAuthority reads the one authority, or makes it where there is none; a column that is not there ends the start.
func (s *server) loadAuthority(ctx context.Context) error {
	return pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		// Two servers that start at once would make two.
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock(20260203)"); err != nil {
			return err
		}
		var pair pki.Pair
		row := tx.QueryRow(ctx, fmt.Sprintf("SELECT ca_cert, %s FROM certificate_authority ORDER BY id LIMIT 1", s.Release.CAKey))
		err := row.Scan(&pair.Certificate, &pair.Key)
		if err == pgx.ErrNoRows {
			if pair, err = pki.Make(); err != nil {
				return err
			}
			insert := fmt.Sprintf("INSERT INTO certificate_authority (ca_cert, %s) VALUES ($1, $2)", s.Release.CAKey)
			_, err = tx.Exec(ctx, insert, pair.Certificate, pair.Key)
		}
		if err != nil {
			return fmt.Errorf("sqlalchemy.exc.ProgrammingError: %w", err)
		}
		s.authority, err = pki.Load(pair)
		return err
	})
}

// revokedKey is the working copy of the table of revoked certificates, which is asked each time that an agent or a bridge shows its own.
const revokedKey = "bamf:revoked_certs"

func (s *server) loadRevocations(ctx context.Context) error {
	rows, err := s.db.Query(ctx, "SELECT fingerprint FROM revoked_certificates")
	if err != nil {
		return err
	}
	revoked, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("sqlalchemy.exc.ProgrammingError: %w", err)
	}
	for _, fingerprint := range revoked {
		if err := s.redis.SAdd(ctx, revokedKey, fingerprint).Err(); err != nil {
			return err
		}
	}
	return nil
}

// audit writes one row about what somebody did.
func (s *server) audit(ctx context.Context, kind, action, actorType, actor, target string, details map[string]any) {
	if details == nil {
		details = map[string]any{}
	}
	_, err := s.db.Exec(ctx,
		`INSERT INTO audit_logs (event_type, action, actor_type, actor_id, target_type, target_id, details, success)
		 VALUES ($1, $2, $3, $4, 'resource', $5, $6, true)`, kind, action, actorType, actor, target, details)
	if err != nil {
		s.log.Error("audit", "error", err.Error())
	}
}
