import fc from "fast-check";
import { expect, test } from "vitest";
import { hopOperation, type HopOperation } from "./drawn-hops";
import {
  consentToAll,
  decideHop,
  emptyHopWorld,
  fitsHop,
  headOfRelease,
  HOP_MOMENTS,
  HOP_RELEASES,
  HOP_SAFEGUARDS,
  type HopMoment,
  type HopRelease,
  type HopSafeguard,
  type HopWorld,
} from "./hops";
import { upHop } from "./hops-up";

type Operation = HopOperation<HopRelease, HopMoment>;

const operation = hopOperation(HOP_RELEASES, fc.constantFrom(...HOP_MOMENTS));

function carryOut(world: HopWorld, did: Operation): void {
  world.now += 1;
  switch (did.kind) {
    case "up": {
      const ended = upHop(world, did.killAt);
      if (ended === "ended well") endsWell(world);
      return;
    }
    case "set the version":
      world.file = { ...world.file, version: did.version };
      return;
    case "consent to what is asked for":
      consentToAll(world);
      return;
    case "take the consents back":
      world.file = { ...world.file, consents: {} };
      return;
    case "write rows":
      if (world.serving === undefined || ["", "r1"].includes(world.head)) return;
      world.places = [...world.places, world.nextRow];
      world.nextRow += 1;
      return;
    case "the database falls silent":
    case "the database answers":
      world.silent = did.kind === "the database falls silent";
  }
}

/** What an exit code of 0 means: the wanted release serves on its own schema, and a second preview shows nothing to do. */
function endsWell(world: HopWorld): void {
  const { version } = world.file;
  expect(world.serving).toBe(version);
  expect(fitsHop(version, world.head)).toBe(true);
  expect(world.evidence?.version).toBe(version);
  const steps = { ...world.steps };
  const again = { ...world };
  expect(upHop(again)).toBe("ended well");
  expect(again.steps).toEqual(steps);
}

/** No row is lost that is not in a file, and no schema goes down without the consent to this release. */
function holds(world: HopWorld): void {
  const kept = new Set([...world.places, ...world.saved]);
  for (let row = 1; row < world.nextRow; row += 1) expect(kept.has(row), `row ${row}`).toBe(true);
  for (const { release, consent } of world.descents) expect(consent).toBe(release);
}

/** What holds of every sequence. */
const laws = (without?: HopSafeguard) =>
  fc.property(fc.array(operation, { maxLength: 25 }), (operations) => {
    const world = emptyHopWorld(without);
    for (const did of operations) {
      carryOut(world, did);
      holds(world);
    }
    // Whoever consents to what the preview asks for gets there by at most two runs.
    carryOut(world, { kind: "the database answers" });
    consentToAll(world);
    const first = upHop(world);
    if (first !== "ended well") {
      world.now += 1;
      consentToAll(world);
      expect(upHop(world), first).toBe("ended well");
    }
    endsWell(world);
    holds(world);
    expect(world.head).toBe(headOfRelease(world.file.version));
    expect(decideHop(world).plan.change).toBe("none");
  });

test("whatever an operator of a product with hops does, and wherever a run is killed, no row is lost, and the wanted release comes up in the end", () => {
  fc.assert(laws(), { numRuns: 400, examples: [[THERE_AND_BACK]] });
});

/** Down, cut off; up again, cut off; and down once more. */
const THERE_AND_BACK: Operation[] = [
  { kind: "up", killAt: undefined },
  { kind: "set the version", version: "0.2.0" },
  { kind: "consent to what is asked for" },
  { kind: "up", killAt: undefined },
  { kind: "write rows" },
  { kind: "set the version", version: "0.1.0" },
  { kind: "consent to what is asked for" },
  { kind: "up", killAt: "after the schema" },
  { kind: "set the version", version: "0.2.0" },
  { kind: "consent to what is asked for" },
  { kind: "up", killAt: "after the schema" },
  { kind: "set the version", version: "0.1.0" },
];

test.each(Object.entries(HOP_SAFEGUARDS) as [HopSafeguard, string][])(
  "it is found where the program lacks this: %s. Without it %s",
  (without) => {
    const found = fc.check(laws(without), { numRuns: 1, examples: [[THERE_AND_BACK]] });
    expect(found.failed).toBe(true);
  },
);
