// The columns of an export for HXL: a tag for each, and the p-code of the area. Pure.
// Source: hxlstandard.org, version 1.1.

import { findPcode } from '@tocsin/gazetteer/area/p-codes'
import type { Columns, ExportKind } from './export-columns.ts'

const tags: Readonly<Record<string, string>> = {
  alertId: '#event+alert+id',
  incidentId: '#event+id',
  headline: '#event+name',
  explanation: '#description',
  category: '#event+category',
  severity: '#severity',
  status: '#status',
  occurredFrom: '#date+occurred+start',
  occurredTo: '#date+occurred+end',
  windowFrom: '#date+start+window',
  windowTo: '#date+end+window',
  firstReportedAt: '#date+reported',
  detectedAt: '#date+detected',
  country: '#country+code+v_iso2',
  admin1: '#adm1+code+v_iso3166_2',
  admin1Pcode: '#adm1+code+v_pcode',
  place: '#loc+name',
  settlement: '#loc+code',
  lat: '#geo+lat',
  lon: '#geo+lon',
  radiusKm: '#geo+km+radius',
  deathsLow: '#affected+killed+min',
  deathsBest: '#affected+killed',
  deathsHigh: '#affected+killed+max'
}

/** The tag of a column; `#meta` with its name where HXL has none. */
export function getTag(column: string): string {
  const name = column.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
  return tags[column] ?? `#meta+${name}`
}

export function addPcode<T>(kind: ExportKind<T>): ExportKind<T> {
  const admin1Pcode = (item: T) => {
    const area = kind.columns.admin1?.(item)
    return typeof area === 'string' ? findPcode(area) : null
  }
  const columns: Columns<T> = { ...kind.columns, admin1Pcode }
  return { ...kind, columns }
}
