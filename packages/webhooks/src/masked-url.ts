// Masks the addresses of endpoints for display: partners put secrets into the query, which readers
// of a list must not see.

/** Replaces a secret. */
export const mask = '***'
/**
 * Shorter values are not treated as secrets: masking them would black out unrelated words.
 * Characters.
 */
const secretLengthMin = 4

/**
 * An address without its query, user and fragment; an invalid address is masked as a whole. Pure;
 * never throws.
 */
export function hideUrlSecrets(text: string): string {
  const url = URL.parse(text)
  if (url === null) return mask
  return `${url.protocol}//${url.host}${url.pathname}${url.search === '' ? '' : `?${mask}`}`
}

/**
 * A text that a receiver returned, without the parts of the query or the user of its address that
 * it repeats, encoded or decoded, even if the text is cut off within one. Other encodings are not
 * recognised. Pure; never throws.
 */
export function hideEchoes(text: string, address: string): string {
  const url = URL.parse(address)
  if (url === null) return text
  const query = url.search.slice(1)
  const values = query.split('&').map(pair => pair.slice(pair.indexOf('=') + 1))
  const parts = [query, ...values, url.username, url.password]
  return hideSecrets(text, [...parts, ...parts.map(decodeText), ...url.searchParams.values()])
}

/** A text without these, even if it is cut off within one. Pure; never throws. */
export function hideSecrets(text: string, secrets: readonly string[]): string {
  // Longest first: one may be part of another.
  return secrets
    .filter(({ length }) => length >= secretLengthMin)
    .toSorted((a, b) => b.length - a.length)
    .reduce((masked, secret) => hideCutSecret(masked.replaceAll(secret, mask), secret), text)
}

function hideCutSecret(text: string, secret: string): string {
  for (let length = secret.length - 1; length >= secretLengthMin; length--)
    if (text.endsWith(secret.slice(0, length))) return `${text.slice(0, -length)}${mask}`
  return text
}

/** Parts that cannot be decoded are left unchanged. */
export function decodeText(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
