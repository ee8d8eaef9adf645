// Converts country codes to rows of an index, and back: two letters are a number below 676.

const letters = 26
const first = 'A'.charCodeAt(0)

/** The row of an ISO 3166-1 code. Pure. */
export function encodeCountry(code: string): number {
  return (code.charCodeAt(0) - first) * letters + code.charCodeAt(1) - first
}

/** The code of a row. Pure. */
export function decodeCountry(row: number): string {
  return String.fromCharCode(first + Math.floor(row / letters), first + (row % letters))
}
