// Valid and invalid data of the records that carry a theatre's time.

import type { ControlPayload } from '@tocsin/domain/control/control-record'
import type { TheatrePayload } from '@tocsin/domain/record/theatre-record'
import type { Golden } from './golden.ts'

type Data<T extends string> = Extract<TheatrePayload | ControlPayload, { type: T }>['data']

export const timeRecords: readonly Golden[] = [
  {
    event: 'clock.ticked',
    good: [{ to: '2025-06-02T00:00:00.000Z', gap: true } satisfies Data<'clock.ticked'>],
    bad: [
      { why: 'a day is no instant', at: 'to', value: '2025-06-02' },
      { why: 'an offset where UTC is written', at: 'to', value: '2025-06-02T00:00:00.000+01:00' }
    ]
  },
  {
    event: 'clock.set',
    good: [
      { to: '2025-06-02T00:00:00.000Z', by: 'officer (key_1)', reason: 'the clock was wrong' } satisfies Data<'clock.set'>
    ],
    bad: [
      { why: 'a day is no instant', at: 'to', value: '2025-06-02' },
      { why: 'somebody says it', at: 'by', value: null }
    ]
  },
  {
    event: 'theatre.tick-requested',
    good: [{ theatre: 'sahel', to: '2025-06-02T00:00:00.000Z' } satisfies Data<'theatre.tick-requested'>],
    bad: [{ why: 'a time that is no instant', at: 'to', value: 'tomorrow' }]
  },
  {
    event: 'theatre.time-set',
    good: [
      {
        theatre: 'world',
        to: '2025-06-02T00:00:00.000Z',
        by: 'officer (key_1)',
        reason: 'the clock was wrong'
      } satisfies Data<'theatre.time-set'>
    ],
    bad: [{ why: 'a time that is no instant', at: 'to', value: 'tomorrow' }]
  }
]
