import { expect, test } from "vitest";
import {
  versionSkew,
  type RunningTags,
  type VersionSkewArgs,
} from "../../../components/bamf/gates/version-skew";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { spoken } from "../../upgrade/gates/findings";

const at = "context prod, namespace bamf";
const consentAt = "gateways:bamf.consents.skew";
const image = (part: string, tag: string) => ({
  at: `Deployment/bamf-${part} container ${part}`,
  image: `ghcr.io/mattrobinsonsre/bamf-${part}:${tag}`,
});
const all = (tag: string): RunningTags => ({
  api: [tag],
  bridges: [tag],
  proxies: [tag],
  webs: [],
  agents: [tag],
});
const ask = (running: Partial<RunningTags>, change: Partial<VersionSkewArgs> = {}) =>
  versionSkew({
    wanted: "0.11.0",
    tag: "v0.11.0",
    images: [image("api", "v0.11.0"), image("bridge", "v0.11.0"), image("agent", "v0.11.0")],
    elsewhere: { clis: [], agents: [] },
    running: observed({ ...all("v0.10.0"), ...running }),
    byHand: [],
    consent: undefined,
    at,
    elsewhereAt: "gateways:bamf.elsewhere",
    consentAt,
    ...change,
  });

test("an older release that runs as one passes, and what nobody can see is said (B-30 to B-32)", () => {
  expect(spoken(ask({}))).toEqual([
    `pass ${at}: nothing newer than the API of 0.11.0; agents on other hosts and CLIs do not tell their version`,
  ]);
});

test("a bridge of another release than the API blocks (B-32)", () => {
  expect(
    spoken(ask({}, { images: [image("api", "v0.11.0"), image("bridge", "v0.10.0")] })),
  ).toEqual([
    "block Deployment/bamf-bridge container bridge: image ghcr.io/mattrobinsonsre/bamf-bridge:v0.10.0",
  ]);
});

test("an image of another product, and one of the product without a tag, pass: there is nothing to compare", () => {
  const foreign = { at: "Deployment/redis container redis", image: "redis:7.2" };
  expect(spoken(ask({}, { images: [foreign] }))[0]).toMatch(/^pass /);
  const bare = { ...image("api", ""), image: "ghcr.io/mattrobinsonsre/bamf-api@sha256:0a1b" };
  expect(spoken(ask({}, { images: [bare] }))[0]).toMatch(/^pass /);
});

test("an image of the wrong tag blocks with the tags that it may have: the API's own, or for agents none that is newer (B-31, B-32)", () => {
  const images = [image("bridge", "v0.10.0"), image("agent", "v0.12.0")];
  expect(ask({}, { images }).map(({ expected }) => expected)).toEqual([
    "the tag v0.11.0, as of the API (B-32)",
    "a tag that is not newer than v0.11.0, that of the API (B-31)",
  ]);
});

test("agents that are held at a tag that is no version pass: nothing shows that it is newer", () => {
  expect(spoken(ask({}, { images: [image("agent", "nightly")] }))[0]).toMatch(/^pass /);
});

test("agents that are held at an older release pass, and newer ones block (B-31)", () => {
  const agents = (tag: string) => ask({}, { images: [image("agent", tag)] });
  expect(spoken(agents("v0.10.0"))[0]).toMatch(/^pass /);
  expect(spoken(agents("v0.12.0"))).toEqual([
    "block Deployment/bamf-agent container agent: image ghcr.io/mattrobinsonsre/bamf-agent:v0.12.0",
  ]);
});

test("going back, agents that are newer for a while and a newer CLI are told (B-30, B-31)", () => {
  const findings = ask(all("v0.11.0"), {
    wanted: "0.10.0",
    tag: "v0.10.0",
    images: [image("api", "v0.10.0")],
    elsewhere: { clis: ["0.11.0"], agents: [] },
  });
  expect(spoken(findings)).toEqual([
    `warn ${at}: agent 0.11.0 beside API 0.10.0, in the way to 0.10.0, with API at 0.10.0 and 0.11.0, bridge at 0.11.0, proxy at 0.11.0, agent at 0.11.0`,
    "warn gateways:bamf.elsewhere: CLI 0.11.0 beside API 0.10.0",
  ]);
});

test("agents that are newer than the API before the run begins are told (B-31)", () => {
  expect(spoken(ask({ agents: ["v0.11.0"] }))).toEqual([
    `warn ${at}: agent 0.11.0 beside API 0.10.0, now`,
  ]);
});

test("agents that run without an API are held against the wanted one (B-31)", () => {
  const without = { api: [], bridges: [], proxies: [] };
  expect(spoken(ask({ ...without, agents: ["v0.12.0"] }))).toEqual([
    `warn ${at}: agent v0.12.0 beside API 0.11.0`,
  ]);
  expect(spoken(ask({ ...without, agents: ["v0.11.0"] }))[0]).toMatch(/^pass /);
});

test("agents that run at a tag that is no version are told: they cannot be compared (B-31)", () => {
  expect(spoken(ask({ agents: ["nightly"] }))).toEqual([
    `warn ${at}: agent nightly beside API 0.11.0, which cannot be compared`,
  ]);
});

test("what an upgrade that was cut off has left side by side is told (B-32)", () => {
  expect(spoken(ask({ api: ["v0.11.0"], bridges: ["v0.10.0", "v0.11.0"] }))).toEqual([
    `warn ${at}: bridge v0.10.0 beside API v0.11.0`,
    `warn ${at}: proxy v0.10.0 beside API v0.11.0`,
  ]);
  const back = ask({ webs: ["v0.11.0"] }, { wanted: "0.10.0", tag: "v0.10.0", images: [] });
  expect(spoken(back)).toEqual([`warn ${at}: web v0.11.0 beside API v0.10.0`]);
  expect(spoken(ask({ api: ["v0.10.0", "v0.11.0"] }))).toEqual([
    `warn ${at}: API v0.10.0 beside API v0.11.0`,
  ]);
});

test("a third release is refused while what belongs to the API is of two, with the part, the moment and the way out (B-32)", () => {
  const [finding] = ask({ webs: ["v0.9.1"] });
  expect(finding).toMatchObject({
    verdict: "block",
    at,
    found:
      "0.9.1, 0.10.0, 0.11.0 side by side in API, bridge, proxy and web, in the way to 0.11.0, with API at 0.10.0 and 0.11.0, bridge at 0.10.0, proxy at 0.10.0, web at 0.9.1",
    expected: "the release before and the wanted one, and no third (B-32)",
    fix: 'bring all of them to 0.9.1 or 0.10.0, which run already, then to 0.11.0; or set consents.skew to { release: "0.11.0", reason: "..." } in the stack file',
  });
  expect(spoken(ask({ api: ["v0.10.0", "v0.10.1"] }))[0]).toMatch(
    /^block .*0\.10\.0, 0\.10\.1, 0\.11\.0 side by side/,
  );
  // The one before was refused with its API alone: that is of two while it is rolled.
  expect(spoken(ask({ api: ["v0.10.1"] }))[0]).toMatch(
    /^block .*0\.10\.0, 0\.10\.1, 0\.11\.0 side by side .*, with API at 0\.10\.1 and 0\.11\.0, /,
  );
  // What is of three already: none of them is kept from being the one that stays.
  const torn = { webs: ["v0.9.1"], proxies: ["v0.9.0"] };
  expect(spoken(ask(torn))[0]).toMatch(/^block .*, now$/);
  for (const wanted of ["0.9.0", "0.9.1", "0.10.0"])
    for (const line of spoken(ask(torn, { wanted, tag: `v${wanted}`, images: [] })))
      expect(line).toMatch(/^warn /);
});

test("a consent that names the wanted release lets a third one come, and one for another does not (B-32)", () => {
  const third = (release: string) =>
    spoken(ask({ webs: ["v0.9.1"] }, { consent: { release, reason: "the fix of a bad release" } }));
  expect(third("0.11.0")[0]).toMatch(/^warn gateways:bamf\.consents\.skew: 0\.9\.1, /);
  expect(third("0.10.0")[0]).toMatch(/^block /);
});

test("an image that somebody has set by hand is named with its workload, since a run at the same release leaves it (B-31, B-32)", () => {
  const byHand = ["Deployment/bamf-web"];
  const fix =
    "Deployment/bamf-web: the image was set by hand; set it back with kubectl, or with pulumi refresh and then pulumi up at the release before";
  const same = { wanted: "0.10.0", tag: "v0.10.0", images: [], byHand };
  const [kept] = ask({ webs: ["v0.11.0"] }, same);
  expect(kept).toMatchObject({ verdict: "warn", fix });
  expect(kept?.found).toBe("web v0.11.0 beside API v0.10.0");
  const agents = { agents: ["v0.11.0"], webs: [] };
  expect(ask(agents, same)[0]?.fix).toMatch(/^nothing; /);
  expect(ask(agents, { ...same, byHand: ["Deployment/bamf-agent"] })[0]?.fix).toMatch(
    /^Deployment\/bamf-agent: the image was set by hand/,
  );
  const [refused] = ask({ webs: ["v0.9.1"] }, { byHand });
  expect(refused?.verdict).toBe("block");
  expect(refused?.fix).toMatch(`${fix}, then to 0.11.0`);
});

test("a cluster that cannot be seen is unknown", () => {
  expect(spoken(ask({}, { running: unavailable("forbidden") }))).toEqual([
    `unknown ${at}: no look at the running images: forbidden`,
  ]);
});
