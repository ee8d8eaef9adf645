// Promise 1, and that a moved report counts in exactly one theatre: everything acknowledged is in
// the log, each theatre that a report was ever in holds the winning revision, and the assembled
// incidents match it.

import { halfDigestLength } from '@tocsin/contracts/report/report-identity'
import { topics } from '@tocsin/event-log/topics'
import { countriesOf } from '../actors/report-bodies.ts'
import type { Acknowledgement } from '../actors/reporters.ts'
import type { Entry, StoreReader } from '../world/store-reader.ts'
import type { World } from '../world/world.ts'
import { assembledReports } from './assembled.ts'

interface Said {
  readonly at: Entry
  readonly theatre: string
  readonly reportedAt: string
  readonly contentHash: string
  /** Where its place lies. */
  readonly lies: string
  readonly country: string | null
}

interface ReportHistory {
  readonly reportId: string
  readonly said: readonly Said[]
  /** Theatres that hold its withdrawal. */
  readonly withdrawnIn: ReadonlySet<string>
}

const unassigned = '_unassigned'

export function checkReports(
  world: World,
  disk: StoreReader,
  acknowledgements: readonly Acknowledgement[]
): void {
  const histories = historiesOf(disk)
  for (const history of histories.values()) checkHistory(world, history)
  for (const acknowledgement of acknowledgements)
    checkAcknowledgement(
      world,
      acknowledgement,
      histories.get(acknowledgement.reportId),
      acknowledgements
    )
  checkTheatresBegin(world, disk)
  checkAssembled(world, disk, histories)
}

function historiesOf(disk: StoreReader): Map<string, ReportHistory> {
  const histories = new Map<string, { reportId: string; said: Said[]; withdrawnIn: Set<string> }>()
  const of = (reportId: string) => {
    const known = histories.get(reportId) ?? { reportId, said: [], withdrawnIn: new Set<string>() }
    histories.set(reportId, known)
    return known
  }
  for (const entry of disk.entries(topics.incidents)) {
    const { record } = entry
    if (record?.type === 'report.withdrawn')
      of((record.data as { reportId: string }).reportId).withdrawnIn.add(entry.key)
    if (record?.type !== 'report.received') continue
    const data = record.data as {
      reportId: string
      reportedAt: string
      contentHash: string
      theatre: string
      place: { country: string | null }
    }
    const { reportId, reportedAt, contentHash, theatre: lies, place } = data
    of(reportId).said.push({
      at: entry,
      theatre: entry.key,
      reportedAt,
      contentHash,
      lies,
      country: place.country
    })
  }
  return histories
}

/** The greatest (reportedAt, content hash). */
function winnerOf(said: readonly Said[]): Said | undefined {
  return said.reduce<Said | undefined>(
    (best, each) => (best === undefined || isGreater(each, best) ? each : best),
    undefined
  )
}

function isGreater(a: Said, b: Said): boolean {
  return (
    a.reportedAt > b.reportedAt || (a.reportedAt === b.reportedAt && a.contentHash > b.contentHash)
  )
}

function checkHistory(world: World, { reportId, said, withdrawnIn }: ReportHistory): void {
  const winner = winnerOf(said)
  if (winner === undefined) {
    world.violate('1 durable', `${reportId} is withdrawn and was never received`)
    return
  }
  const theatres = new Set(said.map(each => each.theatre))
  if (!theatres.has(winner.lies))
    world.violate(
      'a report counts in one theatre',
      `${reportId} lies in ${winner.lies}, which does not hold it`
    )
  for (const theatre of theatres) {
    const holds = said.some(
      s =>
        s.theatre === theatre &&
        s.reportedAt === winner.reportedAt &&
        s.contentHash === winner.contentHash
    )
    if (!holds && withdrawnIn.size === 0)
      world.violate(
        'a report counts in one theatre',
        `${theatre} holds ${reportId}, but not the revision of ${winner.reportedAt} that wins`
      )
    if (withdrawnIn.size > 0 && !withdrawnIn.has(theatre))
      world.violate(
        'a report counts in one theatre',
        `${theatre} holds ${reportId}, but not its withdrawal`
      )
  }
  for (const { lies, country } of said) checkPlace(world, reportId, lies, country)
}

function checkPlace(world: World, reportId: string, lies: string, country: string | null): void {
  const found = Object.entries(countriesOf).find(([, countries]) =>
    (countries as readonly string[]).includes(country ?? '')
  )
  const expected = found?.[0] ?? unassigned
  // The lake is declared in the middle of a run.
  if (lies !== expected && !(expected === 'lake' && lies === unassigned))
    world.violate(
      'a report counts in one theatre',
      `${reportId} in ${country} was put into ${lies}, not into ${expected}`
    )
}

function checkAcknowledgement(
  world: World,
  acknowledgement: Acknowledgement,
  history: ReportHistory | undefined,
  all: readonly Acknowledgement[]
): void {
  const { step, kind, reportId, said, isDuplicate } = acknowledgement
  const what = `step ${step}, a ${kind} of ${reportId}`
  const same =
    history?.said.filter(each => said !== null && each.contentHash.startsWith(said)) ?? []
  const isThere =
    kind === 'withdraw' ? history !== undefined && history.withdrawnIn.size > 0 : same.length > 0
  if (!isThere) world.violate('1 durable', `${what}, was acknowledged and is not in the log`)
  if (kind !== 'correct' || isDuplicate || same.length === 0) return
  const crossed =
    world.like === 'kafka' ? wordsThatCrossed(acknowledgement, all) : new Set<string | null>()
  const others = (history?.said ?? []).filter(
    other => !crossed.has(other.contentHash.slice(0, halfDigestLength))
  )
  if (!same.some(each => beatsAllBefore(each, others)))
    world.violate(
      'a correction wins',
      `${what}, was acknowledged and never was the word that counts`
    )
}

/** Revisions posted concurrently with this one: of two at different instances either may win. */
function wordsThatCrossed(
  { step, reportId, askedMs, answeredMs }: Acknowledgement,
  all: readonly Acknowledgement[]
) {
  const meanwhile = all.filter(
    other =>
      other.step !== step &&
      other.reportId === reportId &&
      other.askedMs <= answeredMs &&
      other.answeredMs >= askedMs
  )
  return new Set(meanwhile.map(({ said }) => said))
}

/** Whether it won when it was written. */
function beatsAllBefore(each: Said, all: readonly Said[]): boolean {
  return all.every(
    other =>
      other.theatre !== each.theatre ||
      other.at.position >= each.at.position ||
      isGreater(each, other)
  )
}

function checkTheatresBegin(world: World, disk: StoreReader): void {
  for (const theatre of new Set(disk.entries(topics.incidents).map(entry => entry.key))) {
    const first = disk.of(topics.incidents, theatre).find(entry => entry.record !== null)
    if (theatre !== unassigned && first?.record?.type !== 'clock.ticked')
      world.violate(
        "a theatre's first record is a tick",
        `that of ${theatre} is ${first?.record?.type}`
      )
  }
}

/** Assembled reports must be exactly those whose winning revision is in the theatre. */
function checkAssembled(
  world: World,
  disk: StoreReader,
  histories: ReadonlyMap<string, ReportHistory>
): void {
  const expected = new Map<string, string>()
  for (const { reportId, said, withdrawnIn } of histories.values()) {
    const lies = winnerOf(said)?.lies ?? unassigned
    if (withdrawnIn.size === 0 && lies !== unassigned) expected.set(reportId, lies)
  }
  const present = new Map<string, string[]>()
  for (const [theatre, incidents] of assembledReports(disk))
    for (const { reports } of incidents)
      for (const id of reports) present.set(id, [...(present.get(id) ?? []), theatre])
  for (const id of new Set([...expected.keys(), ...present.keys()])) {
    const [wanted, found] = [
      expected.get(id) ?? 'none',
      (present.get(id) ?? ['none']).join(' and ')
    ]
    if (wanted !== found)
      world.violate(
        'a report counts in one theatre',
        `${id} counts in ${found}, it should in ${wanted}`
      )
  }
}
