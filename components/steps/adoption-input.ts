import { z } from "zod";
import { platformFields } from "./open-platform";

/** Input of the adoption step. */
export const adoptionInputSchema = z.strictObject({
  ...platformFields,
  /** Name of the Helm release. */
  release: z.string().min(1),
  /** Everything that was taken over. */
  objects: z.array(
    z.strictObject({ apiVersion: z.string(), kind: z.string(), name: z.string().min(1) }),
  ),
});

/** As the program writes it. */
export type AdoptionInput = z.input<typeof adoptionInputSchema>;
