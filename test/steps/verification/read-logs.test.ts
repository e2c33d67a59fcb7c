import { expect, test } from "vitest";
import { instanceOf } from "../../../components/kubernetes/platform/instances";
import { openPlatform } from "../../../components/steps/open-platform";
import { openLogWindow, secondsThatCount } from "../../../components/steps/verification/log-window";
import { readLogs } from "../../../components/steps/verification/ask-instances";
import { Refusal, withApi } from "../../kubernetes/stand-in-api";
import { verificationTask } from "../verification-task";

const TASK = verificationTask();

const LOGS: Readonly<Record<string, string>> = {
  "gateway-a gateway": `{"level":"info"}\n{"level":"error","message":"no such column"}\n`,
  "gateway-a sidecar": `{"level":"fatal","message":"key hunter2 refused"}\n`,
  "observer-a observer": `Uncaught Error: no SUPABASE_JWT_SECRET\n`,
};

const pod = (name: string, containers: readonly string[], created: string) =>
  instanceOf({
    metadata: { name, creationTimestamp: created },
    spec: { containers: containers.map((container) => ({ name: container })) },
  });

test("errors of every container are told, without a secret: of new pods all, of older ones since the watch began (S-18, S-19, S-51)", async () => {
  const asked: (string | null)[] = [];
  const now = Date.now();
  const window = { begun: now - 4500, afterRollout: false };
  const faults = await withApi(
    (request, path) => {
      const query = new URL(request.url ?? "", "http://api").searchParams;
      const name = /pods\/(?<pod>[^/]+)\/log$/.exec(path)?.groups?.["pod"] ?? "";
      asked.push(query.get("sinceSeconds"));
      const text = LOGS[`${name} ${query.get("container") ?? ""}`];
      return text === undefined ? undefined : new Refusal(200, text);
    },
    async (kubeconfig) => {
      const pods = [
        pod("gateway-a", ["gateway", "sidecar"], "2026-01-01T00:00:00Z"),
        pod("observer-a", ["observer"], new Date(now).toISOString()),
      ];
      const redact = (text: string) => text.replaceAll("hunter2", "***");
      const io = { env: {}, say: () => undefined };
      return openPlatform({ kubeconfig, namespace: "smoltbot" }, io, (platform) =>
        readLogs(platform, TASK, pods, window, redact),
      );
    },
  );
  expect(faults.map(({ text }) => text)).toEqual([
    `pod gateway-a has logged 2 errors, at last: {"level":"error","message":"no such column"} | {"level":"fatal","message":"key *** refused"}`,
    "pod observer-a has logged 1 errors, at last: Uncaught Error: no SUPABASE_JWT_SECRET",
  ]);
  // A second or two may pass meanwhile.
  expect(
    asked.map((seconds) => (seconds === null ? "all" : Math.floor(Number(seconds) / 5))),
  ).toEqual([1, 1, "all"]);
});

const NOW = Date.parse("2026-06-01T12:00:00Z");
const readySince = (seconds: number) =>
  instanceOf({
    status: {
      conditions: [
        {
          type: "Ready",
          status: "True",
          lastTransitionTime: new Date(NOW - seconds * 1000).toISOString(),
        },
      ],
    },
  });

test.each<[string, readonly number[], number, number | undefined]>([
  ["that the rollout before it has made counts whole (S-18)", [5, 200], 220, undefined],
  [
    "that stands for days counts from the watch on, even where another one is new",
    [5, 90_000],
    90_000,
    7,
  ],
  ["that an earlier, failed verification has watched counts from this watch on", [60], 80, 7],
  ["that comes during the watch counts whole", [90_000], -2, undefined],
])("the log of a pod %s", (_case, ready, born, seconds) => {
  const window = openLogWindow(ready.map(readySince), NOW);
  const created = new Date(NOW - born * 1000).toISOString();
  expect(secondsThatCount(window, created, NOW + 6200)).toBe(seconds);
});

test("without a pod that is ready, and of a pod of unknown age, the watch alone counts", () => {
  expect(secondsThatCount(openLogWindow([], NOW), undefined, NOW)).toBe(1);
});
