/** Rows without an end, and what became of their source. */
export function endless(): { rows: AsyncGenerator<string>; read: () => number; closed: () => boolean } {
  let read = 0;
  let closed = false;
  async function* rows() {
    try {
      for (;;) {
        read += 1;
        yield `question ${read - 1}`;
      }
    } finally {
      closed = true;
    }
  }
  return { rows: rows(), read: () => read, closed: () => closed };
}
