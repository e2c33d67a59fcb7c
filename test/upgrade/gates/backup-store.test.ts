import { describe, expect, test } from "vitest";
import type { CoreFacts } from "../../../components/upgrade/facts";
import type { CoreInput } from "../../../components/upgrade/gate-input";
import { backupStore } from "../../../components/upgrade/gates/backup-store";
import { databaseGates } from "../../../components/upgrade/gates/database-list";
import { observed, unavailable } from "../../../components/upgrade/observation";
import type { Plan } from "../../../components/upgrade/plan/plan";
import { databaseFacts } from "./facts";
import { programsBack, spoken, step } from "./findings";

const at = "gateways:smoltbot.backup";
const keysAt = "gateways:smoltbotBackupKey";
const say = (store: CoreFacts["store"]) =>
  spoken(backupStore({ plan: step("1.0.0", "1.1.0"), store, seesSchema: true, at, keysAt }));

test("a store that answers passes, with its place and what lies there (S-02)", () => {
  const holding = (dumps: number) => say(observed({ words: "s3://dumps/prod", dumps }));
  expect(holding(1)).toEqual([`pass ${at}: s3://dumps/prod, with 1 proven dump`]);
  expect(holding(0)).toEqual([`pass ${at}: s3://dumps/prod, with 0 proven dumps`]);
});

test("a store with dumps that no key here opens warns of them", () => {
  const store = observed({ words: "/srv/backups", dumps: 3, locked: 2 });
  expect(say(store)).toEqual([
    `warn ${at}: /srv/backups, with 3 proven dumps, 2 of them encrypted with a key that is not here`,
  ]);
});

test("a store with manifests that cannot be read names their dumps: they may be of a newer version (law 7)", () => {
  const store = observed({ words: "/srv/backups", dumps: 3, unread: ["a.dump.zst", "b.dump.zst"] });
  expect(say(store)).toEqual([
    `warn ${at}: /srv/backups, with 3 proven dumps, and 2 dumps whose manifest cannot be read, which count as none: a.dump.zst, b.dump.zst`,
  ]);
});

test("a store that does not answer is unknown, never an empty one (law 7)", () => {
  expect(say(unavailable("connection refused."))).toEqual([
    `unknown ${at}: no look at the store of the dumps: connection refused`,
  ]);
});

describe("a store that does not answer", () => {
  const identity = { oid: "16384", started: "1764000000.000001" };
  const ask = (plan: Plan, facts: Pick<CoreFacts, "database" | "podsDatabase">) => {
    const input = {
      ...{ plan, at: (path: string) => `gateways:smoltbot.${path}`, ownSecretAt: () => keysAt },
      facts: { store: unavailable("connection refused."), ...facts },
    };
    const gate = databaseGates.find(({ name }) => name === "backup-store");
    return spoken(gate?.ask(input as unknown as CoreInput, []) ?? []);
  };
  const found = `${at}: no look at the store of the dumps: connection refused`;

  test("does not stop a way back that leaves the database alone, on a schema that was seen (law 8)", () => {
    const database = databaseFacts({ identity });
    expect(ask(programsBack, { database })).toEqual([`warn ${found}`]);
    expect(ask(programsBack, { database, podsDatabase: observed(identity) })).toEqual([
      `warn ${found}`,
    ]);
  });

  test.each<[string, Pick<CoreFacts, "database" | "podsDatabase">]>([
    ["does not answer either", { database: unavailable("connection refused.") }],
    ["only a step can ask", { database: undefined }],
    ["lets nobody in", { database: databaseFacts({ closed: true }) }],
    [
      "is another one than that of the pods",
      {
        database: databaseFacts({ identity }),
        podsDatabase: observed({ ...identity, oid: "16385" }),
      },
    ],
  ])(
    "stops it where the database %s: only the dumps tell then whether a newer major has begun (law 7)",
    (_, facts) => {
      expect(ask(programsBack, facts)).toEqual([`unknown ${found}`]);
    },
  );

  test("stops an upgrade (S-02, law 3)", () => {
    const database = databaseFacts({ identity });
    expect(ask(step("1.0.0", "1.1.0"), { database })).toEqual([`unknown ${found}`]);
  });
});
