// The clipboard: it is there on secure origins alone, which a suite on a local network mostly is
// not, and may be refused. Who pressed is told either way: they would paste what was there before.

/** Returns which of the words are so. */
export async function copy<T>(
  text: string,
  said: { readonly done: T; readonly not: T }
): Promise<T> {
  try {
    await navigator.clipboard.writeText(text)
    return said.done
  } catch {
    return said.not
  }
}
