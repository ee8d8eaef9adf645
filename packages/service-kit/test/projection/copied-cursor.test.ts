import type { CopiedTopic } from '@tocsin/domain/control/control-record'
import { topics } from '@tocsin/event-log/topics'
import { describe, expect, it } from 'vitest'
import { translateCursor } from '../../src/projection/copied-cursor.ts'

const copy = (from: string, to: string, ends: readonly string[] | null): CopiedTopic => ({
  topic: topics.alerts,
  from,
  to,
  ends
})
const cursor = (epoch: string, ...positions: bigint[]) => ({
  topic: topics.alerts,
  epoch,
  positions
})
const translated = (copies: readonly CopiedTopic[], of: ReturnType<typeof cursor>) =>
  translateCursor({ copies }, of)

describe('a cursor of a copied log', () => {
  const there = copy('aaaaaaaa', 'bbbbbbbb', ['10', '4'])
  const back = copy('bbbbbbbb', 'cccccccc', ['12', '4'])

  it('has the same positions in the new log, through one copy or several', () => {
    expect(translated([there], cursor('aaaaaaaa', 10n, 0n))).toEqual(cursor('bbbbbbbb', 10n, 0n))
    expect(translated([there, back], cursor('aaaaaaaa', 3n, 4n))).toEqual(
      cursor('cccccccc', 3n, 4n)
    )
    expect(translated([there, back], cursor('bbbbbbbb', 12n, 4n))).toEqual(
      cursor('cccccccc', 12n, 4n)
    )
  })

  it('skips records that the copy itself wrote first', () => {
    const behind = { ...there, shift: 1 }
    expect(translated([behind], cursor('aaaaaaaa', 10n, 0n))).toEqual(cursor('bbbbbbbb', 11n, 1n))
    expect(translated([behind, back], cursor('aaaaaaaa', 10n, 0n))).toEqual(
      cursor('cccccccc', 11n, 1n)
    )
    expect(translated([behind], cursor('aaaaaaaa', 11n, 0n))).toEqual(cursor('aaaaaaaa', 11n, 0n))
  })

  it('stays foreign if positions changed, or if it is beyond what was copied', () => {
    const moved = copy('aaaaaaaa', 'bbbbbbbb', null)
    for (const [copies, of] of [
      [[moved], cursor('aaaaaaaa', 1n, 1n)],
      [[there], cursor('aaaaaaaa', 11n, 0n)],
      [[there], cursor('aaaaaaaa', 1n)],
      [[there], cursor('dddddddd', 1n, 1n)],
      [[there, copy('bbbbbbbb', 'cccccccc', null)], cursor('aaaaaaaa', 1n, 1n)]
    ] as const)
      expect(translated(copies, of)).toBe(of)
  })

  it('of the log itself or of another topic is unchanged', () => {
    const own = cursor('cccccccc', 99n, 99n)
    expect(translated([there, back], own)).toBe(own)
    const other = { ...cursor('aaaaaaaa', 1n, 1n), topic: topics.incidents }
    expect(translateCursor({ copies: [there] }, other)).toBe(other)
  })
})
