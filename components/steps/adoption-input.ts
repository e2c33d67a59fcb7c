import { z } from "zod";
import { platformFields } from "./open-platform";

/** Input of the adoption step. */
export const adoptionInputSchema = z.strictObject({
  ...platformFields,
  /** Name of the Helm release, or of the Compose project. */
  release: z.string().min(1),
  /** Objects of a cluster that are taken over; of a Docker host, none are named. */
  objects: z.array(
    z.strictObject({ apiVersion: z.string(), kind: z.string(), name: z.string().min(1) }),
  ),
  /** What this program has made to take their place: where one of those is made anew the step runs again. */
  made: z.array(z.string()).optional(),
});

/** As the program writes it. */
export type AdoptionInput = z.input<typeof adoptionInputSchema>;
