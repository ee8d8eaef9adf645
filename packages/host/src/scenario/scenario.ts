// A scenario file: NDJSON of {at, report|put|delete}, and the plan of ticks and lines that plays
// it. Pure: reading files and posting are elsewhere. Reports are validated by intake only: a
// scenario may contain reports that are refused.

import { readMoment } from '@tocsin/contracts/report/moments'
import { checkScenarioLine } from '@tocsin/contracts/report/report-shape'
import type { TheatreConfig } from '@tocsin/contracts/theatre/theatre-record'

export type ScenarioAction = 'report' | 'put' | 'delete'

export interface ScenarioLine {
  /** Counted from 1, as editors do. */
  readonly lineNumber: number
  /** When it is posted, in the theatre's time: ISO 8601, UTC, ms; a whole minute, as ticks are. */
  readonly at: string
  readonly action: ScenarioAction
  readonly body: Readonly<Record<string, unknown>>
  readonly sourceId: string
  /** Null for a report without one; put and delete always have one. */
  readonly externalId: string | null
}

export interface ScenarioSource {
  readonly id: string
  readonly reliability: string
  readonly latenessDays: number
  readonly cadenceDays: number
  readonly archive: boolean
}

/** What is declared before the first line. */
export interface ScenarioSetup {
  readonly theatre: Pick<TheatreConfig, 'id' | 'clock'> & Partial<TheatreConfig>
  readonly sources: readonly ScenarioSource[]
}

export type ScenarioStep =
  | { readonly kind: 'tick'; readonly at: string }
  | { readonly kind: 'post'; readonly at: string; readonly line: ScenarioLine }

/** The file is invalid. The message names the line. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError'
  readonly code = 'scenario-invalid'
  readonly retryable = false
}

const dayMs = 86_400_000
const minuteMs = 60_000

/**
 * The lines of a scenario in file order. Throws ScenarioError that names the first invalid line.
 */
export function parseScenario(text: string): readonly ScenarioLine[] {
  const lines: ScenarioLine[] = []
  for (const [index, row] of text.split('\n').entries()) {
    if (row.trim() === '') continue
    const line = parseLine(row, index + 1)
    const before = lines.at(-1)
    if (before && Date.parse(line.at) < Date.parse(before.at))
      throw createScenarioError(line.lineNumber, `${line.at} is earlier than the previous line`)
    lines.push(line)
  }
  if (lines.length === 0) throw new ScenarioError('the scenario has no lines')
  return lines
}

/** The content of `<name>.setup.json`. Throws ScenarioError. */
export function parseSetup(text: string): ScenarioSetup {
  const value = readJson(text, 'the setup')
  const { theatre, sources } = value as Partial<ScenarioSetup>
  if (typeof theatre?.id !== 'string' || theatre.clock !== 'replay')
    throw new ScenarioError('the setup needs a theatre with an id and a replay clock')
  if (!Array.isArray(sources) || sources.some(source => typeof source?.id !== 'string'))
    throw new ScenarioError('the setup needs a list of sources, each with an id')
  return { theatre, sources }
}

/** The default setup of a scenario: a replay theatre that covers the whole earth. */
export function createWholeEarthSetup(theatreId: string): ScenarioSetup {
  const polygon = [
    [
      [-180, -90],
      [180, -90],
      [180, 90],
      [-180, 90],
      [-180, -90]
    ]
  ] as const
  return { theatre: { id: theatreId, clock: 'replay', polygon }, sources: [] }
}

/**
 * All steps in order: a tick at each midnight (UTC), so that ages and absences are evaluated on
 * their day; a tick at the time of each line; the line. The plan depends only on the lines, so that
 * a restarted player makes the same ticks. `tickEveryDays` keeps only every n-th midnight, for a
 * faster run.
 */
export function planScenario(
  lines: readonly ScenarioLine[],
  tickEveryDays = 1
): readonly ScenarioStep[] {
  const steps: ScenarioStep[] = []
  let nowMs: number | null = null
  for (const line of lines) {
    const atMs = Date.parse(line.at)
    if (nowMs !== null)
      for (const day of generateMidnights(nowMs, atMs, tickEveryDays))
        steps.push({ kind: 'tick', at: formatTime(day) })
    if (nowMs === null || atMs > nowMs) steps.push({ kind: 'tick', at: formatTime(atMs) })
    steps.push({ kind: 'post', at: formatTime(atMs), line })
    nowMs = atMs
  }
  return steps
}

/**
 * The steps left when the theatre's last tick is `now`. Lines of that minute are repeated, since it
 * is unknown which were sent.
 */
export function filterRemaining(
  steps: readonly ScenarioStep[],
  now: string | null
): readonly ScenarioStep[] {
  if (now === null) return steps
  const nowMs = Date.parse(now)
  return steps.filter(step =>
    step.kind === 'tick' ? Date.parse(step.at) > nowMs : Date.parse(step.at) >= nowMs
  )
}

function parseLine(row: string, lineNumber: number): ScenarioLine {
  const shaped = checkScenarioLine(readJson(row, `line ${lineNumber}`))
  if (!shaped.ok)
    throw createScenarioError(
      lineNumber,
      shaped.errors.map(error => `${error.pointer || 'it'} ${error.detail}`).join('; ')
    )
  const { at, ...rest } = shaped.report
  const moment = readMoment(at)
  const atMs = moment.kind === 'moment' ? moment.startMs : Number.NaN
  if (!(atMs % minuteMs === 0))
    throw createScenarioError(
      lineNumber,
      `/at must be a valid time on a whole minute, since ticks have minute precision: ${at} is not`
    )
  const [action, body] = Object.entries(rest)[0] as [
    ScenarioAction,
    Readonly<Record<string, unknown>>
  ]
  return { lineNumber, at: formatTime(atMs), action, body, ...readIdentity(body) }
}

/** A report may be malformed: a refusal by intake can be part of the story. */
function readIdentity(body: Readonly<Record<string, unknown>>): {
  sourceId: string
  externalId: string | null
} {
  const sourceId = (body.source as { id?: unknown } | null | undefined)?.id
  return {
    sourceId: typeof sourceId === 'string' ? sourceId : '',
    externalId: typeof body.externalId === 'string' ? body.externalId : null
  }
}

function readJson(text: string, what: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
  } catch (cause) {
    throw new ScenarioError(`${what} is not JSON`, { cause })
  }
  throw new ScenarioError(`${what} is not a JSON object`)
}

function createScenarioError(lineNumber: number, detail: string): ScenarioError {
  return new ScenarioError(`line ${lineNumber}: ${detail}`)
}

/**
 * Midnights strictly between two times, of days with a number since the epoch that is a multiple of
 * `everyDays`.
 */
function* generateMidnights(
  afterMs: number,
  beforeMs: number,
  everyDays: number
): Generator<number> {
  const stepMs = everyDays * dayMs
  for (let day = (Math.floor(afterMs / stepMs) + 1) * stepMs; day < beforeMs; day += stepMs)
    yield day
}

function formatTime(ms: number): string {
  return new Date(ms).toISOString()
}
