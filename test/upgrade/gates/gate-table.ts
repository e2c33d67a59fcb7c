import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dockerGates } from "../../../components/docker/gates/list";
import { kubernetesGates } from "../../../components/kubernetes/gates/list";
import { apartGates } from "../../../components/bamf/apart/gates/list";
import { hostsGates } from "../../../components/hosts/gates/list";
import { machineGates } from "../../../components/hosts/machine/gates/list";
import { bamfGates } from "../../../components/bamf/gates/list";
import { smoltbotGates } from "../../../components/smoltbot/gates/list";
import { upgradeGates } from "../../../components/upgrade/gates/list";
import { table } from "../../bench/section";

export const ROOT = join(import.meta.dirname, "../../..");

/** Who asks gates: its folder below components/, in words, and its list. */
export const owners = [
  { folder: "upgrade", words: "everywhere", gates: upgradeGates },
  { folder: "kubernetes", words: "on Kubernetes", gates: kubernetesGates },
  { folder: "docker", words: "on a Docker host", gates: dockerGates },
  { folder: "hosts", words: "on hosts", gates: hostsGates },
  { folder: "hosts/machine", words: "on this machine", gates: machineGates },
  { folder: "smoltbot", words: "of smoltbot", gates: smoltbotGates },
  { folder: "bamf", words: "of BAMF", gates: bamfGates },
  {
    folder: "bamf/apart",
    words: "of BAMF's agents on hosts, and of its CLI",
    gates: apartGates({ part: "host", fleets: () => [] }),
  },
] as const;

/** Each gate with its folder, in the order of the lists. */
export const listed = owners.flatMap(({ folder, words, gates }) =>
  gates.map(({ name, question }) => ({ folder, words, name, question })),
);

export const sourceOf = (folder: string, name: string): string =>
  readFileSync(join(ROOT, "components", folder, "gates", `${name}.ts`), "utf8");

/** The verdicts that a gate takes from `gate(...)`: all that it can give. */
export function verdictsOf(folder: string, name: string): readonly string[] {
  const taken = /const \{([^}]+)\} = gate\(/.exec(sourceOf(folder, name))?.[1] ?? "";
  return taken.split(",").map((word) => word.trim());
}

const BEGIN = "<!-- gates: written by test/upgrade/gates/gate-table.ts from the lists of gates -->";
const END = "<!-- end of gates -->";

/** The table of all gates, as Markdown. */
export const gateTable = (): string =>
  table([
    ["gate", "asked", "question", "verdicts"],
    ...listed.map(({ folder, words, name, question }) => [
      name,
      words,
      question,
      verdictsOf(folder, name).join(", "),
    ]),
  ]);

/** The page with the table of gates as it is to be. */
export function withGateTable(page: string): string {
  const [before, rest = ""] = page.split(BEGIN);
  const after = rest.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`no ${BEGIN} and ${END}`);
  return `${before}${BEGIN}\n\n${gateTable()}\n\n${END}${after}`;
}
