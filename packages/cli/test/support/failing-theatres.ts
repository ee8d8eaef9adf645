// A thread that folds nothing: what becomes of a theatre is in its name. For tests of the pool.

import {
  type FoldedTheatre,
  kibAt,
  rowAt,
  type TheatreTask
} from '../../src/backtest-threads/theatre-task.ts'

export async function foldTheatre({ name, progress, items }: TheatreTask): Promise<FoldedTheatre> {
  progress[rowAt] = 17
  switch (name.theatre) {
    case 'throws':
      throw new RangeError('out of its range')
    case 'exits':
      return process.exit(0)
    case 'fails-later':
      setImmediate(() => {
        throw new Error('nobody awaited this')
      })
      return forEver()
    case 'takes-all-memory': {
      // In small pieces: one that is larger than what is left ends the whole process, not this
      // thread alone.
      let taken: object | null = null
      for (;;) taken = { before: taken }
    }
    case 'fills-the-disk':
      progress[kibAt] = 2 * 1024 * 1024
      return forEver()
    case 'never-ends':
      for (;;) progress[rowAt] = 18
    default:
      items.close()
      return {
        index: { orders: new Float64Array(), lengths: new Uint32Array() },
        alerts: noAlerts
      }
  }
}

const noAlerts = JSON.stringify({ alerts: [], eventsByRule: [], paged: 0 })

function forEver(): Promise<never> {
  return new Promise(() => {
    setInterval(() => {}, 1000)
  })
}
