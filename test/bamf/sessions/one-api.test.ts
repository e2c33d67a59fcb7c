import { expect, test } from "vitest";
import { oneApi } from "../../../components/bamf/sessions/one-api";
import { memoryPlatform } from "../../steps/memory-platform";

const api = { workload: "bamf-api", container: "api", labels: { app: "api" } };

/** Images of the API at each look, one after the other; the last ones stay. */
async function wait(looks: (readonly string[])[]) {
  const said: string[] = [];
  const asked: unknown[] = [];
  let waited = 0;
  const { platform } = memoryPlatform([], {
    runningImages: (...question) => {
      asked.push(question);
      return Promise.resolve((looks.length > 1 ? looks.shift() : looks[0]) ?? []);
    },
  });
  await oneApi(platform, { api }, { env: {}, say: (line) => void said.push(line) }, (ms) => {
    waited += ms;
    return Promise.resolve();
  });
  return { said, asked, seconds: waited / 1000 };
}

test("an API of one release is waited for by nobody", async () => {
  const { said, asked, seconds } = await wait([["api:v1"]]);
  expect({ said, asked, seconds }).toEqual({ said: [], asked: [[api.labels, "api"]], seconds: 0 });
});

test("a pod of the release before is waited for until it has ended, since agents may still be heard by it", async () => {
  const both = ["api:v1", "api:v2"];
  const { said, seconds } = await wait([both, both, ["api:v2"]]);
  expect(said).toEqual(["api:v1 and api:v2 run; waiting for the older one to end"]);
  expect(seconds).toBe(2);
});

test("one that does not end keeps nobody for ever", async () => {
  expect((await wait([["api:v1", "api:v2"]])).seconds).toBe(150);
});
