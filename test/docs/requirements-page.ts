import { basename } from "node:path";
import { testsByRow } from "../acceptance/tests-by-row";
import requirements from "./requirements.json" with { type: "json" };

/** What each row says, by its name: `S-02`. */
const ROWS: Readonly<Record<string, string>> = requirements;

/** Kinds of rows, by the letter that their names begin with. */
const KINDS = {
  S: "Requirements of smoltbot's upgrade guide",
  B: "Requirements of BAMF's upgrade guide",
  T: "Traps: what goes wrong if the guides are followed to the letter",
};

const HEAD = `# Requirements and traps

<!-- Made by npm run docs from test/docs/requirements.json and from the titles of the tests. -->

What the two upgrade guides ask for, what goes wrong with the published charts and images, and the test files whose titles name it; \`grep -rn S-02 test\`
shows the titles. That a test names a row does not prove that it proves it: read the test.

An open row is one that no test names.
`;

/** Each requirement and trap with the tests that name it, and those that no test names, as Markdown. */
export async function requirementsPage(): Promise<string> {
  const named = await testsByRow();
  const strangers = [...named.keys()].filter((row) => !(row in ROWS));
  if (strangers.length > 0)
    throw new Error(`${strangers.join(", ")}: named by a test, and not in requirements.json`);
  const sections = Object.entries(KINDS).map(([letter, title]) => {
    const rows = Object.entries(ROWS).filter(([row]) => row.startsWith(letter));
    return [`## ${title}`, "", ...rows.map(([row, says]) => line(row, says, named.get(row)))];
  });
  return [HEAD, ...sections.flatMap((section) => [...section, ""]), ...open(named)].join("\n");
}

const line = (row: string, says: string, tests: ReadonlySet<string> | undefined): string =>
  `- **${row}** ${says}. ${tests === undefined ? "*Open.*" : listed(tests)}`;

const listed = (tests: ReadonlySet<string>): string =>
  [...tests].map((file) => `[${shortName(file)}](../${file})`).join(", ");

const shortName = (file: string): string => basename(file).replace(/\.test\.ts$/, "");

function open(named: ReadonlyMap<string, unknown>): readonly string[] {
  const rows = Object.keys(ROWS).filter((row) => !named.has(row));
  return [
    "## Open",
    "",
    `No test names ${rows.length} of ${Object.keys(ROWS).length}: ${rows.join(", ")}.`,
  ];
}
