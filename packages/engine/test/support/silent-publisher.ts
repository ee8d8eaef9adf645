// A publisher that publishes nothing: for tests of findings.

import type { FindingPublisher } from '../../src/theatre/engine.ts'

export function makeSilentPublisher(): FindingPublisher {
  return {
    isCorrecting: false,
    isQuiet: false,
    onChanged: () => {},
    onVanished: () => {},
    onEvicted: () => {},
    onMerged: () => {},
    namesOpenly: () => false,
    publishChanges: () => {}
  }
}
