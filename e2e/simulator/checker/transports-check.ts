// Promises 5 and 6 end to end: the events that each reader and partner should have got, computed
// from the alerts log and their rights and filters, independently of the notifier's code; and what
// is missing.

import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import { topics } from '@tocsin/event-log/topics'
import type { Delivered } from '../actors/partners.ts'
import type { ReceivedEvent, Snapshot, StreamReader } from '../actors/stream-reader.ts'
import type { Entry, StoreReader } from '../world/store-reader.ts'
import { type AlertData, calling, LevelView } from './level-view.ts'
import { writeExpected, writeReceived } from './statement-members.ts'

/** The filter members that runs use. */
interface Filter {
  readonly minSeverity?: string
  readonly theatre?: readonly string[]
  readonly status?: readonly string[]
  readonly drill?: boolean
}

interface Audience {
  readonly theatres: readonly string[] | '*'
  readonly handling: string
  readonly filter: Filter
  readonly holdsQuiet: boolean
}

/** An event that an audience should get. */
interface Expected {
  readonly id: string
  readonly theatre: string
  readonly alertId: string
  readonly entry: Entry
  /** Its content for this audience; null for a refusal. */
  readonly data: AlertData | null
}

export interface ExpectedDeliveries {
  readonly url: string
  readonly events: readonly Expected[]
  readonly audience: Audience
}

const severities = ['minor', 'moderate', 'severe', 'extreme']

type AnyReader = Pick<StreamReader, 'options' | 'reading'>

/** Events that a reader still lacks; empty when it has all of them in order. */
export function missingFrom(reader: AnyReader, disk: StoreReader): string[] {
  const { options, reading } = reader
  if (reading === null) return [`${options.name} has never been let in`]
  const received = reading.events.map(event => ({ id: event.id, theatre: theatreOf(event) }))
  return differences(options.name, expectedOf(reader, disk), received)
}

/** Errors in what a reader got: content of events, and its snapshot. */
export function wrongAt(reader: AnyReader, disk: StoreReader): string[] {
  const { options, reading } = reader
  if (reading === null) return []
  const audience = audienceOf(reader)
  const expected = new Map(expectedOf(reader, disk).map(each => [each.id, each]))
  return [
    ...reading.events.flatMap(event =>
      wrongIn(options.name, event, expected.get(event.id), audience)
    ),
    ...(reading.snapshot === null
      ? []
      : wrongInSnapshot(options.name, reading.snapshot, audience, disk))
  ]
}

function expectedOf(reader: AnyReader, disk: StoreReader): readonly Expected[] {
  const start = reader.reading?.start ?? []
  return eventsFor(audienceOf(reader), disk.entries(topics.alerts), null).filter(
    ({ entry }) => entry.position >= Number(start[entry.partition] ?? 0n)
  )
}

function audienceOf({ options: { principal, filter } }: AnyReader): Audience {
  return {
    theatres: principal.theatres,
    handling: principal.handling,
    filter: filter as Filter,
    holdsQuiet: false
  }
}

/** The deliveries that every subscription of the control log should get. */
export function expectedDeliveries(disk: StoreReader): ExpectedDeliveries[] {
  return disk.entries(topics.control).flatMap(({ record }) => {
    if (record?.type !== 'subscription.created') return []
    const data = record.data as {
      url: string
      filter: Filter
      theatres: Audience['theatres']
      handling: string
      from: string
    }
    const audience: Audience = {
      theatres: data.theatres,
      handling: data.handling,
      filter: data.filter,
      holdsQuiet: true
    }
    const start = [...data.from.matchAll(/p\d+=(\d+)/g)].map(match => Number(match[1]))
    return [
      { url: data.url, audience, events: eventsFor(audience, disk.entries(topics.alerts), start) }
    ]
  })
}

/** Events that a partner still lacks. */
export function missingAt(
  { url, events }: ExpectedDeliveries,
  received: readonly Delivered[]
): string[] {
  return differences(
    `webhook ${url}`,
    events,
    received.map(({ id, event }) => ({ id, theatre: theatreOf(event) }))
  )
}

/** Errors in what a partner got. */
export function wrongDeliveries(
  { url, events, audience }: ExpectedDeliveries,
  received: readonly Delivered[]
): string[] {
  const expected = new Map(events.map(each => [each.id, each]))
  return received.flatMap(({ id, event }) =>
    wrongIn(
      `webhook ${url}`,
      { id, ...event, theatre: theatreOf(event) },
      expected.get(id),
      audience
    )
  )
}

/**
 * What came out last, by the entries of a log, which only grow, and by who reads: a run at its end
 * asks every second.
 */
const lastKnown = new WeakMap<
  readonly Entry[],
  Map<string, { readonly length: number; readonly events: readonly Expected[] }>
>()

/**
 * The events of an audience, in the order of each partition. `start`: earlier events do not count,
 * as if alerts began there; null if earlier events count for what the audience was shown.
 */
function eventsFor(
  audience: Audience,
  entries: readonly Entry[],
  start: readonly number[] | null
): readonly Expected[] {
  const ofLog =
    lastKnown.get(entries) ?? new Map<string, { length: number; events: readonly Expected[] }>()
  lastKnown.set(entries, ofLog)
  const reader = toCanonicalJson({ audience, start })
  const known = ofLog.get(reader)
  if (known?.length === entries.length) return known.events
  const events = computedFor(audience, entries, start)
  ofLog.set(reader, { length: entries.length, events })
  return events
}

function computedFor(
  audience: Audience,
  entries: readonly Entry[],
  start: readonly number[] | null
): Expected[] {
  const shown = new Set<string>()
  const known = new Set<string>()
  const ids = new Set<string>()
  // The first record of an id counts; readers drop the rest.
  const first = entries.filter(entry => !ids.has(entry.id) && ids.add(entry.id))
  const view = new LevelView(audience.handling)
  return first.flatMap((entry): Expected[] => {
    const told = view.take(entry)
    if (told.kind === 'other') return []
    const alertId = told.kind === 'told' ? told.data.alertId : told.alertId
    const isKnown = known.has(alertId)
    if (told.kind === 'told') known.add(alertId)
    const theatre = entry.key
    if (start !== null && entry.position < (start[entry.partition] ?? 0)) return []
    if (!isTheatreOf(audience, theatre)) return []
    const event = { id: entry.id, theatre, alertId, entry }
    const isShown = shown.has(alertId)
    if (told.kind === 'refused') {
      const isFor = isKnown ? isShown : seesWholeTheatre(audience, theatre)
      return isFor && view.sees(told.actionHandling) ? [{ ...event, data: null }] : []
    }
    const { data } = told
    if (!isShown && !isWanted(audience, data)) return []
    shown.add(alertId)
    const called = calling(data, asksForDrills(audience))
    return [{ ...event, data: isShown ? called : asFirstNews(called, entry, audience) }]
  })
}

/**
 * A revision is an update to who knows the alert. Who hears of one that stands for the first time
 * is paged by it.
 */
function asFirstNews(data: AlertData, { record }: Entry, audience: Audience): AlertData {
  const stands = data.status === 'provisional' || data.status === 'confirmed'
  const mayPage =
    !['new-actor', 'new-tactic'].includes(data.pattern) ||
    ['severe', 'extreme'].includes(data.severity)
  const isUnasked = data.drill && !asksForDrills(audience)
  const isNews =
    record?.type === 'alert.revised' && data.notify === 'update' && stands && mayPage && !isUnasked
  return isNews ? { ...data, notify: 'page' } : data
}

function isTheatreOf({ theatres }: Audience, theatre: string): boolean {
  return theatres === '*' || theatres.includes(theatre)
}

/** A drill is sent by webhook only to who asked for drills, also when an officer has taken it. */
function isWanted({ filter, holdsQuiet }: Audience, data: AlertData): boolean {
  if (holdsQuiet && data.drill && !asksForDrills({ filter })) return false
  const { acknowledgedBy, assignedTo } = data.operator
  const isTaken = acknowledgedBy !== null || assignedTo !== null
  return (!holdsQuiet || data.notify !== 'quiet' || isTaken) && passes(filter, data)
}

function asksForDrills({ filter }: Pick<Audience, 'filter'>): boolean {
  return filter.drill === true
}

function passes({ minSeverity, theatre, status, drill }: Filter, data: AlertData): boolean {
  if (
    minSeverity !== undefined &&
    severities.indexOf(data.severity) < severities.indexOf(minSeverity)
  )
    return false
  if (drill !== undefined && drill !== data.drill) return false
  return (
    (theatre === undefined || theatre.includes(data.theatre)) &&
    (status === undefined || status.includes(data.status))
  )
}

function seesWholeTheatre(
  { theatres, handling, filter, holdsQuiet }: Audience,
  theatre: string
): boolean {
  const { theatre: wanted, ...others } = filter
  const isWhole =
    Object.keys(others).length === 0 && (wanted === undefined || wanted.includes(theatre))
  return theatres === '*' && handling === 'restricted' && !holdsQuiet && isWhole
}

/** By theatre, since order is promised only there. */
function differences(
  name: string,
  expected: readonly Expected[],
  received: readonly { id: string; theatre: string }[]
): string[] {
  const theatres = new Set([...expected, ...received].map(each => each.theatre))
  return [...theatres].flatMap(theatre => {
    const wanted = expected.filter(each => each.theatre === theatre)
    const got = received.filter(each => each.theatre === theatre)
    const wrong = wanted.findIndex((each, i) => got[i]?.id !== each.id)
    if (wrong < 0 && wanted.length === got.length) return []
    const at = wrong < 0 ? wanted.length : wrong
    const { entry } = wanted[at] ?? {}
    return [
      `${name}: event ${at + 1} of ${theatre} should be ${wanted[at]?.id ?? 'none'} (${entry?.record?.type}, position ${entry?.position}) and is ${got[at]?.id ?? 'none'}; ${wanted.length} expected, ${got.length} got`
    ]
  })
}

/** A received event must repeat the numbers of the log. */
function wrongIn(
  name: string,
  event: ReceivedEvent,
  expected: Expected | undefined,
  { handling }: Audience
): string[] {
  if (expected === undefined) return [`${name}: ${event.type} ${event.id} was not for it`]
  const { alertId, data } = expected
  if (data === null) return []
  const [wanted, got] = [writeExpected(data, new LevelView(handling)), writeReceived(event.data)]
  return wanted === got
    ? []
    : [`${name}: ${event.id} of ${alertId} differs from the log\n    log ${wanted}\n    got ${got}`]
}

/**
 * A snapshot must be the matching open alerts as of its cursor; in parts, with the events between
 * them, as of the last part.
 */
function wrongInSnapshot(
  name: string,
  snapshot: Snapshot,
  audience: Audience,
  disk: StoreReader
): string[] {
  const states = new Map<string, AlertData>()
  const view = new LevelView(audience.handling)
  const known = snapshot.alerts as unknown as readonly AlertData[]
  const names = new Set(known.map(nameOf))
  /** Partitions with a later event that the reader gets. */
  const hasMore = new Set<number>()
  for (const entry of disk.entries(topics.alerts)) {
    const { partition, position } = entry
    if (hasMore.has(partition)) continue
    const isAfter = position >= Number(snapshot.at[partition] ?? 0n)
    const told = view.take(entry)
    if (isAfter && told.kind === 'told') hasMore.add(partition)
    else if (told.kind !== 'refused' && told.data) {
      // A hidden comment counts in the revision, and moves no cursor.
      if (!isAfter || names.has(nameOf(told.data))) states.set(told.data.alertId, told.data)
    }
  }
  const isOpen = ({ status }: AlertData) => status === 'provisional' || status === 'confirmed'
  const isWanted = (state: AlertData) =>
    isOpen(state) && isTheatreOf(audience, state.theatre) && passes(audience.filter, state)
  const namesOf = (alerts: Iterable<AlertData>) =>
    [...alerts].filter(isWanted).map(nameOf).sort().join()
  const [here, there] = [namesOf(states.values()), namesOf(known)]
  const unwanted = (snapshot.shown as unknown as readonly AlertData[]).filter(
    state => !isWanted(state)
  )
  if (unwanted.length > 0)
    return [`${name}: its snapshot showed ${unwanted.map(nameOf).join()}, which it did not ask for`]
  return here === there
    ? []
    : [
        `${name}: its snapshot holds ${there || 'nothing'}, at its cursor there was ${here || 'nothing'}`
      ]
}

function nameOf({ alertId, revision }: AlertData): string {
  return `${alertId.slice(0, 8)}@${revision}`
}

function theatreOf(event: { readonly data: Readonly<Record<string, unknown>> }): string {
  return String(event.data.theatre)
}
