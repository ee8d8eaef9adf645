// CAP 1.1 and 1.2, one alert after the other, as advisories or hazards. An update is a later
// revision of the alert it refers to, a cancellation its withdrawal. Terms are mapped in
// cap-table.ts, areas in cap-areas.ts.

import { readMoment } from '@tocsin/contracts/report/moments'
import type { PostedLocation } from '@tocsin/contracts/report/posted-location'
import type { PostedReport } from '@tocsin/contracts/report/posted-report'
import { formatSourceId } from '@tocsin/contracts/report/posted-text'
import { undecoded } from '../bytes/lossless-utf8.ts'
import { decodeText, undecodedDetail } from '../bytes/opened-bytes.ts'
import type {
  Fault,
  Importer,
  ImportItem,
  ImportSettings,
  RefusedFileForm,
  RowOutcome,
  WarningKind
} from '../item/import-item.ts'
import {
  buildList,
  buildNarrative,
  limits,
  omitMissing,
  selectLinks
} from '../item/report-parts.ts'
import type { TableRow } from '../item/table-row.ts'
import { listCodes, readAreaPlace } from './cap-areas.ts'
import { type AlertName, CapChains } from './cap-chains.ts'
import {
  capCategories,
  capCertainties,
  capMessages,
  capScopes,
  capSeverities,
  capStatuses,
  capUrgencies
} from './cap-table.ts'
import {
  listElements,
  type ReadXml,
  readAlert,
  readText,
  readTexts,
  splitAlerts,
  type XmlElement
} from './cap-xml.ts'

/**
 * Longest time from sending to the end of the described event: the contract refuses anything that
 * has not happened a day later.
 */
const aheadMs = 24 * 3_600_000
/**
 * Look-ahead before ids are assigned, so that a file may begin with the newest alert, characters.
 */
const heldCharsMax = 8 * 1024 * 1024

export function createCapImporter(): Importer {
  return new CapImporter()
}

class CapImporter implements Importer {
  readonly #chains = new CapChains()
  #row = 0
  #alerts = 0
  #unplaced = 0
  /** Code systems of the areas of alerts without a place. */
  readonly #systems = new Set<string>()

  async *items(
    bytes: AsyncIterable<Uint8Array>,
    settings: ImportSettings
  ): AsyncIterable<readonly ImportItem[]> {
    let held: string[] = []
    let chars = 0
    try {
      for await (const raw of splitAlerts(decodeText(bytes, settings.encoding))) {
        held.push(raw)
        chars += raw.length
        if (chars < heldCharsMax) continue
        yield this.#buildItems(held, settings)
        held = []
        chars = 0
      }
    } catch (error) {
      // A truncated file still has its complete alerts.
      if (held.length > 0) yield this.#buildItems(held, settings)
      throw error
    }
    if (held.length > 0) yield this.#buildItems(held, settings)
  }

  #buildItems(texts: readonly string[], settings: ImportSettings): readonly ImportItem[] {
    const alerts = texts.map(validateAlert)
    for (const read of alerts) if (read.ok) this.#chains.addAlert(read.alert)
    return alerts.map((read, i) => ({
      ...(read.ok ? this.#read(read.alert, settings) : read.outcome),
      row: ++this.#row,
      raw: texts[i] as string
    }))
  }

  findColumn(pointer: string): string | null {
    const found = Object.keys(elementsByPointer).find(
      start => pointer === start || pointer.startsWith(`${start}/`)
    )
    return found === undefined ? null : (elementsByPointer[found] as string)
  }

  readonly hasEditions = false

  notes(): readonly string[] {
    if (this.#unplaced === 0) return []
    const systems = [...this.#systems].slice(0, 10).join(', ')
    const codes = systems === '' ? 'are in words alone' : `have only codes of ${systems}`
    return [
      `${this.#unplaced} of ${this.#alerts} alerts cannot be placed: their areas ${codes}. Known are ISO 3166, SAME, FIPS, UGC, CAP-CP, EMMA_ID and NUTS, besides circles and polygons`
    ]
  }

  get refused(): RefusedFileForm {
    return { extension: 'xml', head: () => '<alerts>\n', separator: '\n', foot: '\n</alerts>\n' }
  }

  #read(alert: XmlElement, settings: ImportSettings): RowOutcome {
    const message = capMessages[readText(alert, 'msgType') as string]
    const status = capStatuses[readText(alert, 'status') as string]
    if (message === 'left-out' || status === 'left-out')
      return { kind: 'skipped', reason: 'not-actual' }
    const chain = this.#chains.findChain(alert)
    const identity = buildIdentity(chain.first, settings)
    const warnings: readonly WarningKind[] = chain.isKnown ? [] : ['chain-unknown']
    if (message === 'withdrawal') {
      const mayBeAbsent = this.#chains.recordCancel(chain, alert)
      return {
        kind: 'withdrawal',
        ...identity,
        reason: buildWithdrawalReason(alert),
        column: 'references',
        ifAbsent: mayBeAbsent ? 'cancelled' : null,
        warnings
      }
    }
    if (this.#chains.isCancelled(chain, alert)) return { kind: 'skipped', reason: 'cancelled' }
    this.#chains.markEmitted(chain)
    const report = buildReport(alert, settings, {
      ...identity,
      isDrill: status === 'drill',
      warnings
    })
    this.#alerts++
    if (report.kind === 'refused' && report.faults.some(fault => fault.reason === 'no-place')) {
      this.#unplaced++
      for (const system of listSystems(listInfos(alert))) this.#systems.add(system)
    }
    return report
  }
}

/** The alert in a text, or why it is refused. */
function validateAlert(raw: string): CheckedAlert {
  const read: ReadXml = raw.includes(undecoded)
    ? { ok: false, detail: undecodedDetail }
    : readAlert(raw)
  if (!read.ok) return refuseAlert([{ column: null, reason: 'unreadable', detail: read.detail }])
  const faults = checkAlert(read.alert)
  return faults.length > 0 ? refuseAlert(faults) : read
}

type CheckedAlert =
  | { readonly ok: true; readonly alert: XmlElement }
  | { readonly ok: false; readonly outcome: RowOutcome }

function refuseAlert(faults: readonly Fault[]): CheckedAlert {
  return { ok: false, outcome: { kind: 'refused', faults } }
}

/**
 * With one source for all senders, the sender is part of the id: two may use the same identifier.
 */
function buildIdentity({ sender, identifier }: AlertName, { source }: ImportSettings) {
  if (source === null) return { sourceId: formatSourceId(sender) || 'cap', externalId: identifier }
  return { sourceId: source, externalId: `${sender},${identifier}`.slice(0, limits.externalId) }
}

const elementsByPointer: Readonly<Record<string, string>> = {
  '/source': 'sender',
  '/externalId': 'identifier',
  '/reportedAt': 'sent',
  '/occurred/from': 'onset',
  '/occurred/to': 'expires',
  '/category': 'category',
  '/location': 'area',
  '/alsoAt': 'area',
  '/private/links': 'web',
  '/private': 'description'
}

/** Validity rules of CAP. Source: CAP-v1.2.xsd. */
function checkAlert(alert: XmlElement): Fault[] {
  const needed = ['identifier', 'sender', 'sent', 'status', 'msgType', 'scope']
  const faults = needed.filter(name => readText(alert, name) === null).map(buildMissing)
  faults.push(...checkOneAmong(alert, 'status', Object.keys(capStatuses)))
  faults.push(
    ...checkOneAmong(alert, 'msgType', Object.keys(capMessages)),
    ...checkOneAmong(alert, 'scope', capScopes)
  )
  faults.push(...checkTimes(alert, ['sent']))
  const message = readText(alert, 'msgType')
  if ((message === 'Update' || message === 'Cancel') && readText(alert, 'references') === null)
    faults.push(buildMissing('references'))
  const infos = listElements(alert, 'info')
  if (infos.length === 0 && (message === 'Alert' || message === 'Update'))
    faults.push(buildMissing('info'))
  return [...faults, ...infos.flatMap(checkInfo)]
}

function checkInfo(info: XmlElement): Fault[] {
  const needed = ['category', 'event', 'urgency', 'severity', 'certainty']
  return [
    ...needed.filter(name => readText(info, name) === null).map(buildMissing),
    ...checkOneAmong(info, 'category', Object.keys(capCategories)),
    ...checkOneAmong(info, 'urgency', capUrgencies),
    ...checkOneAmong(info, 'severity', capSeverities),
    // CAP 1.0 and some of 1.1 say `Very Likely`, which 1.2 defines as Likely.
    ...checkOneAmong(info, 'certainty', [...Object.keys(capCertainties), 'Very Likely']),
    ...checkTimes(info, ['effective', 'onset', 'expires'])
  ]
}

function buildMissing(column: string): Fault {
  return { column, reason: 'missing', detail: 'is missing; CAP requires it' }
}

function checkOneAmong(element: XmlElement, column: string, words: readonly string[]): Fault[] {
  return readTexts(element, column)
    .filter(text => !words.includes(text))
    .map(text => ({
      column,
      reason: 'unknown-value',
      detail: `is not a value of CAP: ${JSON.stringify(text.slice(0, 60))}`
    }))
}

function checkTimes(element: XmlElement, columns: readonly string[]): Fault[] {
  return columns
    .filter(column => {
      const text = readText(element, column)
      return text !== null && (readMoment(text).kind !== 'moment' || !text.includes('T'))
    })
    .map(column => ({
      column,
      reason: 'malformed',
      detail: 'is not a time with an offset, such as 2012-05-02T23:21:04-00:00'
    }))
}

interface Identity {
  readonly sourceId: string
  readonly externalId: string
  readonly isDrill: boolean
  readonly warnings: readonly WarningKind[]
}

function buildReport(alert: XmlElement, settings: ImportSettings, identity: Identity): RowOutcome {
  const { sourceId, externalId, isDrill } = identity
  const infos = listInfos(alert)
  const places = readPlaces(infos)
  if (places.faults.length > 0) return { kind: 'refused', faults: places.faults }
  const [location, ...alsoAt] = places.found
  if (location === undefined) return { kind: 'refused', faults: [describeNoPlace(infos)] }
  const warnings = new Set<WarningKind>(identity.warnings)
  const row = { warn: (kind: WarningKind) => void warnings.add(kind) }
  const narrative = buildNarrative(row, [
    ...new Set(infos.flatMap(listTexts)),
    infos.some(hasOwnWords) ? null : `Alert ${externalId}`
  ])
  const links = selectLinks([...new Set(infos.flatMap(info => readTexts(info, 'web')))])
  const report: PostedReport = {
    source: { id: sourceId },
    externalId,
    reportedAt: settings.reportedAt ?? (readText(alert, 'sent') as string),
    occurred: readOccurred(alert, infos, row),
    ...chooseKind(infos),
    location,
    ...omitMissing({
      alsoAt: buildList(row, alsoAt),
      credibility: readCredibility(infos),
      handling: readText(alert, 'scope') === 'Public' ? settings.handling : 'restricted',
      drill: isDrill ? true : null,
      private: narrative === null && links === null ? null : omitMissing({ narrative, links })
    })
  }
  return { kind: 'report', report, warnings: [...warnings] }
}

/**
 * Narrative of an info: text, severity, urgency, and its areas in words, which can't be located.
 */
function listTexts(info: XmlElement): readonly (string | null)[] {
  const areas = listElements(info, 'area').map(area => readText(area, 'areaDesc'))
  const texts = ['event', 'headline', 'description', 'instruction'].map(name =>
    readText(info, name)
  )
  return [
    ...texts,
    `Severity ${readText(info, 'severity')}, urgency ${readText(info, 'urgency')}`,
    ...areas
  ]
}

/**
 * An alert without text adds its identifier: reports with the same text are taken for
 * copies of one another.
 */
function hasOwnWords(info: XmlElement): boolean {
  return ['headline', 'description', 'instruction'].some(name => readText(info, name) !== null)
}

function describeNoPlace(infos: readonly XmlElement[]): Fault {
  const systems = listSystems(infos)
  const known =
    systems.length === 0 ? 'no ISO 3166 code' : `no known code, only ${systems.join(', ')}`
  const detail = `has no circle, no polygon and ${known}: it cannot be located`
  return { column: 'area', reason: 'no-place', detail }
}

/** The code systems of all areas, as the alert names them. */
function listSystems(infos: readonly XmlElement[]): readonly string[] {
  const areas = infos.flatMap(info => listElements(info, 'area'))
  const names = areas.flatMap(area => listCodes(area).map(({ system }) => system.slice(0, 60)))
  return [...new Set(names)]
}

/** Infos of one language: further languages repeat the content. */
function listInfos(alert: XmlElement): readonly XmlElement[] {
  const infos = listElements(alert, 'info')
  const language = (info: XmlElement) => readText(info, 'language') ?? 'en-US'
  return infos.filter(info => language(info) === language(infos[0] as XmlElement))
}

/** The places of all areas, without duplicates. */
function readPlaces(infos: readonly XmlElement[]): {
  found: readonly PostedLocation[]
  faults: readonly Fault[]
} {
  const found = new Map<string, PostedLocation>()
  const faults: Fault[] = []
  for (const area of infos.flatMap(info => listElements(info, 'area'))) {
    const place = readAreaPlace(area)
    if (place === null) continue
    if ('detail' in place) faults.push({ ...place, reason: 'malformed' })
    else {
      const key = JSON.stringify([place.name, place.admin1, place.lat, place.lon, place.radiusKm])
      if (!found.has(key)) found.set(key, place)
    }
  }
  return { found: [...found.values()], faults }
}

/**
 * One alert is one report: an advisory if any of its infos is one, else a hazard; the tactics list
 * all its categories.
 */
function chooseKind(infos: readonly XmlElement[]) {
  const kinds = infos
    .flatMap(info => readTexts(info, 'category'))
    .map(name => capCategories[name] as (typeof capCategories)[string])
  const advisory = kinds.find(kind => kind.category === 'advisory')
  return {
    category: (advisory ?? kinds[0])?.category ?? 'other',
    tactics: [...new Set(kinds.map(kind => kind.tactic))]
  }
}

/**
 * From onset (else effective, else sent) to expires; limited to a day after sending, which is the
 * contract's maximum.
 */
function readOccurred(
  alert: XmlElement,
  infos: readonly XmlElement[],
  row: Pick<TableRow, 'warn'>
): PostedReport['occurred'] {
  const sent = readText(alert, 'sent') as string
  const limitMs = Date.parse(sent) + aheadMs
  const froms = infos
    .map(info => readText(info, 'onset') ?? readText(info, 'effective') ?? sent)
    .sort(compareTimes)
  const from = froms[0] ?? sent
  const isAhead = Date.parse(from) > limitMs
  if (isAhead) row.warn('onset-ahead')
  const start = isAhead ? sent : from
  const to = infos
    .flatMap(info => readText(info, 'expires') ?? [])
    .sort(compareTimes)
    .at(-1)
  if (to === undefined || Date.parse(to) < Date.parse(start)) return { from: start, to: start }
  if (Date.parse(to) <= limitMs) return { from: start, to }
  row.warn('cut')
  return { from: start, to: new Date(limitMs).toISOString() }
}

function compareTimes(a: string, b: string): number {
  return Date.parse(a) - Date.parse(b)
}

/** That of the most certain info. */
function readCredibility(infos: readonly XmlElement[]): PostedReport['credibility'] | null {
  const known = infos.flatMap(
    info => capCertainties[(readText(info, 'certainty') ?? '').replace('Very ', '')] ?? []
  )
  return known.length === 0 ? null : (Math.min(...known) as PostedReport['credibility'] & number)
}

function buildWithdrawalReason(alert: XmlElement): string {
  const words =
    readText(alert, 'note') ??
    listElements(alert, 'info').flatMap(info => readText(info, 'headline') ?? [])[0]
  return `cancelled by its sender${words === undefined ? '' : `: ${words}`}`
    .replace(/\s+/g, ' ')
    .slice(0, 200)
}
