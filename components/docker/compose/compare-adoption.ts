import { valid } from "semver";
import { fullName } from "../../registry/manifest-place";
import { readImage } from "../../upgrade/image-name";
import { networkOf, volumesOf, type DockerPlace } from "../settings";
import type { ComposeAdoption } from "./adoption";

/** Something that would be otherwise after an adoption. */
export interface AdoptionDifference {
  /** True if the adoption would do harm; else the operator is told. */
  readonly stops: boolean;
  /** Key of the stack file below that of the gateway: `docker.network`. */
  readonly key: string;
  readonly found: string;
  readonly expected: string;
  readonly fix: string;
}

/** What an adoption is compared with. */
export interface AdoptionWish {
  readonly place: DockerPlace;
  /** The release that the stack file says runs. */
  readonly version: string;
  /** Names by which each service is found once ours have taken its place. */
  readonly names: Readonly<Record<string, readonly string[]>>;
}

/** What differs between a running Compose project and the stack file that is to take it over; of variables the names alone. */
export const compareAdoption = (
  adoption: ComposeAdoption,
  wish: AdoptionWish,
): readonly AdoptionDifference[] => [
  ...places(adoption, wish),
  ...databaseImage(adoption, wish),
  ...release(adoption, wish),
  ...variables(adoption),
  ...reach(adoption, wish),
];

/** Where the data is, and who owns it: another word for it in the stack file would begin with an empty database. */
function places(
  { volumes, network, database }: ComposeAdoption,
  { place }: AdoptionWish,
): readonly AdoptionDifference[] {
  const wanted = volumesOf(place);
  const differs = (key: string, what: string, found: string, given: string | undefined) =>
    found === given
      ? []
      : [
          {
            stops: true,
            key,
            found: `${what} is ${found} in Compose, and ${given ?? `${networkOf(place)}, made anew,`} here`,
            expected: "the one that is there",
            fix: `write ${key}: ${found}`,
          },
        ];
  return [
    ...differs("docker.volumes.database", "the volume", volumes.database, wanted.database),
    ...(volumes.cache === undefined
      ? []
      : differs("docker.volumes.cache", "the volume", volumes.cache, wanted.cache)),
    // One that this program makes would be a second one of that name.
    ...differs("docker.network", "the network", network, place.network),
    ...differs("docker.database.name", "the database", database.name, place.database.name),
    ...differs("docker.database.user", "its role", database.user, place.database.user),
  ];
}

/** Another build of the same major sorts texts otherwise (glibc and musl), or lacks an extension: indexes on the volume would be wrong, and nothing would say so. */
function databaseImage({ databaseImage: found }: ComposeAdoption, { place }: AdoptionWish) {
  const wanted = place.images.postgres;
  return fullName(found) === fullName(wanted)
    ? []
    : [
        {
          stops: true,
          key: "docker.images.postgres",
          found: `${found} runs in Compose, and ${wanted} is asked for`,
          expected: "the very image that has made the data",
          fix: `write docker.images.postgres: ${found}`,
        },
      ];
}

function release({ image }: ComposeAdoption, { version }: AdoptionWish) {
  if (image === undefined) return [];
  const running = valid(readImage(image).tag);
  if (running === version) return [];
  return [
    running === null
      ? {
          stops: false,
          key: "version",
          found: `image ${image}, whose tag tells no release`,
          expected: `the image of ${version}`,
          fix: `see that it is ${version} which runs: its /health tells a version`,
        }
      : {
          stops: true,
          key: "version",
          found: `${running} runs in Compose, and ${version} is asked for`,
          expected: "the release that runs",
          fix: `write version: ${running}, and upgrade after the adoption`,
        },
  ];
}

function variables({ lost, changed }: ComposeAdoption): readonly AdoptionDifference[] {
  const key = "docker.environment";
  return [
    ...(lost.length === 0
      ? []
      : [
          {
            stops: true,
            key,
            found: `the gateway in Compose has ${lost.join(", ")}, and the stack file has not`,
            expected: "every variable that it runs with",
            fix: 'give each as a secret or under docker.environment; "" for what is to go',
          },
        ]),
    ...(changed.length === 0
      ? []
      : [
          {
            stops: false,
            key,
            found: `other values than in Compose: ${changed.join(", ")}`,
            expected: "the values that it runs with",
            fix: "nothing if that is meant; the volume keeps the password of the database that its role has",
          },
        ]),
  ];
}

/** By what address and by what name others reach it. */
function reach(
  { published, unpublished, aliases }: ComposeAdoption,
  { place: { publish }, names }: AdoptionWish,
): readonly AdoptionDifference[] {
  const gone = Object.entries(aliases).flatMap(([service, found]) =>
    found.filter((name) => !(names[service] ?? []).includes(name)),
  );
  const [here, there] = [
    `${publish.address}:${publish.port}`,
    published && `${published.address}:${published.port}`,
  ];
  const told = (key: string, found: string, fix: string) => ({
    stops: false,
    key,
    found,
    expected: "all that others may use",
    fix,
  });
  return [
    ...(there === undefined || there === here
      ? []
      : [
          {
            stops: true,
            key: "docker.publish",
            found: `requests come in at ${there} today, and at ${here} by the stack file`,
            expected: "the address and port that users know",
            fix: `write docker.publish: { address: ${published?.address ?? ""}, port: ${published?.port ?? ""} }`,
          },
        ]),
    ...(unpublished.length === 0
      ? []
      : [
          told(
            "docker.publish",
            `nobody publishes ${unpublished.join(", ")} any more`,
            "let whoever uses that join the network instead",
          ),
        ]),
    ...(gone.length === 0
      ? []
      : [
          told(
            "docker.network",
            `nobody answers to ${gone.join(", ")} on the network any more`,
            `let whoever uses that say ${Object.values(names).flat().join(", ")}`,
          ),
        ]),
  ];
}
