import { run } from "../run";

const prefixes = ["KUBE-", "CNI-"];

/** Restores a table's rules without every chain and rule of Kubernetes and CNI. */
export function withoutClusterRules(saved: string): string {
  const isCluster = (line: string): boolean =>
    prefixes.some(
      (prefix) =>
        line.startsWith(`:${prefix}`) ||
        line.startsWith(`-A ${prefix}`) ||
        line.includes(`-j ${prefix}`) ||
        line.includes(`-g ${prefix}`),
    );
  return saved
    .split("\n")
    .filter((line) => !isCluster(line))
    .join("\n");
}

/** Takes away the chains and rules that kube-proxy, the kubelet and CNI made, in both address families. */
export async function removeRules(): Promise<void> {
  for (const family of ["iptables", "ip6tables"]) {
    const saved = await run(`${family}-save`, [], { reject: false });
    if (saved.exitCode !== 0 || !prefixes.some((prefix) => saved.stdout.includes(`:${prefix}`)))
      continue;
    await run(`${family}-restore`, [], {
      input: `${withoutClusterRules(saved.stdout)}\n`,
      reject: false,
    });
  }
}
