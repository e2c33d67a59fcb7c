import { readBamfCatalogue } from "../../components/bamf/catalogue";

/** The catalogue that comes with the program. */
export const known = await readBamfCatalogue(
  "components/bamf/catalogue.yaml",
  "gateways:bamf.catalogue",
);
