import { firstElementOf, type Member, membersOf } from "./json-members.ts";

/** Changes to the members of one object. Of a repeated name the last one is meant, as JSON.parse means it. */
export interface Edits {
  /** New values by name, as JSON; a name the object lacks is added at its end. */
  set: ReadonlyMap<string, string | Uint8Array>;
  /** Names to take out, each time they occur. */
  remove: ReadonlySet<string>;
}

/** Bytes to put in place of a stretch; an empty stretch inserts. */
interface Patch {
  start: number;
  end: number;
  bytes: Uint8Array;
}

const NOTHING = new Uint8Array(0);

/**
 * Changes members of the object whose brace stands first in `bytes`, which hold valid JSON. Every byte that
 * no edit is about stays as it is: numbers beyond 2^53 and escaped lone surrogates are not touched.
 */
export function editObject(bytes: Uint8Array, edits: Edits): Uint8Array {
  if (edits.set.size === 0 && edits.remove.size === 0) return bytes;
  const members = membersOf(bytes, 0);
  const lastOf = new Map(members.map((member, index) => [member.name, index]));
  const patches: Patch[] = [];
  let keptEnd: number | null = null;
  for (const [index, member] of members.entries()) {
    const value = edits.set.get(member.name);
    const repeated = value !== undefined && lastOf.get(member.name) !== index;
    if (edits.remove.has(member.name) || repeated) {
      patches.push(cutOf(members, index, keptEnd !== null));
      continue;
    }
    keptEnd = member.valueEnd;
    if (value !== undefined) {
      patches.push({ start: member.valueStart, end: member.valueEnd, bytes: bytesOf(value) });
    }
  }
  const additions = [...edits.set].filter(([name]) => !lastOf.has(name) && !edits.remove.has(name));
  const end = members.at(-1)?.valueEnd ?? 1;
  for (const [name, value] of additions) {
    const comma = keptEnd === null ? "" : ",";
    patches.push({ start: end, end, bytes: Buffer.from(`${comma}${JSON.stringify(name)}:`) });
    patches.push({ start: end, end, bytes: bytesOf(value) });
    keptEnd = end;
  }
  return apply(bytes, patches);
}

/** Puts an element in front of the array whose bracket stands first in `bytes`. */
export function prependElement(bytes: Uint8Array, element: string): Uint8Array {
  const comma = firstElementOf(bytes, 0) === null ? "" : ",";
  return apply(bytes, [{ start: 1, end: 1, bytes: bytesOf(element + comma) }]);
}

/** Changes the first element, an object, of the array whose bracket stands first in `bytes`. */
export function editFirstElement(bytes: Uint8Array, edits: Edits): Uint8Array {
  const element = firstElementOf(bytes, 0);
  if (element === null) return bytes;
  const edited = editObject(bytes.subarray(element.start, element.end), edits);
  return apply(bytes, [{ ...element, bytes: edited }]);
}

/** A removed member takes the comma before it along; one with nothing kept before it takes the comma behind. */
function cutOf(members: readonly Member[], index: number, keptBefore: boolean): Patch {
  const member = members[index];
  if (member === undefined) throw new RangeError(`no member ${index}`);
  if (keptBefore) {
    const previous = members[index - 1];
    return { start: previous?.valueEnd ?? member.nameStart, end: member.valueEnd, bytes: NOTHING };
  }
  return { start: member.nameStart, end: members[index + 1]?.nameStart ?? member.valueEnd, bytes: NOTHING };
}

function bytesOf(value: string | Uint8Array): Uint8Array {
  return typeof value === "string" ? Buffer.from(value) : value;
}

function apply(bytes: Uint8Array, patches: readonly Patch[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (const patch of patches) {
    pieces.push(bytes.subarray(from, patch.start), patch.bytes);
    from = patch.end;
  }
  pieces.push(bytes.subarray(from));
  return Buffer.concat(pieces);
}
