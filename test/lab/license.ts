/** A license token of the form that the vendor issues, with an end of our choice; nobody can check its signature. */
export function licenseToken(expires: Date, account = "lab"): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const header = part({ alg: "HS256", typ: "JWT", kid: "lsk-lab00000" });
  const claims = part({
    license_id: "lic-lab00000",
    account_id: account,
    is_offline: true,
    iat: 1_700_000_000,
    exp: Math.floor(expires.getTime() / 1000),
  });
  return `${header}.${claims}.${Buffer.from("signature of the lab").toString("base64url")}`;
}
