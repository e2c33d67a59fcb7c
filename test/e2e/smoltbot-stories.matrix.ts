import { matrix } from "../matrix/matrix";

/** Stories of smoltbot on Kubernetes that take minutes each: some in each run, all within four. What every run tells is among others in upgrade, major, way-back, off-the-path and killed-runs. */
export default matrix({
  name: "smoltbot-stories",
  sample: 3,
  cells: {
    adoption: { testFile: "test/e2e/adoption.lab.test.ts" },
    "backup by a Job": { testFile: "test/e2e/backup-by-job.lab.test.ts" },
    "backup failures": { testFile: "test/e2e/backup-failures.lab.test.ts" },
    "backup in a bucket": { testFile: "test/e2e/bucket.lab.test.ts" },
    "bad releases": { testFile: "test/e2e/bad-releases.lab.test.ts" },
    "cluster rights": { testFile: "test/e2e/cluster-rights.lab.test.ts" },
    "failing releases": { testFile: "test/e2e/failing-releases.lab.test.ts" },
    "pulumi itself": { testFile: "test/e2e/pulumi-itself.lab.test.ts" },
    "traffic verdict": { testFile: "test/e2e/traffic-verdict.lab.test.ts" },
    "two operators": { testFile: "test/e2e/two-operators.lab.test.ts" },
    "what is verified": { testFile: "test/e2e/what-is-verified.lab.test.ts" },
  },
});
