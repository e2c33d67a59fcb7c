/** What the engine starts beside itself, by its command line: official plugins and stand-ins, and the host with the program in it. */
export const PARTS_OF_A_RUN = {
  "the plugin kubernetes": /pulumi-resource-kubernetes|\/kubernetes\.js( |$)/,
  "the plugin command": /pulumi-resource-command|\/command\.js( |$)/,
  "the language host": /pulumi-language-nodejs|pulumi\/cmd\/run/,
} as const;
