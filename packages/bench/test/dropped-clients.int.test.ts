// Show 1 of the streams, small: clients of every transport and detail, each cut off once while
// distinct alerts flow.

import { expect, it } from 'vitest'
import { benchDropped } from '../src/stream/dropped-bench.ts'

it('clients of every transport and detail that are cut off get each alert once, in order', async () => {
  const figure = await benchDropped({ clients: 45, seconds: 4 })
  expect(figure).toMatchObject({
    clients: 45,
    alerts: 400,
    drops: 45,
    lost: 0,
    repeated: 0,
    anew: 0
  })
}, 120_000)
