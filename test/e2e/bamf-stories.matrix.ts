import { matrix } from "../matrix/matrix";

/** Stories of BAMF that take minutes each, since tunnels get their time to end: some in each run. What every run tells is in bamf, bamf-adoption and two-products. */
export default matrix({
  name: "bamf-stories",
  sample: 1,
  cells: {
    "agents of the chart": { testFile: "test/e2e/bamf-chart-agents.lab.test.ts" },
    "agents of the chart, killed": { testFile: "test/e2e/bamf-chart-agents-killed.lab.test.ts" },
    "agents on hosts": { testFile: "test/e2e/bamf-agents.lab.test.ts" },
    "agents on odd hosts": { testFile: "test/e2e/bamf-odd-hosts.lab.test.ts" },
    "breaking hop": { testFile: "test/e2e/bamf-breaking-hop.lab.test.ts" },
    "broken releases": { testFile: "test/e2e/bamf-failing.lab.test.ts" },
    kills: { testFile: "test/e2e/bamf-killed.lab.test.ts" },
  },
});
