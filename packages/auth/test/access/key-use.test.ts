import { Writable } from 'node:stream'
import type { ControlRecord } from '@tocsin/contracts/record/control-record'
import { decodeControlRecord } from '@tocsin/contracts/record/records'
import type { NewRecord } from '@tocsin/event-log/port'
import { applyControl } from '@tocsin/service/control/control-state'
import { createLogger } from '@tocsin/service/telemetry/logger'
import { ManualClock } from '@tocsin/testing/process/manual-clock'
import { describe, expect, it } from 'vitest'
import { KeyUse } from '../../src/access/key-use.ts'
import { controlOf, repeatableRandom } from '../support/fakes.ts'

const logger = createLogger({ level: 'silent', name: 'test', destination: new Writable() })
const created = (keyId: string): ControlRecord => ({
  type: 'key.created',
  data: {
    keyId,
    name: keyId,
    secretHash: keyId,
    scopes: ['admin'],
    theatres: '*',
    handling: 'public',
    expiresAt: null
  },
  id: keyId,
  time: '2025-05-01T00:00:00.000Z'
})

/**
 * A control log of two processes: each record is folded once by its id, as soon as it is written.
 */
function world(...keyIds: string[]) {
  const control = controlOf(...keyIds.map(created))
  const clock = new ManualClock()
  const written: { at: string; keyIds: readonly string[] }[] = []
  const ids = new Set<string>()
  const trouble = { isAway: false }
  const log = {
    append: async (_topic: unknown, records: readonly NewRecord[]) => {
      if (trouble.isAway) throw new Error('away')
      for (const { id, value } of records) {
        if (value === null) throw new Error('no record erases here')
        const decoded = decodeControlRecord(value)
        if (decoded.kind !== 'decoded' || ids.has(id)) continue
        ids.add(id)
        if (decoded.record.type === 'keys.used') written.push(decoded.record.data)
        control.state = applyControl(control.state, decoded.record)
      }
      return []
    }
  }
  const process = () => new KeyUse({ log, control, clock, random: repeatableRandom(), logger })
  return { control, clock, written, trouble, process }
}

describe('the last use of keys', () => {
  it('is written to the log once an hour, however often a key is used', async () => {
    const { clock, written, process } = world('a', 'b')
    const uses = process()
    for (let minute = 0; minute < 120; minute++) {
      for (let i = 0; i < 50; i++) uses.note('a')
      if (minute === 90) uses.note('b')
      await uses.flush()
      clock.advance(60_000)
    }
    expect(written).toEqual([
      { at: '2025-06-01T00:00:00.000Z', keyIds: ['a'] },
      { at: '2025-06-01T01:00:00.000Z', keyIds: ['a'] },
      { at: '2025-06-01T01:00:00.000Z', keyIds: ['b'] }
    ])
  })

  it('waits while the log is unreachable, and is written later or on close', async () => {
    const { written, trouble, process } = world('a')
    const uses = process()
    trouble.isAway = true
    uses.note('a')
    await uses.flush()
    expect(written).toEqual([])
    trouble.isAway = false
    await uses.close()
    expect(written).toEqual([{ at: '2025-06-01T00:00:00.000Z', keyIds: ['a'] }])
  })
})
