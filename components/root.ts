/** The folder `components`. No other file asks for its own place: in a bundle all modules have one (start/bundle.mjs). */
export const COMPONENTS = import.meta.dirname;
