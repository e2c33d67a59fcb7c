import { describe, expect, test } from "vitest";
import { bamfNames } from "../../components/bamf/names";
import { wavesOf } from "../../components/bamf/waves";

const all = ["bamf-agent", "bamf-api", "bamf-bridge", "bamf-proxy", "bamf-web"];
const bridges = { sessions: "bamf", withinSeconds: 1905 };
const agents = { sessions: "bamf-agents", withinSeconds: 1890 };
const waves = (rendered: readonly string[]) =>
  wavesOf(bamfNames("bamf", {}), rendered, { bridges, agents });

describe("the workloads of a release change in waves", () => {
  test("API and its proof first, then bridges, proxy and web, and agents at last (B-04 to B-08, B-34, T-25)", () => {
    expect(waves(all)).toEqual([
      { name: "api", workloads: ["bamf-api"], verified: true },
      { name: "bridges", workloads: ["bamf-bridge"], oneByOne: bridges },
      { name: "proxy-and-web", workloads: ["bamf-proxy", "bamf-web"] },
      { name: "agents", workloads: ["bamf-agent"], held: true, oneByOne: agents },
    ]);
  });

  test("a wave is left out where the chart renders none of its workloads: web and agents are not there by default (T-33)", () => {
    const rendered = all.filter((name) => !/web|agent/.test(name));
    expect(waves(rendered).map(({ name }) => name)).toEqual(["api", "bridges", "proxy-and-web"]);
  });

  test("each workload is in one wave, also one that only the chart knows", () => {
    const rendered = [...all, "bamf-kubamf"];
    expect(
      waves(rendered)
        .flatMap(({ workloads }) => workloads)
        .sort(),
    ).toEqual([...rendered].sort());
  });
});
