import { matrix } from "../matrix/matrix";

/** Stories of a Docker host that take minutes each: some in each run. What every run tells is in docker.lab.test.ts: installed, upgraded and back under load. */
export default matrix({
  name: "docker-stories",
  sample: 2,
  cells: {
    adoption: { testFile: "test/e2e/docker-adoption.lab.test.ts" },
    "backup failures": { testFile: "test/e2e/docker-backup-failures.lab.test.ts" },
    drift: { testFile: "test/e2e/docker-drift.lab.test.ts" },
    "images from source": { testFile: "test/e2e/docker-build.lab.test.ts" },
    "host by SSH": { testFile: "test/e2e/docker-ssh.lab.test.ts" },
    kills: { testFile: "test/e2e/docker-killed.lab.test.ts" },
    major: { testFile: "test/e2e/docker-major.lab.test.ts" },
    refusals: { testFile: "test/e2e/docker-refusals.lab.test.ts" },
    "several hosts": { testFile: "test/e2e/docker-several.lab.test.ts" },
    streams: { testFile: "test/e2e/docker-streams.lab.test.ts" },
  },
});
