import { encodeRecord } from '@tocsin/contracts/record/records'
import type { ControlPayload } from '@tocsin/domain/control/control-record'
import { MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import type { EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { ManualClock } from '@tocsin/testing/process/manual-clock'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ControlView } from '../../src/projection/control-view.ts'
import { createLogger } from '../../src/telemetry/logger.ts'
import { LogLines } from '../support/fakes.ts'

let log: MemoryLog
let view: ControlView
let lines: LogLines
let clock: ManualClock
let count = 0

const viewOn = (source: EventLog) =>
  new ControlView({
    log: source,
    clock,
    logger: createLogger({ level: 'info', name: 'test', destination: lines })
  })
beforeEach(() => {
  log = new MemoryLog(new MemoryStore())
  clock = new ManualClock()
  lines = new LogLines()
  view = viewOn(log)
})
afterEach(() => view.close())

const theatre = (id: string): ControlPayload => ({
  type: 'theatre.declared',
  data: {
    id,
    countries: [id === 'sudan' ? 'SD' : 'ML'],
    polygon: null,
    clock: 'wall',
    retentionDays: 820
  }
})
async function append(
  payload: { type: string; data: object },
  spoil: (bytes: Uint8Array) => Uint8Array = bytes => bytes
) {
  const id = `r${count++}`
  const value = spoil(
    encodeRecord(
      { id, source: '/tocsin/test', time: '2025-06-01T00:00:00.000Z', cause: null },
      payload
    )
  )
  const [appended] = await log.append(topics.control, [{ id, key: 'control', value }])
  return appended!
}
const ids = () => [...view.state.theatres.keys()]

describe('the control view', () => {
  it('has folded everything in the log when it starts, and starts at once on an empty log', async () => {
    const empty = viewOn(new MemoryLog(new MemoryStore()))
    await empty.start()
    expect(empty.state.theatres.size).toBe(0)
    await empty.close()
    for (const id of ['sahel', 'sudan']) await append(theatre(id))
    await view.start()
    expect(ids()).toEqual(['sahel', 'sudan'])
  })

  it('follows the log, and calls its listeners until they unsubscribe', async () => {
    await view.start()
    const heard: string[][] = []
    const end = view.subscribe((state, records) =>
      heard.push([...records.map(record => record.type), ...state.theatres.keys()])
    )
    await view.waitForAppended(await append(theatre('sahel')), 1000)
    expect(heard).toEqual([['theatre.declared', 'sahel']])
    end()
    await view.waitForAppended(await append(theatre('sudan')), 1000)
    expect(heard).toHaveLength(1)
    expect(ids()).toEqual(['sahel', 'sudan'])
  })

  it('lets a writer wait for its own record, up to the timeout', async () => {
    await view.start()
    const appended = await append(theatre('sahel'))
    expect(await view.waitForAppended(appended, 1000)).toBe(true)
    const waiting = view.waitForAppended({ partition: 0, position: appended.position + 1n }, 2000)
    await expect.poll(() => clock.sleeping).toBe(1)
    clock.advance(2000)
    expect(await waiting).toBe(false)
  })

  it('lets a reader wait for a cursor, but not for one of another log', async () => {
    await view.start()
    await append(theatre('sahel'))
    const end = await log.cursorAt(topics.control, 'latest')
    expect(await view.waitFor(end, 1000)).toBe(true)
    expect(await view.waitFor({ ...end, epoch: 'another' }, 1000)).toBe(false)
    expect(await view.waitFor({ ...end, topic: topics.alerts }, 1000)).toBe(false)
  })
})
