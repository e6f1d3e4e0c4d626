/** Bytes of a source that somebody asks for. */
export interface Place {
  offset: number;
  length: number;
}

/** One read that serves several places: `first` to `last` (inclusive) of those asked for. */
export interface GroupedRead extends Place {
  first: number;
  last: number;
}

/** A read of several places grows no larger than this; one larger place is read alone. */
export const LARGEST_GROUP_BYTES = 1024 * 1024;

/** Bytes between two places that are cheaper to read along than to skip: terminators, blank lines, answered rows. */
const WIDEST_GAP_BYTES = 4096;

/** Joins neighbours in the order given into few reads. */
export function groupPlaces(places: readonly Place[]): GroupedRead[] {
  const reads: GroupedRead[] = [];
  let open: GroupedRead | null = null;
  for (const [index, place] of places.entries()) {
    if (open !== null && fits(open, place)) {
      open.length = place.offset + place.length - open.offset;
      open.last = index;
    } else {
      open = { ...place, first: index, last: index };
      reads.push(open);
    }
  }
  return reads;
}

function fits(read: GroupedRead, place: Place): boolean {
  const gap = place.offset - (read.offset + read.length);
  return (
    gap >= 0 && gap <= WIDEST_GAP_BYTES && place.offset + place.length - read.offset <= LARGEST_GROUP_BYTES
  );
}
