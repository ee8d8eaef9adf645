// How an export ends, by format. Pure. Source: formats.md#exports.

const ends: Readonly<Record<string, RegExp>> = {
  csv: /^#end,(\d+),*\n$/m,
  ndjson: /^\{"end":\{"rows":(\d+)\}\}\n$/m,
  kml: /^<!-- (\d+) rows -->\n$/m,
  geojson: /\n\],"rows":(\d+)\}\n$/
}

export interface ExportEnd {
  readonly rows: number
  /** Bytes at the end of the file that are no row. */
  readonly length: number
}

/**
 * The end of an export in its last bytes; null if it has none. The ends of GeoJSON and KML
 * belong to the document.
 */
export function endIn(format: string, tail: string): ExportEnd | null {
  // Only what follows the last line break but one: a row may quote an end.
  const last = format === 'geojson' ? tail : tail.slice(tail.lastIndexOf('\n', tail.length - 2) + 1)
  const match = ends[format]?.exec(last)
  if (!match) return null
  return {
    rows: Number(match[1]),
    length: format === 'geojson' || format === 'kml' ? 0 : match[0].length
  }
}
