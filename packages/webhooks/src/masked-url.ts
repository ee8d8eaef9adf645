// Masks the addresses of endpoints for display: partners put secrets into the query, which readers of a list must not see.

/** What stands in the place of a secret. */
const mask = '***'
/** Shorter values are not treated as secrets: masking them would black out unrelated words. Characters. */
const secretLengthMin = 4

/** An address without its query, user and fragment; an invalid address is masked as a whole. Pure; never throws. */
export function maskUrl(text: string): string {
  const url = URL.parse(text)
  if (url === null) return mask
  return `${url.protocol}//${url.host}${url.pathname}${url.search === '' ? '' : `?${mask}`}`
}

/**
 * A text that a receiver sent back, without what it repeats of the query or the user of its address, as sent or decoded, also where the text is cut off in the
 * middle of it. What a receiver encodes in ways of its own is not found. Pure; never throws.
 */
export function maskEchoes(text: string, address: string): string {
  let masked = text
  // The longest first: a value is a part of the query that it stands in.
  for (const secret of secretsOf(address)) masked = cutOff(masked.replaceAll(secret, mask), secret)
  return masked
}

function secretsOf(address: string): readonly string[] {
  const url = URL.parse(address)
  if (url === null) return []
  const query = url.search.slice(1)
  const values = query.split('&').map(pair => pair.slice(pair.indexOf('=') + 1))
  const all = [query, ...values, url.username, url.password]
  const secrets = new Set([...all, ...all.map(decoded), ...url.searchParams.values()])
  return [...secrets].filter(({ length }) => length >= secretLengthMin).sort((a, b) => b.length - a.length)
}

function cutOff(text: string, secret: string): string {
  for (let length = secret.length - 1; length >= secretLengthMin; length--)
    if (text.endsWith(secret.slice(0, length))) return `${text.slice(0, -length)}${mask}`
  return text
}

/** With what it can't decode left as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
