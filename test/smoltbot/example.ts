import { smoltbotSchema, type SmoltbotConfig } from "../../components/smoltbot/config";

/** A stack's smoltbot with everything left to its default, but for what a test changes. */
export const exampleSmoltbot = (changes: Readonly<Record<string, unknown>> = {}): SmoltbotConfig =>
  smoltbotSchema.parse({
    version: "1.1.0",
    kubernetes: { context: "lab", namespace: "smoltbot" },
    chart: { path: "chart" },
    ...changes,
  });
