// The checker: fast-check generates histories (parallel appends, repeated ids, appends in doubt,
// readers of different pace, restarts), runs each on a fresh log, and checks it. A failing history
// is shrunk to a short one and printed with its seed.

import fc from 'fast-check'
import { expect } from 'vitest'
import type { Cursor, EventLog, NewRecord } from '../port.ts'
import { topics } from '../topics.ts'
import { History } from './history.ts'
import { getErrorCode, readStored, readTail } from './reading.ts'
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

const draft = fc.record({
  id: fc.nat(60),
  key: fc.nat(5),
  bytes: fc.oneof(fc.nat(40), fc.nat(2_000))
})
const handle = fc.nat(handleCount - 1)

/**
 * Many ids are repeated, mostly with the content of their first use, sometimes with other content:
 * the first one counts.
 */
function makeRecord({ id, key, bytes }: Draft): NewRecord {
  return { id: `id-${id}`, key: `key-${key}`, value: Buffer.alloc(bytes, `${id}`) }
}

/** A command that may run at any time, with the name that a failing history prints. */
function command(name: string, run: (real: Real) => Promise<void>): Command {
  return { check: () => true, run: (_, real) => run(real), toString: () => name }
}

const listIds = (drafts: readonly Draft[]) => drafts.map(({ id, key }) => `${id}/${key}`)

/** All calls together, so that a group commit has to separate them. */
function append(calls: readonly (readonly Draft[])[], handle: number): Command {
  return command(
    `append(${JSON.stringify(calls.map(listIds))} by ${handle})`,
    async ({ handles, history }) => {
      const log = handles[handle]!
      await Promise.all(
        calls.map(call =>
          history.append(records => log.append(topic, records), call.map(makeRecord))
        )
      )
    }
  )
}

function doubt(drafts: readonly Draft[], fate: 'written' | 'lost', isRetried: boolean): Command {
  return command(
    `doubt(${fate}${isRetried ? ', retried' : ''}: ${listIds(drafts)})`,
    async ({ subject, handles, history }) => {
      const log = await subject.openDoubtful!(fate)
      const records = drafts.map(makeRecord)
      const asked = history.append(given => log.append(topic, given), records)
      expect(await getErrorCode(asked)).toBe('append-unknown')
      await log.close()
      if (isRetried) await history.append(given => handles[0]!.append(topic, given), records)
    }
  )
}

function read(recordsMax: number, bytesMax: number, handle: number): Command {
  const name = `read(${recordsMax} records, ${bytesMax} bytes by ${handle})`
  return command(name, async ({ handles, history }) => {
    const reader = history.reader(name)
    await readStored(handles[handle]!, topic, { recordsMax, bytesMax }, page => {
      expect(page.records.length).toBeLessThanOrEqual(recordsMax)
      reader.take(page)
    })
  })
}

/** Continues where this reader stopped, on any handle: a cursor is valid on all of them. */
function tail(reader: string, recordsMax: number, handle: number): Command {
  const name = `tail(${reader}, ${recordsMax} records by ${handle})`
  return command(name, async ({ handles, history, cursors }) => {
    const log = handles[handle]!
    const cursor = cursors.get(reader) ?? (await log.cursorAt(topic, 'earliest'))
    const take = history.reader(name)
    cursors.set(reader, await readTail(log, cursor, page => take.take(page), { recordsMax }))
  })
}

function commit(reader: string, handle: number): Command {
  return command(`commit(${reader} by ${handle})`, async real => {
    const log = real.handles[handle]!
    const cursor = real.cursors.get(reader) ?? (await log.cursorAt(topic, 'earliest'))
    const goesBack =
      real.committed?.positions.some((position, p) => cursor.positions[p]! < position) ?? false
    if (goesBack) expect(await getErrorCode(log.commit('consumer', cursor))).toBe('stale-cursor')
    else {
      await log.commit('consumer', cursor)
      real.committed = cursor
    }
    expect(await log.committed('consumer', topic)).toEqual(real.committed)
  })
}

function reopen(handle: number): Command {
  return command(`reopen(${handle})`, async ({ subject, handles }) => {
    await handles[handle]!.close()
    handles[handle] = await subject.open()
  })
}

function makeCommands(hasDoubt: boolean): fc.Arbitrary<Iterable<Command>> {
  const drafts = fc.array(draft, { minLength: 1, maxLength: 6 })
  const reader = fc.constantFrom('a', 'b')
  const arbitraries: fc.Arbitrary<Command>[] = [
    fc
      .tuple(fc.array(drafts, { minLength: 1, maxLength: 4 }), handle)
      .map(([calls, h]) => append(calls, h)),
    fc
      .tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 5_000 }), handle)
      .map(([r, b, h]) => read(r, b, h)),
    fc
      .tuple(reader, fc.integer({ min: 1, max: 20 }), handle)
      .map(([name, r, h]) => tail(name, r, h)),
    fc.tuple(reader, handle).map(([name, h]) => commit(name, h)),
    handle.map(h => reopen(h))
  ]
  if (hasDoubt)
    arbitraries.push(
      fc
        .tuple(drafts, fc.constantFrom('written' as const, 'lost' as const), fc.boolean())
        .map(([d, f, r]) => doubt(d, f, r))
    )
  return fc.commands(arbitraries, { maxCommands: 30 }) as fc.Arbitrary<Iterable<Command>>
}

/**
 * Runs generated histories on fresh logs. Rejects with the shortest one that breaks a promise, and
 * its seed.
 */
export async function checkHistories(
  factory: LogFactory,
  options: { readonly runs: number; readonly partitions: number }
): Promise<void> {
  const probe = await factory.make({ partitions: 1 })
  const hasDoubt = probe.openDoubtful !== undefined
  await probe.dispose()
  const seed =
    process.env.TOCSIN_TEST_SEED === undefined ? {} : { seed: Number(process.env.TOCSIN_TEST_SEED) }
  const property = fc.asyncProperty(makeCommands(hasDoubt), async commands => {
    const subject = await factory.make({ partitions: options.partitions })
    const handles = [await subject.open(), await subject.open()]
    const real: Real = {
      subject,
      handles,
      history: new History(),
      cursors: new Map(),
      committed: null
    }
    try {
      await fc.asyncModelRun(() => ({ model: {}, real }), commands)
      const log = real.handles[0]!
      const stored = await readStored(log, topic)
      expect(real.history.findViolations(stored, options.partitions)).toEqual([])
    } finally {
      for (const log of real.handles) await log.close()
      await subject.dispose()
    }
  })
  await fc.assert(property, { numRuns: options.runs, ...seed })
}
