// Promise 4: the findings that the run ended with are those of the same reports in another order,
// some of them twice. Growth waits for a tick, of a week at most: both are compared a week later.

import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import type { RandomSource } from '../world/random-source.ts'
import type { Entry, StoreReader } from '../world/store-reader.ts'
import type { World } from '../world/world.ts'
import { correctTimes } from './corrected-time.ts'
import { asTick, countReports, foldTheatre, sumAlerts } from './theatre-folds.ts'
import { recordsOf, theatresOf } from './theatre-records.ts'

const dayMs = 86_400_000

export function checkConvergence(world: World, disk: StoreReader): void {
  for (const theatre of theatresOf(disk)) {
    const records = recordsOf(theatre, disk)
    const days = listNextDays(theatre, records)
    const ended = listFindings(foldTheatre(theatre, [...records, ...days]), records)
    const random = world.random.fork(`shuffle ${theatre}`)
    const shuffled = shuffleRecords(correctTimes(records), random)
    const again = listFindings(foldTheatre(theatre, [...shuffled, ...days]), shuffled)
    const closed = new Set(
      ended.filter(({ isClosed }) => isClosed).map(({ situation }) => situation)
    )
    const write = ({ situation, to, severity, levels }: Finding) =>
      toCanonicalJson({ situation, severity, levels, to: closed.has(situation) ? 'closed' : to })
    compare(world, theatre, ended.map(write).sort(), again.map(write).sort())
  }
}

function compare(
  world: World,
  theatre: string,
  ended: readonly string[],
  shuffled: readonly string[]
): void {
  const missing = shuffled.filter(finding => !ended.includes(finding))
  const extra = ended.filter(finding => !shuffled.includes(finding))
  if (missing.length + extra.length > 0)
    world.violate(
      '4 convergent',
      `${theatre}\n    only in the run      ${extra.join('\n                         ')}\n    only in another order ${missing.join('\n                         ')}`
    )
}

interface Finding {
  /** Rule, begin and reports. */
  readonly situation: string
  readonly to: string | null
  readonly severity: string
  readonly levels: readonly string[]
  /** An officer closed it: its end is not published. */
  readonly isClosed: boolean
}

/**
 * The comparison of promise 4, for alerts that are not retracted, as the highest level knows them:
 * rule, window, reports, severity, levels.
 */
function listFindings(entries: readonly Entry[], records: readonly TheatreRecord[]): Finding[] {
  const numbers = countReports(records)
  return sumAlerts(entries, 'restricted')
    .filter(({ status }) => status !== 'retracted')
    .map(({ ruleId, from, to, severity, levels, triggers, fold, reason }) => {
      // The group of a cluster is that of its first report when it was raised.
      const reports = [...triggers].map(number => numbers.find(fold, number)).sort()
      const situation = toCanonicalJson({ ruleId, from, reports })
      return { situation, to, severity, levels, isClosed: reason === 'closed-by-operator' }
    })
}

/**
 * First the final settings, then reports, shuffled and partly repeated, interleaved with officers'
 * declarations in order, then the last tick and a few more to flush pending output.
 */
function shuffleRecords(
  records: readonly TheatreRecord[],
  random: RandomSource
): readonly TheatreRecord[] {
  const said = records.filter(
    ({ type }) => type === 'report.received' || type === 'report.withdrawn'
  )
  const ticks = records.map(asTick).filter(({ type }) => type === 'clock.ticked')
  const settings = records.filter(
    ({ type }) =>
      type.endsWith('.configured') || type === 'rule.removed' || type === 'engine.changed'
  )
  const latest = ticks.reduce<TheatreRecord | undefined>(
    (a, b) => (a === undefined || toOf(b) > toOf(a) ? b : a),
    undefined
  )
  // The order of officers' declarations decides which counts, so it is kept.
  const declared = records.filter(({ type }) => type === 'pair.declared')
  const mixed = random
    .shuffled([
      ...said,
      ...said.filter(() => random.happens(0.3)),
      ...ticks.filter(() => random.happens(0.3)),
      ...declared
    ])
    .map(record => (record.type === 'pair.declared' ? (declared.shift() as TheatreRecord) : record))
  // The second tick is a replay's first real one: before it intake accepts nothing.
  const order = [
    ...ticks.slice(0, 1),
    ...settings,
    ...ticks.slice(1, 2),
    ...mixed,
    ...(latest === undefined ? [] : [latest])
  ]
  // Declarations name each other.
  return order.map((record, i) =>
    record.type === 'pair.declared' ? record : { ...record, id: `${record.id}-${i}` }
  )
}

/** Ticks of the days after all records. */
function listNextDays(theatre: string, records: readonly TheatreRecord[]): TheatreRecord[] {
  const lastMs = Math.max(0, ...records.map(record => Date.parse(toOf(asTick(record)) || '1970')))
  return Array.from({ length: 9 }, (_, day) => {
    const to = new Date((Math.floor(lastMs / dayMs) + 1 + day) * dayMs).toISOString()
    return { type: 'clock.ticked', data: { to, gap: false }, id: `day-${day}`, theatre, time: to }
  })
}

function toOf(record: TheatreRecord): string {
  return record.type === 'clock.ticked' ? record.data.to : ''
}
