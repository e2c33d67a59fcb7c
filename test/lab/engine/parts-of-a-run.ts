/** What the engine starts beside itself, by its command line: official plugins and stand-ins, and the host with the program in it. Which plugins a run has is a matter of its target. */
export const PARTS_OF_A_RUN = {
  "the plugin kubernetes": /pulumi-resource-kubernetes|\/kubernetes\.js( |$)/,
  "the plugin docker": /pulumi-resource-docker|\/docker\.js( |$)/,
  "the plugin command": /pulumi-resource-command|\/command\.js( |$)/,
  "the language host": /pulumi-language-nodejs|pulumi\/cmd\/run/,
} as const;
