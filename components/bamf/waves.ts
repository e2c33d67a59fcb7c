import type { ReleaseWave } from "../kubernetes/gateway/product";
import type { BamfNames } from "./names";

/** What becomes of the sessions of a release that is rolled out. */
export interface WaveSessions {
  /** How the bridges are replaced, one at a time. */
  readonly oneByOne: NonNullable<ReleaseWave["oneByOne"]>;
  /** What becomes of tunnels before the agents are replaced, whose stop cuts them. */
  readonly endSessions: NonNullable<ReleaseWave["endSessions"]>;
}

/**
 * The workloads of a release in the order of the guide (B-04 to B-08, B-34): the API, which is verified, then the bridges, which belong to it, then what is in
 * front of them, and the agents of the chart at last, which may not be newer than the API (T-25). What the chart has beside them goes along with the proxy. A wave
 * without workloads is left out: web pages of their own are not there by default (T-33), nor are agents.
 *
 * @param rendered - names of the workloads that the chart has rendered
 * @param sessions - what becomes of those on bridges and through agents
 */
export function wavesOf(
  { gateway, bridge, agent }: BamfNames,
  rendered: readonly string[],
  { oneByOne, endSessions }: WaveSessions,
): readonly ReleaseWave[] {
  const others = rendered.filter((name) => ![gateway, bridge, agent].includes(name));
  const waves: readonly ReleaseWave[] = [
    { name: "api", workloads: [gateway], verified: true },
    { name: "bridges", workloads: [bridge], oneByOne },
    { name: "proxy-and-web", workloads: others },
    { name: "agents", workloads: [agent], endSessions },
  ];
  return waves
    .map((wave) => ({
      ...wave,
      workloads: wave.workloads.filter((name) => rendered.includes(name)),
    }))
    .filter(({ workloads }) => workloads.length > 0);
}
