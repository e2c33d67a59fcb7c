import { z } from "zod";

const name = z.string().min(1);
const labels = z.record(z.string(), z.string());

/** What a roll of bridges is told about the release besides its policy. Durations are in seconds. */
export const bridgeOptionsSchema = z.strictObject({
  /** The API: its workload and container, and labels that all of its pods have. */
  api: z.strictObject({ workload: name, container: name.default("api"), labels }),
  /** The bridges likewise. */
  bridge: z.strictObject({ container: name.default("bridge"), labels }),
  /** What is known about releases: path of a catalogue, relative to the program. @defaultValue the catalogue that comes with it */
  catalogue: name.optional(),
  /** Port of a bridge's health and metrics. */
  healthPort: z.number().int().positive().default(8080),
  /** Where an API pod reaches the tunnel port of a bridge; `{instance}` is its name. */
  tunnelAddress: name.default("{instance}:8443"),
  /** Bridges that are reached elsewhere, by their names. */
  tunnelAddresses: z.record(name, name).default({}),
  /** Where it reaches a bridge's HTTPS port, which no Service of the chart has; `{workload}` is the bridges' StatefulSet. */
  httpsAddress: name.default("{instance}.{workload}-headless:443"),
  /** Bridges whose HTTPS port is reached elsewhere, by their names. */
  httpsAddresses: z.record(name, name).default({}),
  /** Most tunnels that one bridge is to have while another one is away. @defaultValue no such limit */
  mostTunnels: z.number().positive().optional(),
  /** How long a bridge or an agent may take to register once its pod is ready. */
  registersWithinSeconds: z.number().positive().default(60),
  /** How long an agent may be silent before it counts as one that does not hear the API: as shipped, it is heard once a minute. */
  heardWithinSeconds: z.number().positive().default(75),
  /** How long sessions that were carried over get to come back before they are counted. */
  settlesWithinSeconds: z.number().positive().default(15),
});

/** What a roll of the agents of the chart is told besides. It looks after bridges, too: it does not begin while one of them stops. */
export const agentOptionsSchema = bridgeOptionsSchema.extend({
  agent: z
    .strictObject({
      container: name.default("agent"),
      /** Port of an agent's metrics, which is fixed in the product. */
      metricsPort: z.number().int().positive().default(8081),
    })
    .prefault({}),
});

/** As the program writes it: what has a default may be left out. */
export type AgentOptionsInput = z.input<typeof agentOptionsSchema>;
/** As it is read: complete. */
export type AgentOptions = z.output<typeof agentOptionsSchema>;

/** As the program writes it: what has a default may be left out. */
export type BridgeOptionsInput = z.input<typeof bridgeOptionsSchema>;
/** As it is read: complete. */
export type BridgeOptions = z.output<typeof bridgeOptionsSchema>;
