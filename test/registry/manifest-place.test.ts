import { describe, expect, test } from "vitest";
import { fullName, manifestPlace, tokenUrl } from "../../components/registry/manifest-place";

const digest = `sha256:${"a".repeat(64)}`;

test.each([
  ["nginx", "docker.io/library/nginx:latest"],
  ["mnemom/gateway:1.1.0", "docker.io/mnemom/gateway:1.1.0"],
  ["ghcr.io/mnemom/gateway:1.1.0", "ghcr.io/mnemom/gateway:1.1.0"],
  ["localhost/gateway:1", "localhost/gateway:1"],
  ["registry:5000/gateway:1", "registry:5000/gateway:1"],
  [`ghcr.io/mnemom/gateway:1.1.0@${digest}`, `ghcr.io/mnemom/gateway@${digest}`],
])("the full name of %s is %s", (image, name) => {
  expect(fullName(image)).toBe(name);
});

test.each([
  ["nginx:1.27", "https://registry-1.docker.io/v2/library/nginx/manifests/1.27"],
  ["ghcr.io/mnemom/gateway:1.1.0", "https://ghcr.io/v2/mnemom/gateway/manifests/1.1.0"],
  ["registry.example:5000/a/b:1", "https://registry.example:5000/v2/a/b/manifests/1"],
  ["127.0.0.1:5000/a:1", "http://127.0.0.1:5000/v2/a/manifests/1"],
  ["127.0.0.1.example/a:1", "https://127.0.0.1.example/v2/a/manifests/1"],
  [`ghcr.io/a@${digest}`, `https://ghcr.io/v2/a/manifests/${digest}`],
])("the manifest of %s is at %s (T-07)", (image, url) => {
  expect(manifestPlace(image).url).toBe(url);
});

describe("where a visitor gets a token", () => {
  test("is what the registry says, with service and scope", () => {
    const said =
      'Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:a/b:pull"';
    expect(tokenUrl(said)).toBe(
      "https://ghcr.io/token?service=ghcr.io&scope=repository%3Aa%2Fb%3Apull",
    );
  });

  test.each([null, 'Basic realm="x"', "Bearer", 'Bearer realm="not a url"'])(
    "is nowhere after %s",
    (said) => {
      expect(tokenUrl(said)).toBeUndefined();
    },
  );
});
