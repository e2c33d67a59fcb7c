import type { BamfWorld } from "./world";

/** Moments at which a run may be killed. */
export const BAMF_MOMENTS = [
  "while the writers are stopped",
  "behind the way down",
  "after the way down",
  "while the schema is migrated",
  "after the schema",
  "after the API was applied",
  "after the API was verified",
  "after the bridges were applied",
  "after the cordon",
  "while tunnels are waited for",
  "before a bridge is stopped",
  "while a bridge is replaced",
  "after a bridge has come back",
  "after the agents were held",
  "after the agents were applied",
  "after the tunnels of the agents have ended",
  "after the rollout",
] as const;
export type BamfMoment = (typeof BAMF_MOMENTS)[number];

/** When a run is killed: at the moment of that number. */
export interface BamfKill {
  readonly moment: BamfMoment;
  /** Counts from 1. */
  readonly time: number;
}

export class Killed extends Error {}

/** Longest run, in milliseconds: then its operator has had enough. */
const PATIENCE = 90_000;

/** One run of the program in a world. */
export interface BamfRun {
  readonly world: BamfWorld;
  /** @throws Killed if the run is over */
  readonly goOn: () => void;
  /** @throws Killed if it is the moment at which the run is killed */
  readonly pass: (moment: BamfMoment) => void;
}

export function beginRun(world: BamfWorld, kill: BamfKill | undefined): BamfRun {
  const began = world.now;
  let isOver = false;
  let times = 0;
  const goOn = (): void => {
    if (world.now - began > PATIENCE) isOver = true;
    if (isOver) throw new Killed();
  };
  world.runs += 1;
  return {
    world,
    goOn,
    pass: (moment) => {
      if (moment === kill?.moment) times += 1;
      if (kill !== undefined && moment === kill.moment && times === kill.time) isOver = true;
      goOn();
    },
  };
}
