import { kubernetesFields } from "../../components/kubernetes/gateway/settings";
import { smoltbotSchema, type SmoltbotConfig } from "../../components/smoltbot/config";
import { smoltbot } from "../../components/smoltbot/product";

/** A stack's smoltbot with everything left to its default, but for what a test changes. */
export const exampleSmoltbot = (changes: Readonly<Record<string, unknown>> = {}): SmoltbotConfig =>
  smoltbotSchema.extend(kubernetesFields(smoltbot)).parse({
    version: "1.1.0",
    kubernetes: { context: "lab", namespace: "smoltbot" },
    chart: { path: "chart" },
    ...changes,
  });
