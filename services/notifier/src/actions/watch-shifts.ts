// The shifts of a roster: what may be declared, and what a hand-over makes of them. Pure.

import { bodyInvalid } from '@tocsin/contracts/problem/problem-catalogue'
import { type ShiftRecord, watchShiftsMax } from '@tocsin/contracts/record/control-record'
import { instantIn } from '../admin/control-operations.ts'

const dayMs = 86_400_000
/** Longest shift, and how long one that is over is stored, ms. */
const shiftMaxMs = 31 * dayMs
const shiftKeptMs = 31 * dayMs
/**
 * How far ahead one may begin, ms: ten years. A later one is a wrong year, and would stay in the
 * roster for ever.
 */
const shiftAheadMs = 3_653 * dayMs

export interface ShiftAsk {
  readonly officer: string
  readonly from: string
  readonly until: string
  readonly lines: readonly string[]
  readonly note?: string | null
}

export interface HandOverAsk {
  readonly officer: string
  /** The officer on the shift that ends; needed where several are on. */
  readonly relieves?: string
  readonly until: string
  readonly lines?: readonly string[]
  readonly note?: string | null
}

/**
 * The shifts as they are recorded, without those that are long over. `before`: the recorded ones;
 * `at`: where a shift is in the body. Throws a ProblemError that names the field.
 */
export function makeShifts(
  asked: readonly ShiftAsk[],
  before: readonly ShiftRecord[],
  nowMs: number,
  at = (i: number) => `/shifts/${i}/`
): readonly ShiftRecord[] {
  const [keptFrom, aheadTo] = [nowMs - shiftKeptMs, nowMs + shiftAheadMs].map(ms =>
    new Date(ms).toISOString()
  ) as [string, string]
  const shifts = asked.map(({ officer, lines, note = null, ...ask }, i) => {
    const [from, until] = [
      instantIn(`${at(i)}from`, ask.from),
      instantIn(`${at(i)}until`, ask.until)
    ]
    if (until <= from) throw bodyInvalid(`${at(i)}until`, 'must be after its beginning')
    if (Date.parse(until) - Date.parse(from) > shiftMaxMs)
      throw bodyInvalid(`${at(i)}until`, 'must be within 31 days of its beginning')
    const isKnown = before.some(
      each => each.officer === officer && each.from === from && each.until === until
    )
    if (!isKnown && from > aheadTo)
      throw bodyInvalid(`${at(i)}from`, 'must be within ten years from now')
    if (!isKnown && until <= keptFrom)
      throw bodyInvalid(`${at(i)}until`, 'was more than 31 days ago: such a shift is not kept')
    return { officer, from, until, lines, note }
  })
  return shifts.filter(({ until }) => until > keptFrom)
}

/**
 * The shifts after a hand-over at a time, and who is relieved. `isFollowed`: whether a line still
 * follows the roster. Throws a ProblemError that names the field.
 */
export function handOver(
  shifts: readonly ShiftRecord[],
  ask: HandOverAsk,
  from: string,
  isFollowed: (line: string) => boolean
): {
  readonly ended: readonly ShiftRecord[]
  readonly next: readonly ShiftAsk[]
  readonly from: string | null
} {
  const until = instantIn('/until', ask.until)
  const relieved = findRelieved(
    shifts.filter(each => each.from <= from && from < each.until),
    ask.relieves
  )
  // Who comes early or is named as planned must not be on twice.
  const planned = shifts.filter(
    each => each.officer === ask.officer && from < each.from && each.from < until
  )
  // On an unstaffed roster the lines of the shift that ended last are kept.
  const left = listOver(shifts, from).at(-1)?.lines.filter(isFollowed) ?? []
  const lines =
    ask.lines ?? planned[0]?.lines ?? relieved[0]?.lines ?? (left.length === 0 ? undefined : left)
  if (lines === undefined)
    throw bodyInvalid('/lines', 'is required: nobody is or was on whose lines could be kept')
  const begun = { officer: ask.officer, from, until, lines, note: ask.note ?? null }
  const ended = shifts.flatMap(each => {
    if (relieved.includes(each)) return each.from === from ? [] : [{ ...each, until: from }]
    if (!planned.includes(each)) return [each]
    return each.until <= until ? [] : [{ ...each, from: until }]
  })
  const all = [...ended, begun]
  // It never fails for want of room: of the shifts that are over the oldest make it.
  const gone = new Set(listOver(all, from).slice(0, Math.max(0, all.length - watchShiftsMax)))
  const next = all.filter(each => !gone.has(each))
  return { ended, next, from: relieved[0]?.officer ?? null }
}

/** Those that end, of those who are on. */
function findRelieved(
  on: readonly ShiftRecord[],
  relieves: string | undefined
): readonly ShiftRecord[] {
  const names = [...new Set(on.map(({ officer }) => officer))]
  const known =
    names.length === 0
      ? 'nobody is on'
      : `on are ${names.map(name => JSON.stringify(name)).join(', ')}`
  if (relieves === undefined && names.length > 1)
    throw bodyInvalid('/relieves', `is required, to name who is relieved: ${known}`)
  const relieved = relieves === undefined ? on : on.filter(({ officer }) => officer === relieves)
  if (relieves !== undefined && relieved.length === 0)
    throw bodyInvalid('/relieves', `must be an officer who is on: ${known}`)
  return relieved
}

/** Shifts that ended by a time, the one that ended last at the end. */
function listOver<S extends ShiftAsk>(shifts: readonly S[], now: string): readonly S[] {
  return shifts.filter(({ until }) => until <= now).toSorted((a, b) => (a.until < b.until ? -1 : 1))
}
