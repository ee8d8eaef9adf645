import { describe, expect, it } from 'vitest'
import { formatOutcome, formatProgress } from '../../src/import/import-words.ts'

describe('the line beside the bar', () => {
  it('shows progress, speed and remaining time', () => {
    expect(formatProgress({ rows: 25_000, rowsNow: 25_000, part: 0.25, elapsedMs: 5000 })).toBe(
      '25 % · 25,000 rows · 5,000/s · 15 s left'
    )
    expect(formatProgress({ rows: 10, rowsNow: 10, part: 0.0005, elapsedMs: 4000 })).toBe(
      '0 % · 10 rows · 3/s · 2 h 13 min left'
    )
  })

  it('counts only the speed of this run when it resumes', () => {
    expect(formatProgress({ rows: 75_000, rowsNow: 25_000, part: 0.75, elapsedMs: 5000 })).toBe(
      '75 % · 75,000 rows · 5,000/s · 5.0 s left'
    )
  })

  it('shows only what is known: no percentage for standard input, nothing before the first row', () => {
    expect(formatProgress({ rows: 10, rowsNow: 10, part: null, elapsedMs: 1000 })).toBe(
      '10 rows · 10/s'
    )
    expect(formatProgress({ rows: 0, rowsNow: 0, part: 0, elapsedMs: 0 })).toBe(
      '0 % · 0 rows · 0/s'
    )
  })
})

describe('the table at the end', () => {
  const tally = {
    rows: 1100,
    accepted: 1000,
    duplicates: 50,
    withdrawn: 0,
    staysWithdrawn: 0,
    skipped: { 'not-violence': 40 },
    refused: { malformed: { latitude: 7 }, contract: { '-': 2, 'a\u001b[2Jb': 1 } },
    warnings: { cut: 3 }
  } as const

  it('has every count above zero, and refusals by reason and column, on printable lines', () => {
    const refused = { rows: 'x.refused.csv', reasons: 'x.refused.reasons.csv' }
    expect(
      formatOutcome({
        tally,
        finished: true,
        brokenBy: null,
        refused,
        notes: [],
        lastDays: {},
        elapsedMs: 2000,
        rowsNow: 1100
      })
    ).toEqual([
      'rows             1,100  read',
      'accepted         1,000',
      'duplicates          50  there already',
      'left out            40  no violence 40',
      'refused             10',
      '                     7  malformed latitude',
      '                     2  contract',
      '                     1  contract a [2Jb',
      'of them              3  have a text, a list or a time beyond the limits of a report: it was cut',
      '2.0 s, 550 rows/s',
      'refused rows: x.refused.csv   why: x.refused.reasons.csv   (correct the first file and import it)'
    ])
  })

  it('says what to do if it was stopped, and why if the file is damaged', () => {
    const stopped = {
      tally,
      finished: false,
      brokenBy: null,
      refused: null,
      notes: [],
      lastDays: {},
      elapsedMs: 2000,
      rowsNow: 1100
    }
    expect(formatOutcome(stopped).at(-1)).toBe(
      'stopped after 1,100 rows: run the same command again to continue'
    )
    expect(formatOutcome({ ...stopped, brokenBy: 'unexpected end' }).at(-1)).toBe(
      'the file could not be read after these rows: unexpected end'
    )
  })
})
