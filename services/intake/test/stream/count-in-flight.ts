// How many lines are in flight at once, however fast they are accepted: they are held until as many
// are.

import type { ReportStreamOptions } from '../../src/stream/report-stream.ts'

type Acceptance = ReportStreamOptions['acceptance']

export function countInFlight(acceptance: Acceptance) {
  let [inFlight, held] = [0, 0]
  let full = Promise.withResolvers<void>()
  const counted = {
    /** At once, so far. */
    most: 0,
    /** Lines go on once so many are in flight. Their number must be a multiple of it. */
    holdingUntil(lines: number): Acceptance {
      return {
        accept: async post => {
          inFlight += 1
          counted.most = Math.max(counted.most, inFlight)
          held += 1
          const turn = full
          if (held === lines) {
            turn.resolve()
            held = 0
            full = Promise.withResolvers<void>()
          }
          await turn.promise
          try {
            return await acceptance.accept(post)
          } finally {
            inFlight -= 1
          }
        },
        get inFlight() {
          return acceptance.inFlight
        },
        inFlightBytes: 0,
        logTrouble: null,
        awaitRules: acceptance.awaitRules.bind(acceptance),
        untilLiveIdle: () => null
      }
    }
  }
  return counted
}
