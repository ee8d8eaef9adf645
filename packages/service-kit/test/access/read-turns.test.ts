// Reads of one key take turns: a few run, the others wait, and no key waits for those of another.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ReadTurn, ReadTurns } from '../../src/access/read-turns.ts'

const limits = { runningPerKey: 2, runningInAll: 3, waitingPerKey: 4 }

/** Turns of the event loop by hand. */
class Loop {
  #next: (() => void)[] = []
  readonly nextTurn = (go: () => void) => void this.#next.push(go)
  turn(): void {
    const now = this.#next
    this.#next = []
    for (const each of now) each()
  }
  run(): void {
    while (this.#next.length > 0) this.turn()
  }
}

/** Reads by name, the key before the colon. */
class Reads {
  readonly begun: string[] = []
  readonly #turns = new Map<string, ReadTurn>()
  readonly loop = new Loop()
  readonly turns = new ReadTurns(limits, this.loop.nextTurn)

  ask(name: string): boolean {
    const turn = this.turns.take(name.split(':')[0] as string, () => this.begun.push(name))
    if (turn !== null) this.#turns.set(name, turn)
    return turn !== null
  }
  end(name: string): void {
    this.#turns.get(name)?.end()
  }
}

describe('reads of a key', () => {
  it('run a few at once, the others in their order once one is over, one a turn of the loop', () => {
    const reads = new Reads()
    for (const name of ['a:1', 'a:2', 'a:3', 'a:4', 'a:5']) reads.ask(name)
    expect(reads.begun).toEqual(['a:1'])
    reads.loop.run()
    expect([reads.begun, reads.turns.runningCount, reads.turns.waitingCount]).toEqual([
      ['a:1', 'a:2'],
      2,
      3
    ])
    reads.end('a:1')
    reads.end('a:2')
    expect(reads.begun).toHaveLength(2)
    reads.loop.turn()
    // Also what is asked only now waits for the next turn.
    reads.end('a:3')
    reads.ask('a:6')
    expect(reads.begun.slice(2)).toEqual(['a:3'])
    reads.loop.run()
    expect(reads.begun.slice(2)).toEqual(['a:3', 'a:4', 'a:5'])
  })

  it('are refused beyond those that may wait, until one of them is begun or has left', () => {
    const reads = new Reads()
    for (let i = 1; i <= 5; i++) expect(reads.ask(`a:${i}`)).toBe(true)
    reads.loop.run()
    expect(reads.ask('a:6')).toBe(true)
    expect(reads.ask('a:7')).toBe(false)
    // Others are not refused for it.
    expect(reads.ask('b:1')).toBe(true)
    reads.end('a:4')
    expect(reads.ask('a:8')).toBe(true)
    reads.end('a:1')
    reads.loop.run()
    expect(reads.begun).toEqual(['a:1', 'a:2', 'b:1', 'a:3'])
  })

  it('that have left before their turn are never begun, and end once', () => {
    const reads = new Reads()
    for (const name of ['a:1', 'a:2', 'a:3', 'a:4']) reads.ask(name)
    reads.loop.run()
    reads.end('a:3')
    for (let i = 0; i < 3; i++) reads.end('a:1')
    reads.loop.run()
    expect([reads.begun, reads.turns.runningCount]).toEqual([['a:1', 'a:2', 'a:4'], 2])
  })

  it('do not keep others waiting: a key of which nothing runs begins at once, and keys go by turns', () => {
    const reads = new Reads()
    for (const name of ['a:1', 'a:2', 'a:3', 'a:4', 'b:1', 'b:2', 'b:3', 'c:1']) reads.ask(name)
    expect(reads.begun).toEqual(['a:1', 'b:1', 'c:1'])
    for (const name of ['a:1', 'b:1', 'c:1']) reads.end(name)
    reads.loop.turn()
    expect(reads.begun.slice(3)).toEqual(['a:2', 'b:2'])
    reads.loop.turn()
    expect(reads.begun.slice(5)).toEqual(['a:3'])
  })

  it('all come to their turn, whoever asks, ends and leaves in whatever order (property)', () => {
    const step = fc.record({
      do: fc.constantFrom('ask', 'end', 'turn'),
      key: fc.constantFrom('a', 'b', 'c', 'd'),
      at: fc.nat(20)
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), steps => {
        const reads = new Reads()
        const [asked, over] = [[] as string[], new Set<string>()]
        const runningOf = (key: string) =>
          reads.begun.filter(each => each.startsWith(`${key}:`) && !over.has(each)).length
        for (const [i, each] of steps.entries()) {
          const name =
            each.do === 'ask' ? `${each.key}:${i}` : asked[each.at % Math.max(1, asked.length)]
          if (each.do === 'turn') reads.loop.turn()
          else if (each.do === 'ask' && name !== undefined && reads.ask(name)) asked.push(name)
          else if (each.do === 'end' && name !== undefined) {
            reads.end(name)
            over.add(name)
          }
          for (const key of ['a', 'b', 'c', 'd'])
            expect(runningOf(key)).toBeLessThanOrEqual(limits.runningPerKey)
          const running = reads.begun.filter(begun => !over.has(begun)).length
          expect(reads.turns.runningCount).toBe(running)
          // Beyond the limit only the one read that each key may always have.
          expect(running).toBeLessThanOrEqual(limits.runningInAll + 3)
        }
        for (let left = asked.length; left >= 0; left--) {
          reads.loop.run()
          for (const name of reads.begun) {
            reads.end(name)
            over.add(name)
          }
        }
        expect(asked.filter(name => !reads.begun.includes(name) && !over.has(name))).toEqual([])
        expect([reads.turns.runningCount, reads.turns.waitingCount]).toEqual([0, 0])
        expect(new Set(reads.begun).size).toBe(reads.begun.length)
      }),
      { numRuns: Number(process.env.TOCSIN_TEST_RUNS ?? 300) }
    )
  })
})
