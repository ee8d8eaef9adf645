import { MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import { describe, expect, it } from 'vitest'
import { revisionOf } from '../../../packages/domain/test/fold-story.ts'
import {
  alertsOf,
  arc,
  control,
  observer,
  runUntilQuiet,
  story,
  theatre
} from './engine-harness.ts'

describe('a theatre', () => {
  it.each([0, 1])(
    'continues with the right time after a tick to the year 9999, also after a restart (snapshot every %i)',
    async every => {
      const store = new MemoryStore()
      const log = () => new MemoryLog({}, store)
      await story(log())
      const settle = () => runUntilQuiet(log(), observer(), every)
      await settle()
      await control(log(), {
        type: 'theatre.tick-requested',
        data: { theatre: 'sahel', to: '9999-01-01T00:00:00.000Z' }
      })
      await settle()
      for (const sketch of arc)
        await theatre(log(), { type: 'report.received', data: revisionOf(sketch) })
      await settle()
      expect(await alertsOf(log())).toEqual([])
      const word = {
        to: '2025-06-09T00:00:00.000Z',
        by: 'officer (key_1)',
        reason: 'a slip of the pen'
      }
      await control(log(), { type: 'theatre.time-set', data: { theatre: 'sahel', ...word } })
      const { notes } = await settle()
      expect(notes).toContain('time of sahel set to 2025-06-09T00:00:00.000Z')
      const types = async () => (await alertsOf(log())).map(text => JSON.parse(text).type)
      expect(await types()).toEqual(['tocsin.alert.raised.v1'])
      // A minute that was ticked before the time record may come again after it.
      const tick = {
        type: 'theatre.tick-requested',
        data: { theatre: 'sahel', to: '9999-01-01T00:00:00.000Z' }
      } as const
      await control(log(), tick, 'asked again')
      await settle()
      const before = await alertsOf(log())
      expect((await settle()).notes.filter(note => note.startsWith('conflict'))).toEqual([])
      expect(await alertsOf(log())).toEqual(before)
      expect((await types()).at(-1)).toBe('tocsin.alert.resolved.v2')
    }
  )
})
