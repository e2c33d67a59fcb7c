import { matrix } from "../matrix/matrix";

/** The API server of the cluster, killed in the middle of a rollout of each product: nothing else may run beside these files, so that they take turns. */
export default matrix({
  name: "killed-api-servers",
  sample: 1,
  cells: {
    smoltbot: { testFile: "test/e2e/api-server.alone.lab.test.ts" },
    bamf: { testFile: "test/e2e/bamf-api-server.alone.lab.test.ts" },
  },
});
