import { describe, expect, test } from "vitest";
import type { JobFacts, WorkloadFacts } from "../../../components/kubernetes/facts/cluster-facts";
import type { DatabaseFacts } from "../../../components/upgrade/facts";
import { migrationState } from "../../../components/kubernetes/gates/migration-state";
import { unavailable } from "../../../components/upgrade/observation";
import { cluster, databaseFacts, migration, workload } from "../../upgrade/gates/facts";
import { programsBack, spoken, step } from "../../upgrade/gates/findings";

const at = "staging/smoltbot";
const plan = step("1.1.0", "1.2.0");
const say = (jobs: readonly JobFacts[], database = databaseFacts()) =>
  spoken(
    migrationState({
      plan,
      cluster: cluster({ jobs }),
      database,
      job: "migrate-new",
      hook: "gateway-migrate",
      at,
    }),
  );
const calm = [`pass ${at}: no migration runs or has failed`];

test.each<[string, JobFacts]>([
  ["of this release that is suspended", migration("migrate-new", "suspended")],
  ["of this release that is complete", migration("migrate-new", "complete")],
  ["of another release that is complete", migration("migrate-old", "complete")],
  ["of another release that is suspended", migration("migrate-old", "suspended")],
])("a migration %s passes (S-27)", (_, job) => {
  expect(say([job])).toEqual(calm);
});

test("the hook of a chart that numbers it is told whatever its revision, and by the chart's own label (T-37)", () => {
  const left = migration("bamf-migrations-7", "failed", "BackoffLimitExceeded", "migrations");
  const findings = migrationState({
    plan,
    cluster: cluster({ jobs: [left] }),
    database: databaseFacts(),
    job: "migrate-new",
    hook: "bamf-migrations-1",
    at,
  });
  expect(spoken(findings)).toEqual([
    "warn Job/bamf-migrations-7: a failed migration: BackoffLimitExceeded, left behind by Helm",
  ]);
});

test("a Job that migrates nothing does not count", () => {
  expect(say([migration("report", "active", "", "report")])).toEqual(calm);
});

test.each<JobFacts["state"]>(["active", "waiting"])(
  "a migration of another release that is %s is refused: never two at once (S-27, T-37)",
  (state) => {
    expect(say([migration("migrate-old", state)])).toEqual([
      "block Job/migrate-old: the migration of another release runs",
    ]);
  },
);

test("a migration of this release that an earlier run began is told, and taken up", () => {
  expect(say([migration("migrate-new", "active")])).toEqual([
    "warn Job/migrate-new: an earlier run of this upgrade migrates",
  ]);
});

test("failed migrations are told with their reason, ours and another's (S-32, T-37)", () => {
  expect(
    say([
      migration("migrate-new", "failed", "BackoffLimitExceeded"),
      migration("migrate-old", "failed"),
    ]),
  ).toEqual([
    "warn Job/migrate-new: a failed migration: BackoffLimitExceeded",
    "warn Job/migrate-old: a failed migration",
  ]);
});

test("a schema step that holds the lock is told: the next one waits for it", () => {
  expect(say([], databaseFacts({ migrating: true }))).toEqual([
    "warn database mnemom: a schema step holds the migration lock",
  ]);
});

test("Jobs that could not be seen are unknown, with the reason", () => {
  const look = unavailable("forbidden");
  expect(
    spoken(
      migrationState({
        plan,
        cluster: look,
        database: look,
        job: "migrate-new",
        hook: "gateway-migrate",
        at,
      }),
    ),
  ).toEqual([`unknown ${at}: no look at the migration Jobs: forbidden`]);
});

test("a database that only a Job reaches leaves the Jobs to be judged", () => {
  const facts = { plan, cluster: cluster({ jobs: [] }), database: undefined };
  expect(
    spoken(migrationState({ ...facts, job: "migrate-new", hook: "gateway-migrate", at })),
  ).toEqual(calm);
});

test.each<[JobFacts["state"], readonly string[]]>([
  ["complete", calm],
  ["active", ["block Job/gateway-migrate: the migration hook of the chart runs"]],
  [
    "failed",
    ["warn Job/gateway-migrate: a failed migration: BackoffLimitExceeded, left behind by Helm"],
  ],
])(
  "the hook that Helm ran and that is %s is told from a foreign migration (T-05)",
  (state, found) => {
    const reason = state === "failed" ? "BackoffLimitExceeded" : "";
    expect(say([migration("gateway-migrate", state, reason)])).toEqual(found);
  },
);

describe("a list of migrations that is not found", () => {
  const running = [workload({ ready: 2 })];
  const judged = (
    change: Partial<DatabaseFacts>,
    workloads: readonly WorkloadFacts[] = running,
    wanted = plan,
  ) =>
    spoken(
      migrationState({
        plan: wanted,
        cluster: cluster({ jobs: [], workloads }),
        database: databaseFacts({ migrations: undefined, ...change }),
        job: "migrate-new",
        hook: "gateway-migrate",
        at,
      }),
    );

  test("while a release runs is unknown where a role with another search path would find it (S-14, law 7)", () => {
    expect(judged({ trackedElsewhere: ["app._schema_migrations"] })).toEqual([
      "unknown database mnemom: no list of migrations under the role's search path, while a release runs; app._schema_migrations is there",
    ]);
  });

  test("is told and stops no way back that leaves the database alone (S-48)", () => {
    const found = judged({ trackedElsewhere: ["app._schema_migrations"] }, running, programsBack);
    expect(found).toEqual([expect.stringMatching(/^warn /)]);
  });

  test("in any schema while a release runs is told", () => {
    expect(judged({ trackedElsewhere: [] })).toEqual([
      "warn database mnemom: no list of migrations in any schema, while a release runs",
    ]);
  });

  test("where nothing runs, or there is no database to enter, is as it should be", () => {
    expect(judged({}, [workload({ ready: 0 })])).toEqual(calm);
    expect(judged({ exists: false })).toEqual(calm);
    expect(judged({ closed: true })).toEqual(calm);
  });
});

test("the failed migration of a newer release is left on the way back: where nobody sees the schema it alone tells of it (S-44)", () => {
  const left = (release: string) =>
    migrationState({
      plan: step("1.2.0", "1.1.0"),
      cluster: cluster({
        jobs: [
          {
            ...migration("migrate-other", "failed", "BackoffLimitExceeded"),
            labels: { "app.kubernetes.io/component": "migration", "gateways/release": release },
          },
        ],
      }),
      database: undefined,
      job: "migrate-new",
      hook: undefined,
      at,
    })[0]?.fix;
  expect(left("2.0.0")).toMatch(/^read its log, and leave the Job until 1\.1\.0 is verified/);
  expect(left("1.0.0")).toBe("read its log, then delete the Job");
});
