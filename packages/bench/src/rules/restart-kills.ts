// Part of the bench `restart`: a suite takes in many attacks of the same three days and is killed
// at once, before it has folded them; then again and again, as soon as it is ready and has taken in
// a few more. No start may take longer than the one before. The ceiling: the start of an empty
// suite, and reading and JSON-parsing all of its log.

import type { EventLog } from '@tocsin/event-log/port'
import { readUpTo } from '@tocsin/event-log/read-up-to'
import { topics } from '@tocsin/event-log/topics'
import type { SuiteProcess } from '@tocsin/testing/process/suite-process'
import { started, withClient, withEmbedded } from './restart-suite.ts'

const attacks = 950
const killsMade = 6
/** Attacks between a start and the next kill. */
const attacksBetween = 10
/** Time limit for one start: the measurement fails after it. */
const startMaxMs = 600_000
const dayMs = 86_400_000
/** Requests at once. */
const requests = 8
/** Source: speed.md#restart. */
const reachS = 3
/** The last start may take this many times the median: more is growth, less is noise. */
const growthMax = 1.5

export interface KillsPart {
  readonly attacks: number
  /** From the start of the process until `/readyz` answers 200, after each kill. */
  readonly readyS: readonly number[]
  /** CPU time until then, all threads, s; null if the system does not provide it. */
  readonly cpuS: readonly (number | null)[]
  /** The last start relative to the median. */
  readonly growth: number
  /**
   * The start of an empty suite, and reading the log at the end: incidents, assembly and alerts.
   */
  readonly emptyReadyS: number
  readonly readS: number
  readonly logBytes: number
  readonly reachS: number
  readonly reached: boolean
}

export async function measureKills(dataDir: string, emptyReadyS: number): Promise<KillsPart> {
  let { suite } = await started(dataDir)
  await withClient(suite, dataDir, async call => {
    await call('PUT', '/v1/theatres/bench', { countries: ['ML'], clock: 'wall' })
  })
  await post(suite, dataDir, 0, attacks)
  const readyS: number[] = []
  const cpuS: (number | null)[] = []
  for (let kill = 0; kill < killsMade; kill++) {
    await suite.kill9()
    const again = await started(dataDir, startMaxMs)
    suite = again.suite
    readyS.push(again.readyS)
    cpuS.push(again.cpuS)
    await post(suite, dataDir, attacks + kill * attacksBetween, attacksBetween)
  }
  await suite.kill9()
  const { readS, bytes } = await withEmbedded(dataDir, readingOf)
  const growth = (readyS.at(-1) as number) / medianOf(readyS)
  const reached = readyS.every(s => s < reachS) && growth < growthMax
  return { attacks, readyS, cpuS, growth, emptyReadyS, readS, logBytes: bytes, reachS, reached }
}

/** Posts attacks until each is accepted, not until it is folded. */
async function post(
  suite: SuiteProcess,
  dataDir: string,
  from: number,
  count: number
): Promise<void> {
  let next = from
  const lane = () =>
    withClient(suite, dataDir, async call => {
      while (next < from + count) await call('POST', '/v1/reports', attack(next++))
    })
  await Promise.all(Array.from({ length: Math.min(requests, count) }, lane))
}

/** One of many attacks of three days in sixty villages of three areas. */
function attack(n: number): object {
  const day = new Date(Date.now() - (1 + (n % 3)) * dayMs).toISOString().slice(0, 10)
  const village = (n * 7) % 60
  return {
    source: { id: `wire-${n % 5}` },
    externalId: `attack-${n}`,
    occurred: { from: day, to: day },
    category: n % 4 === 0 ? 'attack-on-civilians' : 'attack',
    location: {
      country: 'ML',
      admin1: `ML-${5 + (village % 3)}`,
      lat: 13 + (village % 10) * 0.15,
      lon: -4 + Math.floor(village / 10) * 0.2,
      radiusKm: 2
    },
    actors: n % 3 === 0 ? [] : [{ name: `Katiba ${'ABCD'[n % 4]}`, role: 'perpetrator' }],
    fatalities: { low: n % 7, best: n % 7, high: (n % 7) + 2 },
    credibility: 2,
    handling: 'partners'
  }
}

async function readingOf(log: EventLog): Promise<{ readS: number; bytes: number }> {
  const beganMs = performance.now()
  let bytes = 0
  for (const topic of [topics.incidents, topics.assembly, topics.alerts]) {
    for (const { partition, start } of await log.state(topic)) {
      await readUpTo(log, { topic, partition, from: start, to: null }, ({ value }) => {
        if (value === null) return
        bytes += value.byteLength
        JSON.parse(Buffer.from(value).toString())
      })
    }
  }
  return { readS: (performance.now() - beganMs) / 1000, bytes }
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number
}

/** The figures as lines of text. Pure. */
export function renderedKills({
  attacks: told,
  readyS,
  growth,
  emptyReadyS,
  readS,
  logBytes,
  reached
}: KillsPart): string[] {
  const each = readyS.map(s => s.toFixed(2)).join(', ')
  return [
    `restart after each of ${readyS.length} kills -9, with ${told} attacks of the same three days, the first before they were folded`,
    `  ready in ${each} s; the last ${growth.toFixed(2)} × the median`,
    `  ceilings        an empty suite is ready in ${emptyReadyS.toFixed(2)} s; reading and parsing the ${(logBytes / 1e6).toFixed(1)} MB of the log takes ${readS.toFixed(2)} s`,
    `< ${reachS} s, and no longer with each kill: ${reached ? 'reached' : 'SHORT'}`
  ]
}
