import { describe, expect, test } from "vitest";
import {
  asyncpgUrl,
  parametersLost,
  passwordIn,
  withSsl,
} from "../../components/bamf/database-url";

describe("the database as the product's driver takes it", () => {
  test.each([
    ["postgresql://u:p@db/bamf?sslmode=require", "postgresql+asyncpg://u:p@db/bamf?ssl=require"],
    ["postgres://u:p@db:6432/bamf", "postgresql+asyncpg://u:p@db:6432/bamf"],
    ["postgresql://u:p@db/bamf?ssl=true", "postgresql+asyncpg://u:p@db/bamf?ssl=require"],
    ["postgresql://u:p@db/bamf?sslmode=no-verify", "postgresql+asyncpg://u:p@db/bamf?ssl=require"],
    [
      "postgresql+asyncpg://u:p@db/bamf?ssl=verify-full",
      "postgresql+asyncpg://u:p@db/bamf?ssl=verify-full",
    ],
  ])("%s becomes %s: sslmode is no argument of it (T-20)", (given, taken) => {
    expect(asyncpgUrl(given)).toBe(taken);
  });

  test("keeps a password as it was escaped, and gives it decoded where it stands alone", () => {
    const url = "postgresql://u:a%2Fb%40c%3A@db/bamf";
    expect(asyncpgUrl(url)).toBe("postgresql+asyncpg://u:a%2Fb%40c%3A@db/bamf");
    expect(passwordIn(url)).toBe("a/b@c:");
  });

  test("goes without every other parameter, and they can be named", () => {
    const url =
      "postgresql://u:p@db/bamf?connect_timeout=3&sslmode=require&target_session_attrs=any";
    expect(asyncpgUrl(url)).toBe("postgresql+asyncpg://u:p@db/bamf?ssl=require");
    expect(parametersLost(url)).toEqual(["connect_timeout", "target_session_attrs"]);
  });

  test("is left as it is where it is no URL of PostgreSQL: a gate refuses it", () => {
    expect(["hush", "mysql://u:p@db/x"].map(asyncpgUrl)).toEqual(["hush", "mysql://u:p@db/x"]);
    expect(passwordIn("hush")).toBe("");
  });
});

test("a URL that the chart has written says ssl where it said sslmode, and nothing else changes (T-20)", () => {
  const url = "postgresql+asyncpg://bamf:$(DATABASE_PASSWORD)@db:5432/bamf";
  expect(withSsl(`${url}?sslmode=require`)).toBe(`${url}?ssl=require`);
  expect(withSsl("https://a.example/?sslmode=require")).toBe("https://a.example/?sslmode=require");
});
