import {
  verificationInputSchema,
  type VerificationTask,
} from "../../components/steps/verification-input";

/** The verification of a gateway with one workload. */
export const verificationTask = (changes: object = {}): VerificationTask =>
  verificationInputSchema.parse({
    namespace: "smoltbot",
    release: "1.1.0",
    configHash: "a",
    workloads: [{ name: "gateway", container: "gateway", image: "gateway:1.1.0", http: true }],
    service: { name: "smoltbot", port: 8787 },
    wayBack: "set the version back",
    ...changes,
  });
