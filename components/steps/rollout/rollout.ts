import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { ClusterClient } from "../../kubernetes/api/client";
import { isMirrored } from "../../kubernetes/objects/images";
import { problemFix, type PodProblem } from "../../kubernetes/watch/problems";
import { clusterFields, withCluster } from "../cluster";
import { StepFailure, wordsOf, type StepIo } from "../../upgrade/step-io";
import { explainProblem } from "../../kubernetes/watch/explain-problem";
import {
  judgeRollout,
  type RolloutVerdict,
  type RolloutView,
} from "../../kubernetes/watch/judge-rollout";
import { openPodDrain } from "../../kubernetes/watch/drain-old-pods";
import { newestPods } from "../../kubernetes/watch/newest-pods";
import { podWarning } from "../../kubernetes/watch/pod-warnings";
import { refreshStuckPods } from "../../kubernetes/watch/refresh-stuck-pods";
import { readRollout } from "../../kubernetes/watch/read-rollout";
import { startStopped } from "./start-stopped";

/** What the rollout step is told. Durations are in seconds. */
export const rolloutInputSchema = z.strictObject({
  ...clusterFields,
  deployments: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        /** Wanted image per container. */
        images: z.record(z.string(), z.string()),
        /** Where a pod says which of its checks fails; read when it does not get ready. */
        health: z.strictObject({ port: z.number(), path: z.string() }).optional(),
        /** How old pods leave that have no pause before their stop; left out where none of them serves. */
        drain: z
          .strictObject({ label: z.string().min(1), pauseSeconds: z.number().positive() })
          .optional(),
      }),
    )
    .min(1),
  /** How a mirror renames images: the beginnings of their names. */
  mirrors: z.record(z.string(), z.string()).default({}),
  deadlineSeconds: z.number().positive().default(600),
  /** A shorter limit than the pods' own probes allow. */
  readyWithinSeconds: z.number().positive().optional(),
  /** Raise where the cluster adds nodes on demand. */
  unschedulableWithinSeconds: z.number().positive().default(10),
});

/** As the program writes it: what has a default may be left out. */
export type RolloutInput = z.input<typeof rolloutInputSchema>;
type Input = z.output<typeof rolloutInputSchema>;
export type Watched = RolloutInput["deployments"][number];

/** What the rollout step leaves behind. */
export interface RolloutResult {
  /** Ready replicas per Deployment. */
  readonly ready: Readonly<Record<string, number>>;
  readonly seconds: number;
}

/**
 * Waits until every Deployment runs nothing but the wanted images, completely (S-15, S-28, S-29, S-30), or says within seconds why one
 * of them will not (T-01, T-09). Changes nothing but pods of the new release that were stuck before it began: they get a fresh start,
 * Deployments that a restore has stopped: they get back their replicas, and old pods without a pause before their stop: they are seen off.
 *
 * @throws StepFailure with the reason, the last log lines and the failing health check.
 */
export const runRollout = (input: Input, io: StepIo): Promise<RolloutResult> =>
  withCluster(input, io, async (client) => {
    const started = Date.now();
    // One failure ends the others: there is one reason to tell, and nothing to wait for.
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, ...(io.signal === undefined ? [] : [io.signal])]);
    try {
      const ready = await Promise.all(
        input.deployments.map((watched) => follow(client, input, watched, { ...io, signal })),
      );
      return {
        ready: Object.fromEntries(ready),
        seconds: Math.round((Date.now() - started) / 1000),
      };
    } finally {
      stop.abort();
    }
  });

async function follow(
  client: ClusterClient,
  input: Input,
  watched: Watched,
  io: StepIo & { readonly signal: AbortSignal },
): Promise<readonly [string, number]> {
  const end = Date.now() + input.deadlineSeconds * 1000;
  const patience = {
    unschedulable: input.unschedulableWithinSeconds,
    ready: input.readyWithinSeconds,
  };
  const { namespace } = input;
  const first = await look(client, input, watched);
  await startStopped(client, namespace, first, io);
  let since = await refreshStuckPods(client, namespace, first, io);
  const farewell =
    watched.drain && (await openPodDrain(client, namespace, watched.drain, first, io));
  let said = "";
  let doneSince: number | undefined;
  for (;;) {
    const view = await look(client, input, watched);
    const isSeeingOff = farewell?.see(view) === true;
    const verdict = judgeRollout(view, since, Date.now(), patience);
    since = verdict.since;
    if (verdict.state !== "failed") said = tell(verdict, said, io);
    doneSince = verdict.state === "done" ? (doneSince ?? Date.now()) : undefined;
    if (doneSince !== undefined && Date.now() - doneSince >= proofTime(view)) {
      await farewell?.ended();
      return [watched.name, view.deployment.spec?.replicas ?? 1];
    }
    if (verdict.state === "failed" && verdict.sign !== undefined)
      throw await failure(client, input, watched, verdict.sign, io);
    if (Date.now() > end) throw await outOfTime(client, input, watched, verdict, io);
    // A new pod counts as available 3 s after it is ready: by then its predecessor must be out.
    await pause(isSeeingOff ? 250 : 1000, undefined, { signal: io.signal });
  }
}

/** Without a readiness probe a container is ready before it can fail (T-01, T-02): it has to stand for a while. In milliseconds. */
const proofTime = ({ deployment }: RolloutView): number =>
  deployment.spec?.template.spec?.containers.every(({ readinessProbe }) => readinessProbe) === true
    ? 0
    : 5000;

async function look(client: ClusterClient, input: Input, watched: Watched) {
  const view = await readRollout(client, input.namespace, watched.name);
  const differs = wrongImage(view, watched, input.mirrors);
  if (differs !== undefined)
    throw new StepFailure(
      differs,
      "see who else changes this Deployment, then run the upgrade again",
    );
  return view;
}

function wrongImage(
  { deployment }: RolloutView,
  watched: Watched,
  mirrors: Input["mirrors"],
): string | undefined {
  const containers = deployment.spec?.template.spec?.containers ?? [];
  return Object.entries(watched.images)
    .map(([name, wanted]) => {
      const found = containers.find((container) => container.name === name)?.image ?? "nothing";
      return isMirrored(found, wanted, mirrors)
        ? undefined
        : `Deployment ${watched.name} asks for ${found} in container ${name}, expected ${wanted}`;
    })
    .find((text) => text !== undefined);
}

/** Says where the rollout stands, where that has changed. Slow starts are no news. */
function tell({ state, progress, sign }: RolloutVerdict, said: string, io: StepIo): string {
  const quiet = state === "done" || sign?.kind === "starting" || sign?.kind === "unready";
  const line = quiet || sign === undefined ? progress : `${progress}; ${sign.text}`;
  if (line !== said) io.say(line);
  return line;
}

async function failure(
  client: ClusterClient,
  input: Input,
  watched: Watched,
  sign: PodProblem,
  io: StepIo,
): Promise<StepFailure> {
  const more = await explainProblem(client, input.namespace, watched.health, sign, io);
  return new StepFailure(
    `${watched.name} does not come up: ${sign.text}${more}`,
    problemFix[sign.kind],
  );
}

async function outOfTime(
  client: ClusterClient,
  input: Input,
  watched: Watched,
  { sign, progress }: RolloutVerdict,
  io: StepIo,
): Promise<StepFailure> {
  if (sign !== undefined) return failure(client, input, watched, sign, io);
  const view = await readRollout(client, input.namespace, watched.name);
  const warning = await podWarning(client, input.namespace, newestPods(view)).catch(wordsOf);
  const more = warning === "" ? "" : `; ${warning}`;
  return new StepFailure(
    `${watched.name} is not rolled out after ${input.deadlineSeconds} s: ${progress}${more}`,
    "see what its pods wait for, or raise the deadline, then run the upgrade again",
  );
}
