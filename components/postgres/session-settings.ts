/**
 * Settings under which two servers write the same value as the same text, under which no row is hidden, and under
 * which a long look is not cut off. Said as statements, because poolers refuse them as start options.
 */
export const sessionSettings = [
  "SET client_encoding = 'UTF8'",
  "SET search_path = ''",
  "SET TimeZone = 'UTC'",
  "SET DateStyle = 'ISO, MDY'",
  "SET IntervalStyle = 'postgres'",
  "SET extra_float_digits = 3",
  "SET bytea_output = 'hex'",
  "SET xmlbinary = 'base64'",
  "SET lc_monetary = 'C'",
  "SET lc_numeric = 'C'",
  "SET row_security = off",
  "SET statement_timeout = 0",
  "SET lock_timeout = 0",
  // Not every server knows all of them.
  `DO $$BEGIN PERFORM set_config(name, '0', false) FROM pg_settings WHERE name IN
    ('idle_in_transaction_session_timeout', 'idle_session_timeout', 'transaction_timeout'); END$$`,
  "",
].join(";\n");

/** Arguments of psql under which its output is the bare values, one row a line, and the first error ends it. */
export const psqlArguments: readonly string[] = ["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1"];
