// The checker: fast-check makes up histories (appends in parallel, repeated ids, doubtful appends, readers of every pace, restarts), each is run on
// a fresh log and judged. A failing history shrinks to a short one and prints its seed.

import fc from 'fast-check'
import { expect } from 'vitest'
import type { Cursor, EventLog, NewRecord } from '../port.ts'
import { topics } from '../topics.ts'
import { History } from './history.ts'
import { codeOf, readStored, tailToEnd } from './reading.ts'
import type { LogFactory, LogSubject } from './subject.ts'

const topic = topics.incidents
const handleCount = 2

interface Real {
  readonly subject: LogSubject
  readonly handles: EventLog[]
  readonly history: History
  readonly cursors: Map<string, Cursor>
  committed: Cursor | null
}

type Model = Record<string, never>
type Command = fc.AsyncCommand<Model, Real>

interface Draft {
  readonly id: number
  readonly key: number
  readonly bytes: number
}

const draft = fc.record({ id: fc.nat(60), key: fc.nat(5), bytes: fc.oneof(fc.nat(40), fc.nat(2_000)) })
const handle = fc.nat(handleCount - 1)

/** Many ids come again, mostly with what they had first, sometimes with other content: the first one counts. */
function recordOf({ id, key, bytes }: Draft): NewRecord {
  return { id: `id-${id}`, key: `key-${key}`, value: Buffer.alloc(bytes, `${id}`) }
}

class Append implements Command {
  readonly calls: readonly (readonly Draft[])[]
  readonly handle: number

  constructor(calls: readonly (readonly Draft[])[], handleIndex: number) {
    this.calls = calls
    this.handle = handleIndex
  }

  check(): boolean {
    return true
  }

  /** All calls at once: what a group commit has to keep apart. */
  async run(_: Model, real: Real): Promise<void> {
    const log = real.handles[this.handle]!
    await Promise.all(this.calls.map(call => real.history.append(records => log.append(topic, records), call.map(recordOf))))
  }

  toString(): string {
    return `append(${JSON.stringify(this.calls.map(call => call.map(d => `${d.id}/${d.key}`)))} by ${this.handle})`
  }
}

class Doubt implements Command {
  readonly drafts: readonly Draft[]
  readonly fate: 'written' | 'lost'
  readonly isRetried: boolean

  constructor(drafts: readonly Draft[], fate: 'written' | 'lost', isRetried: boolean) {
    this.drafts = drafts
    this.fate = fate
    this.isRetried = isRetried
  }

  check(): boolean {
    return true
  }

  async run(_: Model, real: Real): Promise<void> {
    const log = await real.subject.openDoubtful!(this.fate)
    const records = this.drafts.map(recordOf)
    const isNews = !log.capabilities.exactIdDedup || !records.every(r => real.history.ackedIds.has(r.id))
    const asked = real.history.append(given => log.append(topic, given), records)
    // A group of nothing but duplicates has nothing to write, and nothing to be in doubt of.
    if (isNews) expect(await codeOf(asked)).toBe('append-unknown')
    else await asked.catch(() => {})
    await log.close()
    if (this.isRetried) await real.history.append(given => real.handles[0]!.append(topic, given), records)
  }

  toString(): string {
    return `doubt(${this.fate}${this.isRetried ? ', retried' : ''}: ${this.drafts.map(d => `${d.id}/${d.key}`)})`
  }
}

class Read implements Command {
  readonly recordsMax: number
  readonly bytesMax: number
  readonly handle: number

  constructor(recordsMax: number, bytesMax: number, handleIndex: number) {
    this.recordsMax = recordsMax
    this.bytesMax = bytesMax
    this.handle = handleIndex
  }

  check(): boolean {
    return true
  }

  async run(_: Model, real: Real): Promise<void> {
    const reader = real.history.reader(this.toString())
    const limits = { recordsMax: this.recordsMax, bytesMax: this.bytesMax }
    await readStored(real.handles[this.handle]!, topic, limits, page => {
      expect(page.records.length).toBeLessThanOrEqual(this.recordsMax)
      reader.take(page)
    })
  }

  toString(): string {
    return `read(${this.recordsMax} records, ${this.bytesMax} bytes by ${this.handle})`
  }
}

class Tail implements Command {
  readonly reader: string
  readonly recordsMax: number
  readonly handle: number

  constructor(reader: string, recordsMax: number, handleIndex: number) {
    this.reader = reader
    this.recordsMax = recordsMax
    this.handle = handleIndex
  }

  check(): boolean {
    return true
  }

  /** Goes on where this reader stopped, on whichever handle: a cursor is good everywhere. */
  async run(_: Model, real: Real): Promise<void> {
    const log = real.handles[this.handle]!
    const cursor = real.cursors.get(this.reader) ?? (await log.cursorAt(topic, 'earliest'))
    const take = real.history.reader(this.toString())
    real.cursors.set(this.reader, await tailToEnd(log, cursor, page => take.take(page), { recordsMax: this.recordsMax }))
  }

  toString(): string {
    return `tail(${this.reader}, ${this.recordsMax} records by ${this.handle})`
  }
}

class Commit implements Command {
  readonly reader: string
  readonly handle: number

  constructor(reader: string, handleIndex: number) {
    this.reader = reader
    this.handle = handleIndex
  }

  check(): boolean {
    return true
  }

  async run(_: Model, real: Real): Promise<void> {
    const log = real.handles[this.handle]!
    const cursor = real.cursors.get(this.reader) ?? (await log.cursorAt(topic, 'earliest'))
    const goesBack = real.committed?.positions.some((position, p) => cursor.positions[p]! < position) ?? false
    if (goesBack) expect(await codeOf(log.commit('consumer', cursor))).toBe('stale-cursor')
    else {
      await log.commit('consumer', cursor)
      real.committed = cursor
    }
    expect(await log.committed('consumer', topic)).toEqual(real.committed)
  }

  toString(): string {
    return `commit(${this.reader} by ${this.handle})`
  }
}

class Reopen implements Command {
  readonly handle: number

  constructor(handleIndex: number) {
    this.handle = handleIndex
  }

  check(): boolean {
    return true
  }

  async run(_: Model, real: Real): Promise<void> {
    await real.handles[this.handle]!.close()
    real.handles[this.handle] = await real.subject.open()
  }

  toString(): string {
    return `reopen(${this.handle})`
  }
}

function commandsFor(hasDoubt: boolean): fc.Arbitrary<Iterable<Command>> {
  const drafts = fc.array(draft, { minLength: 1, maxLength: 6 })
  const reader = fc.constantFrom('a', 'b')
  const arbitraries: fc.Arbitrary<Command>[] = [
    fc.tuple(fc.array(drafts, { minLength: 1, maxLength: 4 }), handle).map(([calls, h]) => new Append(calls, h)),
    fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 5_000 }), handle).map(([r, b, h]) => new Read(r, b, h)),
    fc.tuple(reader, fc.integer({ min: 1, max: 20 }), handle).map(([name, r, h]) => new Tail(name, r, h)),
    fc.tuple(reader, handle).map(([name, h]) => new Commit(name, h)),
    handle.map(h => new Reopen(h))
  ]
  if (hasDoubt)
    arbitraries.push(
      fc.tuple(drafts, fc.constantFrom('written' as const, 'lost' as const), fc.boolean()).map(([d, f, r]) => new Doubt(d, f, r))
    )
  return fc.commands(arbitraries, { maxCommands: 30 }) as fc.Arbitrary<Iterable<Command>>
}

/** Runs made-up histories on fresh logs. Rejects with the shortest one that breaks a promise, and its seed. */
export async function checkHistories(
  factory: LogFactory,
  options: { readonly runs: number; readonly partitions: number }
): Promise<void> {
  const probe = await factory.make({ partitions: 1 })
  const hasDoubt = probe.openDoubtful !== undefined
  await probe.dispose()
  const seed = process.env.TOCSIN_SEED === undefined ? {} : { seed: Number(process.env.TOCSIN_SEED) }
  const property = fc.asyncProperty(commandsFor(hasDoubt), async commands => {
    const subject = await factory.make({ partitions: options.partitions })
    const handles = [await subject.open(), await subject.open()]
    const real: Real = { subject, handles, history: new History(), cursors: new Map(), committed: null }
    try {
      await fc.asyncModelRun(() => ({ model: {}, real }), commands)
      const log = real.handles[0]!
      const stored = await readStored(log, topic)
      expect(real.history.violations(stored, options.partitions, log.capabilities.exactIdDedup)).toEqual([])
    } finally {
      for (const log of real.handles) await log.close()
      await subject.dispose()
    }
  })
  await fc.assert(property, { numRuns: options.runs, ...seed })
}
