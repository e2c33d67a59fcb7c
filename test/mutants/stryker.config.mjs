/** `npm run mutants`: changes the decisions one by one, and counts how many of the changes no unit test notices. */
export default {
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  vitest: { configFile: "test/mutants/vitest.config.mts", related: true },
  // Files whose promise is that they decide: what they are given they judge, and touch nothing.
  mutate: [
    "components/{upgrade,kubernetes,docker,hosts,hosts/machine,smoltbot,bamf,bamf/agents,bamf/apart}/gates/*.ts",
    // Lists bind gates to their input, and decide nothing.
    "!components/**/gates/*list.ts",
    "components/upgrade/plan/{plan,restore-need,schema-doubt,came-back,occasion,without-database}.ts",
    "components/upgrade/{downgrade-to-warnings,verdict}.ts",
    "components/upgrade/evidence/compare-evidence.ts",
    "components/kubernetes/{helm/compare-values,facts/find-drift}.ts",
    "components/{steps/*,dumps,postgres,kubernetes/watch}/judge-*.ts",
    "components/dumps/dump-to-go-back-to.ts",
    "components/steps/schema/{dump-of-now,newer-than}.ts",
    "components/steps/verification/weigh-traffic.ts",
    "components/docker/{watch/judge-containers,facts/compare-container,proxy/hand-over,proxy/successor}.ts",
    "components/bamf/{hop,hops,way-back,skew/*,translate-values,consents,sessions/decide,verification/judge-bamf}.ts",
  ],
  // A message is the operator's to judge, not a mutant's.
  mutator: { excludedMutations: ["StringLiteral"] },
  ignoreStatic: true,
  concurrency: 2,
  dryRunTimeoutMinutes: 30,
  timeoutMS: 20000,
  reporters: ["clear-text", "progress"],
  clearTextReporter: {
    allowColor: false,
    logTests: false,
    reportTests: false,
    reportMutants: true,
  },
  thresholds: { high: 95, low: 90, break: 90 },
};
