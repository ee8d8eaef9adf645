// Planted bugs, injected from outside: the sources are unchanged, and a port or an object of a
// service is wrapped for one run. A simulator must find all of them.

import { digest } from '@tocsin/contracts/json/digest'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import type {
  EventLog,
  NewRecord,
  Page,
  RecordPosition,
  StoredRecord
} from '@tocsin/event-log/port'
import { type Topic, topics } from '@tocsin/event-log/topics'
import type { AlertCursors } from '@tocsin/notifier/alerts/alert-cursors'
import type { AlertJournal } from '@tocsin/notifier/alerts/alert-journal'
import type { ProcessModel } from '@tocsin/read-model/process/process-model'
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

/** A log that takes other records than it is given for a topic. */
export function appending(
  log: EventLog,
  of: Topic,
  change: (record: NewRecord) => readonly NewRecord[]
): EventLog {
  return withMembers(log, {
    append: (topic: Topic, records: readonly NewRecord[]) =>
      log.append(topic, topic === of ? records.flatMap(change) : records)
  })
}

/** A log whose pages of some topics are others when they are read. */
function reading(log: EventLog, of: readonly Topic[], change: (page: Page) => Page): EventLog {
  return withMembers(log, {
    async read(topic, partition, from, limits) {
      const page = await log.read(topic, partition, from, limits)
      return of.includes(topic) ? change(page) : page
    }
  })
}

/** A log whose pages of a topic are others when they are followed. */
export function tailing(log: EventLog, of: Topic, change: (page: Page) => Page): EventLog {
  return withMembers(log, {
    async *tail(cursor, options) {
      for await (const page of log.tail(cursor, options))
        yield cursor.topic === of ? change(page) : page
    }
  })
}

const emptied = (page: Page): Page => ({ ...page, records: [], next: page.end })

/** Intake acknowledges a report before it is durable. */
export const answersTooEarly: Plant = {
  name: 'intake answers before the log does',
  quick: true,
  log(role, log) {
    if (role !== 'intake') return log
    const append = async (
      topic: Topic,
      records: readonly NewRecord[]
    ): Promise<readonly RecordPosition[]> => {
      const written = log.append(topic, records)
      if (topic !== topics.incidents) return written
      written.catch(() => {
        // This is the bug: the error is dropped.
      })
      return records.map(() => ({ partition: 0, position: 0n }))
    }
    return withMembers(log, { append })
  }
}

export const plants: readonly Plant[] = [
  // A stream that resumes one record too late after a client's cursor.
  {
    name: 'a stream resumes one record after the cursor',
    service(role, service) {
      if (role !== 'notifier') return
      const { cursors, journal } = (service as Notifier).hub.deps
      shiftOpened(cursors, (position, i) =>
        position < (journal().end[i] ?? 0n) ? position + 1n : position
      )
    }
  },
  // A stream that resumes one record before a client's cursor.
  {
    name: 'a stream resumes one record before the cursor',
    quick: true,
    service(role, service) {
      if (role !== 'notifier') return
      shiftOpened((service as Notifier).hub.deps.cursors, position =>
        position > 0n ? position - 1n : position
      )
    }
  },
  // A stream with correct cursors that skips a record while a client catches up.
  {
    name: 'a stream skips a record while it catches up',
    service(role, service) {
      if (role !== 'notifier') return
      const deps = (service as Notifier).hub.deps as { journal: () => AlertJournal }
      const { journal } = deps
      deps.journal = () => {
        const real = journal()
        const read: AlertJournal['read'] = (from, recordsMax, view) =>
          real.read(
            from.map((position, i) =>
              position > 0n && position < (real.end[i] ?? 0n) ? position + 1n : position
            ),
            recordsMax,
            view
          )
        return withMembers(real, { read })
      }
    }
  },
  // A snapshot that claims to hold one record more than it does.
  {
    name: 'a snapshot is continued one record too late',
    log(role, log) {
      if (role !== 'rules') return log
      return appending(log, topics.snapshots, record => [claimMore(record)])
    }
  },
  // The rules apply a record again that the log holds twice, after a retried append.
  {
    name: 'a repeated record is applied again',
    log: (role, log) => (role === 'rules' ? tailing(log, topics.incidents, renamingRepeats()) : log)
  },
  // The rules publish everything again after a restart: they ignore the log's content.
  {
    name: 'alerts are published again after a restart',
    log(role, log) {
      if (role !== 'rules') return log
      return reading(log, [topics.alerts, topics.assembly], emptied)
    }
  },
  // The dispatcher treats one planned delivery of each page as delivered when it reads its log
  // after a restart.
  {
    name: 'a planned delivery is forgotten at a restart',
    log(role, log) {
      if (role !== 'notifier') return log
      return tailing(log, topics.deliveries, withOneDone)
    }
  },
  // Intake treats the last revision to arrive as the winner, whatever its time.
  {
    name: 'the last arrival wins in intake',
    service(role, _service, model) {
      if (role === 'intake') followArrivals(model.reports)
    }
  },
  answersTooEarly,
  // Records before an officer's time record are not refolded: the log is read as if it were empty.
  {
    name: 'nothing is refolded when the time is set back',
    log(role, log) {
      if (role !== 'rules') return log
      return reading(log, [topics.incidents], emptied)
    }
  },
  // An officer's time record never reaches the theatre.
  {
    name: 'a time record does not reach its theatre',
    log(role, log) {
      if (role !== 'rules') return log
      const append = async (
        topic: Topic,
        records: readonly NewRecord[]
      ): Promise<readonly RecordPosition[]> => {
        const kept = records.filter(record => !parse(record.value).type.includes('clock.set'))
        return kept.length === 0 ? [] : log.append(topic, kept)
      }
      return withMembers(log, { append })
    }
  },
  // The rules mark restricted content as visible to partners.
  {
    name: 'the rules mark a restricted report as one for partners',
    quick: true,
    foundAs: noTrace,
    log(role, log) {
      if (role !== 'rules') return log
      const open = (page: Page): Page => ({ ...page, records: page.records.map(opened) })
      return tailing(reading(log, [topics.incidents], open), topics.incidents, open)
    }
  }
]

function shiftOpened(
  cursors: AlertCursors,
  shift: (position: bigint, partition: number) => bigint
): void {
  const open = cursors.open.bind(cursors)
  cursors.open = text => {
    const opened = open(text)
    return opened.kind === 'from' ? { ...opened, positions: opened.positions.map(shift) } : opened
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

/** Gives every record but the first of an id an id of its own. */
function renamingRepeats(): (page: Page) => Page {
  const firsts = new Map<string, string>()
  return page => {
    const records = page.records.map(record => {
      const place = `${record.partition}/${record.position}`
      const first = firsts.get(record.id) ?? place
      firsts.set(record.id, first)
      if (first === place) return record
      const id = digest('again', place)
      const value = Buffer.from(JSON.stringify({ ...parse(record.value), id }))
      return { ...record, id, value }
    })
    return { ...page, records }
  }
}

function withOneDone(page: Page): Page {
  const events = page.records.map(record => parse(record.value))
  const done = new Set(
    events
      .filter(e => e.type.includes('delivered'))
      .map(e => `${e.data.subscriptionId}/${e.data.sequence}`)
  )
  const index = events.findIndex(
    e => e.type.includes('planned') && !done.has(`${e.data.subscriptionId}/${e.data.sequence}`)
  )
  const planned = events[index]
  if (planned === undefined) return page
  const { subscriptionId, sequence } = planned.data
  const data = {
    subscriptionId,
    sequence,
    round: 0,
    attempt: 1,
    status: 200,
    durationMs: 1,
    excerpt: null
  }
  const made = {
    ...planned,
    id: `${planned.id}-made-up`,
    type: 'tocsin.delivery.delivered.v1',
    data
  }
  const record: StoredRecord = {
    ...(page.records[index] as StoredRecord),
    value: Buffer.from(JSON.stringify(made))
  }
  return { ...page, records: [...page.records, record] }
}

type KnownReports = ProcessModel['reports']
type KnownReport = NonNullable<ReturnType<KnownReports['get']>>

function followArrivals(reports: KnownReports): void {
  const last = new Map<string, NonNullable<KnownReport['winner']>>()
  const [apply, get] = [reports.apply.bind(reports), reports.get.bind(reports)]
  reports.apply = (record: TheatreRecord, at: RecordPosition) => {
    apply(record, at)
    if (record.type !== 'report.received') return
    const { reportId, contentHash, theatre, handling, private: sealed } = record.data
    const keyId = sealed?.keyId ?? null
    // Before all other times.
    last.set(reportId, {
      reportedAt: new Date(0).toISOString(),
      contentHash,
      theatre,
      handling,
      keyId,
      at: { partition: at.partition, position: Number(at.position) },
      by: null
    })
  }
  reports.get = reportId => {
    const known = get(reportId)
    const winner = last.get(reportId)
    return known === undefined || winner === undefined ? known : { ...known, winner }
  }
}

function opened(record: StoredRecord): StoredRecord {
  const text = Buffer.from(record.value ?? []).toString()
  return text.includes('"handling":"restricted"')
    ? {
        ...record,
        value: Buffer.from(text.replaceAll('"handling":"restricted"', '"handling":"partners"'))
      }
    : record
}

interface Loose {
  readonly id: string
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

export function parse(value: Uint8Array | null): Loose {
  return JSON.parse(Buffer.from(value ?? Buffer.from('{}')).toString()) as Loose
}
