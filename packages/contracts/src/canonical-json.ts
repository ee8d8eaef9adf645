// One JSON text for one value (RFC 8785), so that equal values are equal bytes: hashes, signatures and replays rest on it.

import canonicalize from 'canonicalize'

/** The RFC 8785 text of a JSON value. Throws TypeError for what JSON cannot hold. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('not a JSON value')
  return text
}
