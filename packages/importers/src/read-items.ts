// Reads a file through its importer, with the checks that hold for every format.

import { openBytes } from './bytes/opened-bytes.ts'
import {
  type Importer,
  ImportFileError,
  type ImportItem,
  type ImportSettings,
  type ReportItem
} from './item/import-item.ts'

/**
 * The items of a file, in batches. Rejects like `Importer.items`, and with ImportFileError if the
 * file has no rows.
 */
export async function* readItems(
  importer: Importer,
  bytes: AsyncIterable<Uint8Array>,
  settings: ImportSettings
): AsyncIterable<readonly ImportItem[]> {
  let [hasBytes, hasRows] = [false, false]
  async function* watchBytes() {
    for await (const chunk of bytes) {
      hasBytes ||= chunk.length > 0
      yield chunk
    }
  }
  for await (const items of importer.items(openBytes(watchBytes()), settings)) {
    hasRows ||= items.some(item => item.kind !== 'skipped' || item.reason !== 'heading')
    yield items.map(item => (item.kind === 'report' ? checkPoint(item, importer) : item))
  }
  if (hasRows) return
  throw new ImportFileError(
    hasBytes
      ? 'the file has no rows: only a header, or an empty list. Check what was asked for when it was downloaded'
      : 'the file is empty: it has no rows. Download it again'
  )
}

/** Refuses a point off the globe, naming the likely cause. */
function checkPoint(item: ReportItem, importer: Importer): ImportItem {
  const { lat, lon } = (item.report.location ?? {}) as { lat?: unknown; lon?: unknown }
  if (typeof lat !== 'number' || typeof lon !== 'number') return item
  if (Math.abs(lat) <= 90 && Math.abs(lon) <= 180) return item
  const isLatitude = Math.abs(lat) > 90
  const cause =
    isLatitude && Math.abs(lat) <= 180 && Math.abs(lon) <= 90
      ? 'latitude and longitude may be swapped'
      : 'a decimal point may be missing, or the coordinates are not in degrees (WGS 84)'
  const detail = isLatitude
    ? `is not between -90 and 90: ${lat}. The likely cause: ${cause}`
    : `is not between -180 and 180: ${lon}. The likely cause: ${cause}`
  const column = importer.findColumn(isLatitude ? '/location/lat' : '/location/lon')
  const { row, raw } = item
  return { kind: 'refused', row, raw, faults: [{ column, reason: 'contract', detail }] }
}
