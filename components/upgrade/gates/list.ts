import { restoredFrom } from "../changes-nothing";
import type { Gate } from "../gate";
import type { CoreInput } from "../gate-input";
import { catalogue } from "./catalogue";
import { connectionUrls } from "./connection-urls";
import { databaseGates } from "./database-list";
import { hop } from "./hop";
import { imageExists } from "./image-exists";
import { imageNames } from "./image-names";
import { notes } from "./notes";
import { ownEvidence } from "./own-evidence";
import { prometheus } from "./prometheus";
import { removal } from "./removal";
import { requiredKeys } from "./required-keys";
import { restore } from "./restore";
import { schemaOrigin } from "./schema-origin";
import { stagingEvidence } from "./staging-evidence";
import { versionPolicy } from "./version-policy";

/** Whether this release may come now, and may be undone. */
const releaseGates: readonly Gate<CoreInput>[] = [
  {
    name: "own-evidence",
    question: "Can this stack read what it verified last?",
    ask: ({ facts: { own } }) => ownEvidence({ own, at: "this stack" }),
  },
  {
    name: "version-policy",
    question: "Do the versioning rules allow this step, with the consents that it needs?",
    ask: ({ plan, settings, at }) =>
      versionPolicy({ plan, consent: settings.consents.major, at: at("version") }),
  },
  {
    name: "notes",
    question:
      "Has somebody read the notes of a minor or a major, and what do the releases on the way bring?",
    ask: ({ plan, product, settings: { notesRead }, at }) =>
      notes({ plan, catalogue: product.catalogue, notesRead, at: at("notesRead") }),
  },
  {
    name: "catalogue",
    question:
      "Is the release known to be bad, and does it still read all of the values that the stack file sets for it?",
    ask: ({ plan, product, settings: { values }, at }) =>
      catalogue({
        catalogue: product.catalogue,
        plan,
        values,
        at: at("version"),
        valueAt: (path) => at(`values.${path}`),
      }),
  },
  {
    name: "restore",
    question:
      "What does going back across a major take, and has the operator said so for this release and this dump?",
    ask: ({ plan, settings: { consents }, facts, at, ownSecretAt }) => {
      const live = facts.database?.observed === true ? facts.database.value : undefined;
      return restore({
        plan,
        consent: consents.restore,
        noWayBack: consents.noWayBack,
        restoredFrom: restoredFrom(facts),
        hindrances: live?.hindrances,
        followers: live?.followers,
        at: at("consents.restore"),
        keysAt: ownSecretAt("BackupKey"),
      });
    },
  },
  {
    name: "hop",
    question:
      "What does the way to this release break or delete, and has the operator consented to it?",
    ask: ({ plan, settings: { consents }, facts: { database }, at }) =>
      hop({
        plan,
        consents,
        head: database?.observed === true ? (database.value.migrations?.at(-1) ?? "") : undefined,
        at: at("consents"),
      }),
  },
  {
    name: "schema-origin",
    question:
      "Does anything here explain the schema: this stack's evidence, a dump, a migration Job, a running release?",
    ask: ({ plan, settings, at }) =>
      schemaOrigin({ plan, consent: settings.consents.schema, at: at("consents.schema") }),
  },
  {
    name: "removal",
    question: "May the gateway be removed, and what would that take and leave?",
    ask: ({ plan, settings, removal: { takes, leaves }, at }) =>
      removal({
        plan,
        consent: settings.consents.removal,
        takes,
        leaves,
        at: at("consents.removal"),
      }),
  },
  {
    name: "staging-evidence",
    question:
      "Has the stack that goes first verified this release, by the same images, and has it soaked?",
    ask: ({ plan, promotion, product, settings: { adopt }, release, facts }) =>
      stagingEvidence({
        plan,
        isProbed: product.isProbed ?? true,
        staging: facts.staging,
        at: `stack ${promotion?.from ?? ""}`,
        now: facts.now,
        soakHours: promotion?.soakHours ?? 0,
        wanted: {
          images: Object.fromEntries(
            release.images.map(({ image }) => [image, facts.images[image]]),
          ),
          chart: release.chart,
          settings: release.settings,
        },
        mustMatch: promotion?.mustMatch ?? [],
        breakGlass: promotion?.breakGlass,
        adopt,
      }),
  },
];

/** Whether its programs can start and reach what they need. */
const programGates: readonly Gate<CoreInput>[] = [
  {
    name: "required-keys",
    question:
      "Is every environment key set without which a program of this release does not start?",
    ask: ({ secrets, product, secretsAt }) =>
      requiredKeys({ values: secrets, required: product.requiredKeys, at: secretsAt() }),
  },
  {
    name: "connection-urls",
    question: "Has every URL the form that its reader takes?",
    ask: ({ secrets, product, secretsAt }) =>
      connectionUrls({ values: secrets, rules: product.urlRules, at: secretsAt() }),
  },
  {
    name: "image-names",
    question: "Does every image name one release for good?",
    ask: ({ release: { images }, product, at }) =>
      imageNames({ images, forms: product.tagForms, at: at() }),
  },
  {
    name: "image-exists",
    question: "Is every image on a node or in its registry?",
    ask: ({ release: { images, downgradeImages = [] }, product, plan, facts, at }) =>
      imageExists({
        // Without it the way down would end with its Job, when all that writes is stopped already.
        images: plan.restore?.kind === "downgrade" ? [...images, ...downgradeImages] : images,
        looks: facts.images,
        forms: product.tagForms,
        at: at(),
      }),
  },
  {
    name: "prometheus",
    question: "Does Prometheus answer, and does it know these pods?",
    ask: ({ facts, running, settings: { verify }, at }) =>
      prometheus({
        look: facts.prometheus,
        pods: running,
        baselineMinutes: verify.prometheus?.baselineMinutes ?? 0,
        at: at("verify.prometheus"),
      }),
  },
];

/** Gates that hold wherever a product runs. */
export const upgradeGates: readonly Gate<CoreInput>[] = [
  ...releaseGates,
  ...programGates,
  ...databaseGates,
];
