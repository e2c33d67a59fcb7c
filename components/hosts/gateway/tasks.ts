import type { StepTask } from "../../upgrade/target";
import type { Sums } from "../facts/assets";
import type { HostGroup } from "../plan/groups";
import type { Claim } from "../plan/owner";
import type { HostsRolloutInput } from "../steps/rollout-input";
import type { HostsVerificationInput } from "../steps/verification-input";
import type { HostsWave } from "../target";
import type { HostsProduct } from "./product";
import { configHash, groupHash, groupsOf, hostsOf } from "./release";
import type { HostsConfig } from "./settings";

const MINUTE = 60;

/** One product on hosts, as far as the input of its steps follows from it. */
export interface TasksArgs {
  readonly product: HostsProduct;
  readonly config: HostsConfig;
  /** Sums of the wanted release. */
  readonly sums: Sums;
  /** By what notes on hosts name the stack. */
  readonly claim: Claim;
  /** Name of the stack today. */
  readonly stack: string;
}

/** One wave for each group; each but the last is verified before the next one begins. */
export function wavesOf(args: TasksArgs): readonly HostsWave[] {
  const { config, sums } = args;
  const { hosts: place, version } = config.settings;
  const groups = groupsOf(place);
  return groups.map((group, index) => {
    const soFar = groups.slice(0, index + 1);
    return {
      name: group.name,
      release: version,
      hosts: group.hosts,
      hash: groupHash(place, group, sums),
      watch: rolloutTask(args, soFar),
      verify: index < groups.length - 1 ? verificationTask(args, soFar) : undefined,
    };
  });
}

/** What each step is told of hosts. @param groups - those that it is about, in their order */
function placeOf({ product, config, sums }: TasksArgs, groups: readonly HostGroup[]) {
  const { version, hosts: place } = config.settings;
  const names = groups.flatMap(({ hosts }) => hosts);
  return {
    target: "hosts" as const,
    release: version,
    groups: groups.map((group) => ({ ...group, hosts: [...group.hosts] })),
    hosts: Object.fromEntries(
      Object.entries(hostsOf(place)).filter(([name]) => names.includes(name)),
    ),
    answerWithinSeconds: place.answerWithinSeconds,
    assets: { ...product.assets },
    sums: { ...sums },
  };
}

/** The input of the step that brings a group to the release. */
function rolloutTask(args: TasksArgs, groups: readonly HostGroup[]): StepTask<HostsRolloutInput> {
  const { product, config } = args;
  const { version, hosts, sessions, consents, rollout } = config.settings;
  const { cut, retry } = consents;
  return {
    input: {
      ...placeOf(args, groups),
      later: Object.keys(hosts.inventory).length - groups.flatMap((group) => group.hosts).length,
      claim: args.claim,
      from: hosts.assets,
      ready: product.ready,
      readyWithinSeconds: rollout.readyWithinSeconds,
      tunnels: {
        policy: sessions.policy,
        limitSeconds: sessions.limitMinutes * MINUTE,
        consented: cut?.release === version ? cut.groups : {},
      },
      ...(retry?.release === version ? { retry: true } : {}),
    },
    secrets: {},
  };
}

/** The input of a verification. */
export function verificationTask(
  args: TasksArgs,
  groups: readonly HostGroup[] = groupsOf(args.config.settings.hosts),
): StepTask<HostsVerificationInput> {
  const { product, config, sums, stack } = args;
  const { version, hosts, verify } = config.settings;
  const checks = product.checks(config);
  return {
    input: {
      ...placeOf(args, groups),
      configHash: configHash(hosts, version, sums),
      seconds: verify.seconds,
      ...(checks === undefined ? {} : { checks }),
      wayBack: `change gateways:${product.name}.version in Pulumi.${stack}.yaml back to the release before, and run pulumi up --stack ${stack}`,
    },
    secrets: config.secrets,
  };
}
