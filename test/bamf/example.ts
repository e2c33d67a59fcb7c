import { bamfSchema, type BamfConfig } from "../../components/bamf/config";
import { bamf } from "../../components/bamf/product";
import { kubernetesFields } from "../../components/kubernetes/gateway/settings";

/** A stack's BAMF with everything left to its default, but for what a test changes. */
export const exampleBamf = (changes: Readonly<Record<string, unknown>> = {}): BamfConfig =>
  bamfSchema.extend(kubernetesFields(bamf)).parse({
    version: "0.11.0",
    kubernetes: { context: "lab", namespace: "bamf" },
    ...changes,
  });

/** What a stack file gives the pods of a BAMF. */
export const exampleSecrets = {
  DATABASE_URL: "postgresql://bamf:pa55w0rd%2F@db.example:5432/bamf?sslmode=require",
  BAMF_PROXY_INTERNAL_TOKEN: "proxy-token-of-the-stack",
  BAMF_BRIDGE_BOOTSTRAP_TOKEN: "bridge-token-of-the-stack",
};
