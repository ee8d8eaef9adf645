// Planted bugs, injected from outside: the sources are unchanged, and a port or an object of a service is wrapped for one run. A
// simulator must find all of them.

import { MatchCandidates } from '@tocsin/domain/alert/match-candidates'
import type { AnyPattern } from '@tocsin/domain/detection/pattern'
import type { Finding } from '@tocsin/domain/finding/finding'
import { patterns } from '@tocsin/domain/patterns/pattern-catalogue'
import type { TheatreRecord } from '@tocsin/domain/record/theatre-record'
import type { MemoryStore } from '@tocsin/event-log/memory-log'
import type { Appended, NewRecord, Page, RecordPlace, StoredRecord } from '@tocsin/event-log/port'
import { type Topic, topics } from '@tocsin/event-log/topics'
import type { IntakeService } from '@tocsin/intake/intake-service'
import type { KnownReport } from '@tocsin/intake/known/known-report'
import type { KnownReports } from '@tocsin/intake/known/known-reports'
import type { AlertCursors } from '@tocsin/notifier/cursor/alert-cursors'
import type { AlertJournal } from '@tocsin/notifier/projection/alert-journal'
import type { Positions } from '@tocsin/notifier/projection/positions'
import { noTrace } from './checker/twin-check.ts'
import type { Notifier } from './world/suite.ts'
import type { Plant } from './world/world.ts'

/** An object with some of its methods replaced. */
export function withMembers<T extends object>(original: T, replaced: Partial<T>): T {
  return new Proxy(original, {
    get(target, name) {
      const own = replaced[name as keyof T]
      if (own !== undefined) return own
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    }
  })
}

/** A stream that goes on one record too far behind the cursor that a client brings. */
export const resumesTooFar: Plant = {
  name: 'a stream resumes one record behind the cursor',
  service(role, service) {
    if (role !== 'notifier') return
    const { cursors, journal } = (service as Notifier).hub.deps
    shiftOpened(cursors, (position, i) => (position < (journal().end[i] ?? 0n) ? position + 1n : position))
  }
}

/** A stream that goes back one record before the cursor that a client brings. */
export const resumesTooEarly: Plant = {
  name: 'a stream resumes one record before the cursor',
  service(role, service) {
    if (role !== 'notifier') return
    shiftOpened((service as Notifier).hub.deps.cursors, position => (position > 0n ? position - 1n : position))
  }
}

/** A stream whose cursors are all in order, but which reads on from one record too far while a client catches up. */
export const catchesUpTooFar: Plant = {
  name: 'a stream skips a record while it catches up',
  service(role, service) {
    if (role !== 'notifier') return
    const deps = (service as Notifier).hub.deps as { journal: () => AlertJournal }
    const { journal } = deps
    deps.journal = () => {
      const real = journal()
      const read = (from: Positions, recordsMax: number) =>
        real.read(
          from.map((position, i) => (position > 0n && position < (real.end[i] ?? 0n) ? position + 1n : position)),
          recordsMax
        )
      return withMembers(real, { read })
    }
  }
}

function shiftOpened(cursors: AlertCursors, shift: (position: bigint, partition: number) => bigint): void {
  const open = cursors.open.bind(cursors)
  cursors.open = text => {
    const opened = open(text)
    return opened.kind === 'position' ? { ...opened, positions: opened.positions.map(shift) } : opened
  }
}

/** A snapshot that claims to hold one record more than it does. */
export const snapshotClaimsTooMuch: Plant = {
  name: 'a snapshot is gone on from one record too late',
  log(role, log) {
    if (role !== 'rules') return log
    const append = (topic: Topic, records: readonly NewRecord[]) =>
      log.append(topic, topic === topics.snapshots ? records.map(claimMore) : records)
    return withMembers(log, { append })
  }
}

export function claimMore(record: NewRecord): NewRecord {
  const envelope = parse(record.value)
  if (!envelope.type.includes('snapshot.index')) return record
  const theatres = (envelope.data.theatres as { readonly next: string }[]).map(theatre => {
    return { ...theatre, next: String(BigInt(theatre.next) + 1n) }
  })
  const data = { ...envelope.data, theatres }
  return { ...record, value: Buffer.from(JSON.stringify({ ...envelope, data })) }
}

/** A log that stores an id twice, though it says that it does not. */
export const noDedup: Plant = { name: 'the log drops no duplicates', beforeWrite: forgetIds }

/** The rules publish all over again after a restart: they do not look at what stands in the log, and the log takes it. */
export const publishesAgain: Plant = {
  name: 'alerts are published again after a restart',
  beforeWrite: forgetIds,
  log(role, log) {
    if (role !== 'rules') return log
    return withMembers(log, {
      async read(topic, partition, from, limits) {
        const page = await log.read(topic, partition, from, limits)
        return topic === topics.alerts || topic === topics.assembly ? { ...page, records: [], next: page.end } : page
      }
    })
  }
}

function forgetIds(store: MemoryStore): void {
  for (const { ids } of store.topics.values()) ids.clear()
}

/** The dispatcher takes one planned delivery of each page for delivered when it reads its log after a restart. */
export const forgetsDelivery: Plant = {
  name: 'a planned delivery is forgotten at a restart',
  log(role, log) {
    if (role !== 'notifier') return log
    return withMembers(log, {
      async *tail(cursor, options) {
        for await (const page of log.tail(cursor, options)) yield cursor.topic === topics.deliveries ? withOneDone(page) : page
      }
    })
  }
}

function withOneDone(page: Page): Page {
  const events = page.records.map(record => parse(record.value))
  const done = new Set(events.filter(e => e.type.includes('delivered')).map(e => `${e.data.subscriptionId}/${e.data.sequence}`))
  const index = events.findIndex(e => e.type.includes('planned') && !done.has(`${e.data.subscriptionId}/${e.data.sequence}`))
  const planned = events[index]
  if (planned === undefined) return page
  const { subscriptionId, sequence } = planned.data
  const data = { subscriptionId, sequence, round: 0, attempt: 1, status: 200, durationMs: 1, excerpt: null }
  const made = { ...planned, id: `${planned.id}-made-up`, type: 'tocsin.delivery.delivered.v1', data }
  const record: StoredRecord = { ...(page.records[index] as StoredRecord), value: Buffer.from(JSON.stringify(made)) }
  return { ...page, records: [...page.records, record] }
}

/** Intake takes the report that came last for the one that wins, whatever times they state. */
export const lastArrivalWins: Plant = {
  name: 'the last arrival wins in intake',
  service(role, service) {
    if (role === 'intake') followArrivals((service as IntakeService).views.reports)
  }
}

function followArrivals(reports: KnownReports): void {
  const last = new Map<string, NonNullable<KnownReport['winner']>>()
  const [apply, get] = [reports.apply.bind(reports), reports.get.bind(reports)]
  reports.apply = (record: TheatreRecord, at: RecordPlace) => {
    apply(record, at)
    if (record.type !== 'report.received') return
    const { reportId, contentHash, theatre, handling, private: sealed } = record.data
    const keyId = sealed?.keyId ?? null
    // Before all times: whatever comes next is later.
    last.set(reportId, { reportedAt: new Date(0).toISOString(), contentHash, theatre, handling, keyId, at })
  }
  reports.get = reportId => {
    const known = get(reportId)
    const winner = last.get(reportId)
    return known === undefined || winner === undefined ? known : { ...known, winner }
  }
}

/** Intake says that a report is durable before it is. */
export const answersTooEarly: Plant = {
  name: 'intake answers before the log does',
  log(role, log) {
    if (role !== 'intake') return log
    const append = async (topic: Topic, records: readonly NewRecord[]): Promise<readonly Appended[]> => {
      const written = log.append(topic, records)
      if (topic !== topics.incidents) return written
      written.catch(() => {
        // This is the bug: nobody is told.
      })
      return records.map(() => ({ partition: 0, position: 0n, duplicate: false }))
    }
    return withMembers(log, { append })
  }
}

/** What a theatre was told before an officer set its time is not folded again: the log is read as if it were empty. */
export const forgetsThePast: Plant = {
  name: 'nothing is folded again when the time is set back',
  log(role, log) {
    if (role !== 'rules') return log
    return withMembers(log, {
      async read(topic, partition, from, limits) {
        const page = await log.read(topic, partition, from, limits)
        return topic === topics.incidents ? { ...page, records: [], next: page.end } : page
      }
    })
  }
}

/** An officer's word on the time never reaches the theatre. */
export const losesTheWord: Plant = {
  name: 'a word on the time does not reach its theatre',
  log(role, log) {
    if (role !== 'rules') return log
    const append = async (topic: Topic, records: readonly NewRecord[]): Promise<readonly Appended[]> => {
      const kept = records.filter(record => !parse(record.value).type.includes('clock.set'))
      return kept.length === 0 ? [] : log.append(topic, kept)
    }
    return withMembers(log, { append })
  }
}

/** An area is taken for an identity: whatever happens in it while a withdrawn alert would have lasted brings that back. */
export const areaIsIdentity: Plant = {
  name: 'a true event far away brings a withdrawn alert back',
  run: () => takeGroupsForSituations()
}

/** An open alert takes what is in its area before anybody is asked who shares reports with it. */
export const takesOver: Plant = {
  name: 'an alert without support takes over that of another event',
  run() {
    const putBack = takeGroupsForSituations()
    const { prototype } = MatchCandidates
    const { sharingMost, sameSituation } = prototype
    prototype.sameSituation = function (claimant) {
      return claimant.open ? sameSituation.call(this, claimant) : null
    }
    prototype.sharingMost = function (claimant) {
      return sharingMost.call(this, claimant) ?? this.sameSituation(claimant)
    }
    return () => {
      Object.assign(prototype, { sharingMost, sameSituation })
      putBack()
    }
  }
}

function takeGroupsForSituations(): () => void {
  const pattern = patterns.get('mass-casualty') as AnyPattern
  const { findings } = pattern
  const changed = new WeakMap<Finding, Finding>()
  const withGroup = (finding: Finding): Finding => {
    const known = changed.get(finding)
    if (known !== undefined) return known
    const untilMs = finding.toMs ?? Number.MAX_SAFE_INTEGER
    const made = { ...finding, situation: { keys: [JSON.stringify(finding.group)], around: null, untilMs } }
    changed.set(finding, made)
    return made
  }
  pattern.findings = (...told) => findings.apply(pattern, told).map(withGroup)
  return () => {
    pattern.findings = findings
  }
}

/** The notifier numbers what a reader is told by the log, which counts what the reader may not see too. */
export const numbersTheHidden: Plant = {
  name: 'a revision that a reader may not see counts in its numbers',
  service(role, service) {
    if (role !== 'notifier') return
    const { alerts } = (service as Notifier).projection
    const numbering = alerts.numbering.bind(alerts)
    alerts.numbering = (alertId, level) => withMembers(numbering(alertId, level), { numberOf: revision => revision })
  }
}

/** The rules take what only few may see for what partners may see. */
export const opensTheHidden: Plant = {
  name: 'the rules mark a restricted report as one for partners',
  foundAs: noTrace,
  log(role, log) {
    if (role !== 'rules') return log
    const open = (page: Page): Page => ({ ...page, records: page.records.map(opened) })
    return withMembers(log, {
      async read(topic, partition, from, limits) {
        const page = await log.read(topic, partition, from, limits)
        return topic === topics.incidents ? open(page) : page
      },
      async *tail(cursor, options) {
        for await (const page of log.tail(cursor, options)) yield cursor.topic === topics.incidents ? open(page) : page
      }
    })
  }
}

function opened(record: StoredRecord): StoredRecord {
  const text = Buffer.from(record.value ?? []).toString()
  return text.includes('"handling":"restricted"')
    ? { ...record, value: Buffer.from(text.replaceAll('"handling":"restricted"', '"handling":"partners"')) }
    : record
}

export const plants: readonly Plant[] = [
  resumesTooFar,
  resumesTooEarly,
  catchesUpTooFar,
  snapshotClaimsTooMuch,
  noDedup,
  publishesAgain,
  forgetsDelivery,
  lastArrivalWins,
  answersTooEarly,
  forgetsThePast,
  losesTheWord,
  areaIsIdentity,
  takesOver,
  numbersTheHidden,
  opensTheHidden
]

interface Loose {
  readonly id: string
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

export function parse(value: Uint8Array | null): Loose {
  return JSON.parse(Buffer.from(value ?? Buffer.from('{}')).toString()) as Loose
}
