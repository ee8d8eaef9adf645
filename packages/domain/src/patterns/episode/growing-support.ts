// The finding of an open episode to which only support comes, month after month: its words, levels and measure rest on its triggers, and are made once.

import type { Finding } from '../../finding/finding.ts'
import type { Evidence } from './episode-evidence.ts'

interface Told {
  readonly support: Evidence
  readonly finding: Finding
}

/**
 * Gives the finding of an episode from its evidence. `make` is asked once for a list of triggers: what it makes may rest on nothing that moves while that
 * object stays, but for the support. The same evidence gives the same object.
 */
export function tellsOnce(): (triggers: Evidence, support: Evidence, make: () => Finding) => Finding {
  const told = new WeakMap<Evidence, Told>()
  return (triggers, support, make) => {
    const known = told.get(triggers)
    if (known?.support === support) return known.finding
    const finding = known === undefined ? make() : withSupport(known.finding, triggers, support)
    told.set(triggers, { support, finding })
    return finding
  }
}

function withSupport(finding: Finding, triggers: Evidence, support: Evidence): Finding {
  return { ...finding, support: support.kept, omitted: triggers.omitted + support.omitted }
}
