import { checkAgentsOnline } from "../../../components/bamf/agents/agents-online";
import { bamfAgents } from "../../../components/bamf/agents/product";
import type { HostFacts } from "../../../components/hosts/facts/host-facts";
import { prepareOnHosts } from "../../../components/hosts/gateway/prepare";
import type { Sources } from "../../../components/hosts/gateway/look-at-hosts";
import { hostsVerificationInputSchema } from "../../../components/hosts/steps/verification-input";
import { runHostsVerification } from "../../../components/hosts/steps/verification";
import type { Evidence } from "../../../components/upgrade/evidence/evidence";
import { observed } from "../../../components/upgrade/observation";
import { agent, sum } from "../agents";
import { agentsConfig } from "../stack-values";

/** The file of each host. */
export const asset = "bamf-agent-linux-amd64";
const releases: Readonly<Record<string, string>> = {
  "0.10.0": sum("a"),
  "0.11.0": sum("b"),
};

/** A world in which each host runs what is said, and the stack has left these outputs. */
export function world(
  running: Readonly<Record<string, string>>,
  outputs: Readonly<Record<string, unknown>> = {},
  {
    list = true,
    facts = {},
  }: { readonly list?: boolean; readonly facts?: Partial<HostFacts> } = {},
): Sources {
  return {
    outputs: () => Promise.resolve(observed(outputs)),
    host: ({ name }) => {
      const found = running[name];
      return found === undefined
        ? Promise.reject(new Error("no answer within 15 s"))
        : Promise.resolve(agent({ sha256: found, running: found, ...facts }));
    },
    sums: (_, release) =>
      list
        ? Promise.resolve({ [asset]: releases[release] ?? "", other: sum("e") })
        : Promise.reject(new Error("no answer from the mirror")),
    size: () => (list ? Promise.resolve(20_480) : Promise.reject(new Error("no answer"))),
  };
}

/** Every host of the stack file with this file. */
export const all = (digit: string) => ({ c1: sum(digit), w1: sum(digit), w2: sum(digit) });
/** What is prepared for the stack file of all tests, as it is changed. */
export const prepare = async (
  sources: Sources,
  change: object = {},
  releases: Readonly<Record<string, string>> = {},
) => {
  const config = agentsConfig(change);
  const [prepared] = await prepareOnHosts([{ product: bamfAgents, config }], releases, sources);
  return prepared!;
};

/** The evidence that the verification of the very thing that was prepared leaves behind. */
export async function verified(sources: Sources, change: object = {}): Promise<Evidence> {
  const { target } = await prepare(sources, change);
  const input = hostsVerificationInputSchema.parse({ ...target.verification.input, seconds: 0.01 });
  const io = { env: {}, say: () => undefined };
  return runHostsVerification(input, io, {
    look: (name) => sources.host({ ...agentsHost, name }, 1),
    // The stack file names no URL at which the API could be asked.
    checks: () => Promise.resolve(checkAgentsOnline),
  });
}
const agentsHost = { address: "", port: 22, user: "", hostKey: "", unit: "", name: "" };

/** What stacks say that have verified these, the last one last. */
export const outputsOf = (...history: readonly Evidence[]) => ({
  bamfAgentsEvidence: history.at(-1),
  bamfAgentsHistory: history,
});

/** What stops a run, or is not known. */
export const gravest = ({ findings }: Awaited<ReturnType<typeof prepare>>) =>
  findings
    .filter(({ verdict }) => verdict !== "pass" && verdict !== "warn")
    .map(({ gate, verdict }) => `${verdict} ${gate}`);
