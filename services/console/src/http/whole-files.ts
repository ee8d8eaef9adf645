// Files of this suite that are useful only whole. A link may hang without breaking and never report
// it, so silence ends the loading.

/** No data for any file in this time: the link hangs, ms. */
const silenceMs = 6_000

/** The files whole; rejects once one is refused, breaks off, or nothing comes for a while. */
export async function wholeFiles(urls: readonly string[]): Promise<readonly Blob[]> {
  const ended = new AbortController()
  const end = () => ended.abort(new Error('the link is silent'))
  let silence = setTimeout(end, silenceMs)
  const heard = (): void => {
    clearTimeout(silence)
    silence = setTimeout(end, silenceMs)
  }
  try {
    return await Promise.all(urls.map(url => wholeFile(url, ended.signal, heard)))
  } finally {
    clearTimeout(silence)
    // Of a set that lacks one the others are of no use.
    ended.abort()
  }
}

async function wholeFile(url: string, signal: AbortSignal, heard: () => void): Promise<Blob> {
  const answer = await fetch(url, { signal })
  if (!answer.ok || answer.body === null)
    throw new Error(`${url} was answered with ${answer.status}`)
  const parts: Uint8Array<ArrayBuffer>[] = []
  for await (const part of answer.body) {
    heard()
    parts.push(part)
  }
  return new Blob(parts)
}
