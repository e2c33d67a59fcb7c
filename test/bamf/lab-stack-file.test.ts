import { describe, expect, test } from "vitest";
import { parseConfig } from "../../components/config/parse";
import { configuredKubernetes } from "../../components/kubernetes/gateway/settings";
import { products } from "../../components/products";
import { bamfConfigOf, bamfSecretsOf } from "../lab/bamf/gateways";
import { bamfReleases } from "../lab/bamf/releases";

const lab = {
  context: "lab",
  postgres: { host: "127.0.0.1", podHost: "10.245.0.1", port: 15432, superuser: "p", password: "" },
};
const names = { namespace: "demo-bamf-prod", database: "demo_bamf_prod" };

/** The keys of a stack as the engine hands them over. */
function keysOf(release: string): Readonly<Record<string, string>> {
  const plain = Object.entries(bamfConfigOf(lab, { release, charts: "/charts" }, names));
  const secrets = Object.entries(bamfSecretsOf(lab, names)).map(
    ([path, value]) => [path.replace("gateways:bamfSecrets.", ""), value] as const,
  );
  const { "gateways:bamfDatabaseUrl": url, ...environment } = Object.fromEntries(secrets);
  return Object.fromEntries([
    ...plain
      .filter(([, value]) => value !== null)
      .map(([key, value]) => [key, JSON.stringify(value)] as const),
    ["gateways:bamfSecrets", JSON.stringify(environment)],
    ["gateways:bamfDatabaseUrl", url ?? ""],
  ]);
}

describe("a stack file of a BAMF in the lab", () => {
  test.each(bamfReleases)("is one that the program takes, at $tag", ({ tag }) => {
    const parsed = parseConfig(keysOf(tag), products, [configuredKubernetes]);
    expect("faults" in parsed ? parsed.faults : []).toEqual([]);
    expect("gateways" in parsed ? parsed.gateways.map(({ product }) => product.name) : []).toEqual([
      "bamf",
    ]);
  });
});
