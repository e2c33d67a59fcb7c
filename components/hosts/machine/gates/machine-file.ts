import { couldNotLook } from "../../../upgrade/could-not-look";
import { gate, type Finding } from "../../../upgrade/finding";
import { roomHindrances } from "../../plan/judge-host";
import type { MachineInput } from "../gate-input";

const { pass, block, unknown } = gate("machine-file");

/** Lets a swap begin only if the release has a file for this machine, and whoever runs this may put it where the program is, with room for it (T-31, B-40). */
export function machineFile({
  facts: { program, sizes },
  assets,
  needed,
  path,
}: Pick<MachineInput, "facts" | "assets" | "needed" | "path">): readonly Finding[] {
  if (!program.observed) return [unknown(couldNotLook(path, "this machine", program.reason))];
  const { machine, hindrance, freeKiB } = program.value;
  const [asset] = needed;
  if (asset === undefined)
    return [
      block({
        at: path,
        found: `this machine is ${machine}`,
        expected: `one of ${Object.keys(assets).join(", ")}, for which there are files`,
        fix: "run this on such a machine, or take the program out of the stack file",
      }),
    ];
  if (hindrance !== undefined)
    return [
      block({
        at: path,
        found: hindrance,
        expected: "a place where whoever runs this may put a file",
        fix: "run this as somebody who may, or name another path",
      }),
    ];
  // Of a file that lies there already nobody has asked for the size: it gets another name, which needs no room.
  const size = sizes[asset];
  const room =
    size?.observed === true
      ? roomHindrances(
          { freeKiB, kept: undefined, readOnly: [], notesFreeKiB: undefined },
          { sizeKiB: size.value ?? 0, sha256: "" },
        )
      : [];
  if (room.length > 0) return room.map((one) => block({ at: path, ...one }));
  return [pass({ at: path, found: `${asset} for ${machine}` })];
}
