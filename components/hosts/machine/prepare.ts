import * as pulumi from "@pulumi/pulumi";
import { changesNothing } from "../../upgrade/changes-nothing";
import { identityOf, readIdentityRecord, type Identity } from "../../upgrade/evidence/identity";
import { outputNames } from "../../upgrade/evidence/output-names";
import { readEvidence, readHistory } from "../../upgrade/evidence/read-evidence";
import { stackOutputs } from "../../upgrade/evidence/stack-outputs";
import { observe } from "../../upgrade/observation";
import type { Prepared } from "../../upgrade/prepared";
import {
  imageFacts,
  lookAtFollowed,
  realSources,
  withoutDatabase,
  type Running,
  type Sources,
} from "../gateway/look-at-hosts";
import { assetNames, verifiedSums, wantedSums } from "../gateway/release";
import { hostsTarget } from "../target";
import { machineHash, machineInput, type MachineCoreFacts, type MachineInput } from "./gate-input";
import { lookAtProgram, type MachineFacts } from "./look";
import type { MachineProduct } from "./product";
import type { MachineConfig, MachineGateway } from "./settings";
import type { MachineRolloutInput } from "./steps/rollout";
import type { MachineVerificationInput } from "./steps/verification";
import type { ProgramHere } from "./swap-program";

/** The ways to what is live, so that a test can hand in others. */
export interface MachineSources extends Pick<Sources, "outputs" | "sums" | "size" | "running"> {
  readonly program: (program: ProgramHere) => Promise<MachineFacts>;
}

/** The real ones. @param running - looks at the other gateways of the stack */
export const realMachineSources = (running?: Running): MachineSources => ({
  ...realSources(stackOutputs(), running),
  program: lookAtProgram,
});

/**
 * Looks at the programs of this machine, plans, and asks every gate. Touches nothing.
 *
 * @param releases - what this stack file wants of each gateway, by its name
 */
export async function prepareOnMachine(
  gateways: readonly MachineGateway<MachineProduct>[],
  releases: Readonly<Record<string, string>>,
  sources: MachineSources = realMachineSources(),
): Promise<readonly Prepared[]> {
  const looks = await Promise.all(gateways.map((gateway) => look(gateway, releases, sources)));
  const inputs = looks.map(({ input }) => input);
  return looks.map((one) => prepare(one, inputs));
}

/** What is known of one program before its gates are asked. */
interface Looked {
  readonly gateway: MachineGateway<MachineProduct>;
  readonly input: MachineInput;
  readonly history: Prepared["history"];
  readonly identity: Identity;
}

async function look(
  gateway: MachineGateway<MachineProduct>,
  releases: Readonly<Record<string, string>>,
  sources: MachineSources,
): Promise<Looked> {
  const { product, config } = gateway;
  const { settings, promotion, name } = config;
  const { version, machine } = settings;
  const stack = pulumi.getStack();
  const at = outputNames(name);
  const [own, program, sums, staging, followed, catalogue] = await Promise.all([
    sources.outputs(stack),
    observe(() => sources.program({ path: machine.path, ask: product.versionWords })),
    observe(() => sources.sums(machine.assets, version)),
    promotion && sources.outputs(promotion.from),
    lookAtFollowed(product.follows(settings), sources),
    product.catalogue(settings),
  ]);
  const history = readHistory(own, at.history);
  const record = readIdentityRecord(own, at.identity);
  const names = assetNames(product.assets);
  const wanted = wantedSums(sums, verifiedSums(history, version, names), names);
  const asset = program.observed ? product.assets[program.value.machine] : undefined;
  const isThere =
    program.observed &&
    [program.value.sha256, ...program.value.beside].includes(wanted[asset ?? ""] ?? "none");
  const facts: MachineCoreFacts = {
    now: Date.now(),
    program,
    sums,
    sizes:
      asset === undefined || wanted[asset] === undefined || isThere
        ? {}
        : { [asset]: await observe(() => sources.size(machine.assets, version, asset)) },
    ...followed,
    images: imageFacts(wanted, version, names),
    ...withoutDatabase,
    identity: record,
    own: readEvidence(own, at.evidence),
    staging: staging && readEvidence(staging, at.evidence),
  };
  return {
    gateway,
    input: machineInput({ product, config, catalogue, facts, history, releases }),
    history,
    identity: identityOf(record, { gateway: name, stack, context: "machine" }, undefined),
  };
}

function prepare(
  { gateway: { product, config }, input, history, identity }: Looked,
  all: readonly MachineInput[],
): Prepared {
  const { version, machine } = config.settings;
  const hash = machineHash(config, input.wanted);
  const { rollout, verification } = tasksOf(product, config, input, hash);
  return {
    name: config.name,
    plan: input.plan,
    findings: product.ask(input, all),
    unchanged: changesNothing(input),
    target: hostsTarget({
      waves: [
        {
          name: "machine",
          release: version,
          hosts: [machine.path],
          hash,
          watch: { input: rollout, secrets: {} },
        },
      ],
      verification: { input: verification, secrets: {}, known: {} },
    }),
    history,
    lastBackup: undefined,
    identity,
  };
}

/** The input of both steps: the same whatever machine runs this (law 1). */
function tasksOf(
  product: MachineProduct,
  { settings: { version, machine } }: MachineConfig,
  { wanted: sums, claim }: MachineInput,
  configHash: string,
): { readonly rollout: MachineRolloutInput; readonly verification: MachineVerificationInput } {
  const program = {
    target: "machine" as const,
    release: version,
    path: machine.path,
    ask: [...product.versionWords],
    credentials: product.credentials,
    assets: { ...product.assets },
    sums: { ...sums },
  };
  const wayBack = `change gateways:${product.name}.version in Pulumi.${pulumi.getStack()}.yaml back to the release before, and run pulumi up --stack ${pulumi.getStack()}`;
  return {
    rollout: { ...program, claim, from: machine.assets },
    verification: { ...program, configHash, wayBack },
  };
}
