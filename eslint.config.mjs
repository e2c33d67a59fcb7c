import { join } from "node:path";
import { defineConfig } from "eslint/config";
import { createNodeResolver, importX } from "eslint-plugin-import-x";
import tsdoc from "eslint-plugin-tsdoc";
import tseslint from "typescript-eslint";

/** A folder of components, for the linter. */
const part = (name) => `./components/${name}`;

/** Imports run downward only: what a folder may not import, and why. */
const zone = (target, from, message) => ({
  target: [target].flat().map(part),
  from: from.map(part),
  message,
});

const DOWNWARD = [
  zone(
    "upgrade",
    [
      "bamf",
      "config",
      "docker",
      "dumps",
      "hosts",
      "kubernetes",
      "postgres",
      "prometheus",
      "registry",
      "smoltbot",
      "ssh",
      "steps",
    ],
    "The story knows no target, no product and no step.",
  ),
  zone(
    "config",
    ["bamf", "docker", "hosts", "kubernetes", "postgres", "registry", "smoltbot", "steps"],
    "A stack file is read without a look at what it asks for.",
  ),
  zone(
    ["prometheus", "registry"],
    ["bamf", "docker", "dumps", "hosts", "kubernetes", "postgres", "smoltbot", "steps"],
    "A source of facts knows the contracts of upgrade alone.",
  ),
  zone(
    "postgres",
    ["bamf", "config", "docker", "dumps", "hosts", "kubernetes", "smoltbot", "steps"],
    "PostgreSQL is below dumps, steps and targets.",
  ),
  zone(
    "dumps",
    ["bamf", "docker", "hosts", "kubernetes", "smoltbot", "steps"],
    "Dumps are below steps and targets.",
  ),
  {
    ...zone("dumps", ["config"], "Dumps know no stack file, but for the words of its faults."),
    except: ["./words.ts"],
  },
  zone(
    ["api", "edits", "facts", "gates", "helm", "objects", "platform", "resources", "watch"].map(
      (name) => `kubernetes/${name}`,
    ),
    ["bamf", "config", "dumps", "kubernetes/gateway", "postgres", "smoltbot", "steps"],
    "What speaks to a cluster is below steps, and knows no gateway.",
  ),
  zone(
    "kubernetes",
    ["bamf", "docker", "hosts", "smoltbot"],
    "A target knows no product, and no other target.",
  ),
  zone(
    "docker",
    ["bamf", "kubernetes", "smoltbot"],
    "A target knows no product, and no other target.",
  ),
  zone(
    ["api", "compose", "facts", "gates", "objects", "platform", "proxy", "resources", "watch"].map(
      (name) => `docker/${name}`,
    ),
    ["dumps", "docker/gateway", "gateway", "steps"],
    "What speaks to a Docker host is below steps, and knows no gateway.",
  ),
  zone(
    "hosts",
    ["bamf", "docker", "kubernetes", "smoltbot"],
    "A target knows no product, and no other target.",
  ),
  zone(
    ["api", "facts", "gates", "plan", "roll", "steps"].map((name) => `hosts/${name}`),
    ["config", "dumps", "gateway", "hosts/gateway", "postgres", "steps"],
    "What speaks to hosts is below steps, and knows no gateway.",
  ),
  zone(
    "ssh",
    ["bamf", "config", "docker", "gateway", "hosts", "kubernetes", "smoltbot", "steps", "upgrade"],
    "A way to a host knows nothing of what is done there.",
  ),
  zone(
    "gateway",
    ["bamf", "docker", "hosts", "kubernetes", "smoltbot"],
    "What targets have in common knows none of them, and no product.",
  ),
  zone(
    ["config", "dumps", "postgres", "prometheus", "registry", "upgrade"],
    ["gateway"],
    "What targets have in common is for them alone.",
  ),
  zone(
    "steps",
    ["bamf", "config", "docker/gateway", "gateway", "kubernetes/gateway", "smoltbot"],
    "A step knows its input alone, and no product.",
  ),
  zone(["bamf", "smoltbot"], ["steps"], "A product speaks to steps through its target."),
  zone("smoltbot", ["bamf"], "A product knows no other product."),
  zone("bamf", ["smoltbot"], "A product knows no other product."),
];

/** The program knows neither tests nor lab, and the lab knows nothing but itself: it is a package of its own. */
const APART = [
  { target: ["./components", "./index.ts"], from: "./test", message: "The program knows no test." },
  {
    target: "./test/lab",
    from: ".",
    except: ["./test/lab", "./node_modules"],
    message: "The lab is a package of its own, which knows neither program nor tests.",
  },
];

/** How imports are found. */
const IMPORTS = {
  "import-x/extensions": [".ts"],
  "import-x/parsers": { "@typescript-eslint/parser": [".ts"] },
  "import-x/resolver-next": [createNodeResolver({ extensions: [".ts", ".mjs", ".js"] })],
};

/** What a package imports stands in its package.json. */
const declared = (folder, devDependencies) => [
  "error",
  { packageDir: join(import.meta.dirname, folder), devDependencies },
];

export default defineConfig(
  { ignores: ["node_modules/"] },
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: {
          allowDefaultProject: [
            "eslint.config.mjs",
            "test/lab/setup.mjs",
            "test/mutants/stryker.config.mjs",
            "components/start/*.mjs",
          ],
        },
      },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "max-lines": ["error", { max: 220, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
      "no-console": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-import-type-side-effects": "error",
      "@typescript-eslint/consistent-type-imports": "error",
    },
  },
  {
    files: ["index.ts", "components/**/*.ts"],
    plugins: { "import-x": importX, tsdoc },
    settings: IMPORTS,
    rules: {
      "import-x/no-restricted-paths": ["error", { zones: [...DOWNWARD, ...APART] }],
      "import-x/no-extraneous-dependencies": declared(".", false),
      "import-x/no-cycle": ["error", { ignoreExternal: true }],
      "tsdoc/syntax": "error",
    },
  },
  {
    files: ["test/lab/**/*.ts"],
    plugins: { "import-x": importX },
    settings: IMPORTS,
    rules: {
      "import-x/no-restricted-paths": ["error", { zones: APART }],
      "import-x/no-extraneous-dependencies": declared("test/lab", true),
    },
  },
  { files: ["**/*.mjs"], extends: [tseslint.configs.disableTypeChecked] },
  {
    files: ["test/**"],
    rules: { "max-lines-per-function": "off", "@typescript-eslint/no-non-null-assertion": "off" },
  },
);
